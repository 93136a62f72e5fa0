"""Which debates are taken along, read one at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from moot.runs.journal import DebateRow, Records, RunRow
from moot.runs.result import Result
from moot.runs.viewer.documents import DebateLine, RunsDocument
from moot.runs.viewer.source import Source, Whole
from moot.runs.viewer.telling import debate_line, inspected

_PAGE = 256


class Taken(Whole):
    """One debate that is taken along."""

    @property
    def line(self) -> DebateLine:
        """Itself in a list."""
        result = self.result
        row = DebateRow(
            id=result.debate_id,
            run=self.run,
            index=0,
            trial=result.trial,
            stream="",
            question=result.question.model_dump(mode="json"),
            parent=None if result.fork is None else result.fork.parent,
            status=result.status,
        )
        return debate_line(row, result)


class Chosen(Protocol):
    """Debates to take along."""

    def runs(self) -> RunsDocument:
        """Of which runs they are."""
        ...

    def __iter__(self) -> Iterator[Taken]:
        """Each, in order."""
        ...


@dataclass(frozen=True)
class Stored:
    """Debates of a journal; those that have not ended are left out."""

    records: Records
    name: str
    """What a page calls it."""
    run: str | None = None
    """None is all runs."""
    debate: str | None = None
    """None is all debates."""

    def runs(self) -> RunsDocument:
        """See `Chosen.runs`."""
        told, kept = Source(self.records, self.name).runs(), {row.name for row in self._rows()}
        return {**told, "runs": [run for run in told["runs"] if run["name"] in kept]}

    def __iter__(self) -> Iterator[Taken]:
        """See `Chosen.__iter__`."""
        source = Source(self.records, self.name)
        ids = [self.debate] if self.debate is not None else self._ended()
        for id in ids:
            whole = source.whole(id)
            yield Taken(whole.run, whole.result, whole.turns, whole.budget)

    def _rows(self) -> Iterable[RunRow]:
        if self.debate is not None:
            return [self.records.run(self.records.debate(self.debate, calls=()).row.run)]
        return self.records.runs() if self.run is None else [self.records.run(self.run)]

    def _ended(self) -> Iterator[str]:
        for run in self._rows():
            start, page = 0, self.records.debates(run.name, most=_PAGE)
            while page:
                yield from (row.id for row in page if row.status is not None)
                start += len(page)
                page = self.records.debates(run.name, start=start, most=_PAGE)


@dataclass(frozen=True)
class Single:
    """One result in hand."""

    result: Result

    def runs(self) -> RunsDocument:
        """See `Chosen.runs`."""
        status, simulated = self.result.status, self.result.simulated
        one = {"name": self._run, "began_ms": 0, "debates": 1, "statuses": {status: 1}, "simulated": simulated}
        return {"store": "one debate", "live": False, "runs": [one]}  # type: ignore[list-item]

    def __iter__(self) -> Iterator[Taken]:
        """See `Chosen.__iter__`."""
        yield Taken(self._run, self.result, {turn.id: inspected(turn) for turn in self.result.turns})

    @property
    def _run(self) -> str:
        return self.result.debate_id.partition("/")[0]
