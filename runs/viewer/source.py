"""Where documents come from: the records of a journal, read as they are asked for.

Nothing is kept between two requests. A list reads results without what was said, a debate what was
said without the prompts, and an inspected turn only its own calls; so a run of any size is read in
the room of one page of it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from moot.errors import StoreError
from moot.protocols.question import Question
from moot.protocols.transcript import Turn
from moot.runs.journal import ANSWERED, DebateRecord, DebateRow, Reader, Records, RunRow
from moot.runs.recounting import outlined, recounted, recounted_turn
from moot.runs.result import Result
from moot.runs.viewer.documents import (
    DebateDocument,
    DebateLine,
    DebatesDocument,
    FailureDocument,
    InspectedTurn,
    RunDocument,
    RunsDocument,
)
from moot.runs.viewer.gathered import gathered
from moot.runs.viewer.telling import begun_document, debate_document, debate_line, inspected

PAGE = 100
"""Debates of a list that are told at once, at most."""
LOOKED_AT = 500
"""Debates that are looked at for one page; a filter that few pass makes pages short, never slow."""
_SIMULATED = ("sim/", "script")


Truth = Literal["true", "false", "null"]


@dataclass(frozen=True)
class Wanted:
    """Which debates of a run a list is to hold; None is no matter."""

    status: str | None = None
    """As a result has it, or `open`, or `running`."""
    correct: Truth | None = None
    """`null` where no right answer is known."""
    flipped: bool | None = None
    """Whether anybody changed its answer."""

    def allows(self, line: DebateLine) -> bool:
        """Whether the list holds that debate."""
        return (
            (self.status is None or line["status"] == self.status)
            and (self.correct is None or json.dumps(line["correct"]) == self.correct)
            and (self.flipped is None or (line["flips"] > 0) is self.flipped)
        )


@dataclass(frozen=True)
class Whole:
    """A debate that has ended, with all there is of it."""

    run: str
    result: Result
    turns: dict[str, InspectedTurn] = field(repr=False)
    """By id, with prompts and raw replies."""
    budget: dict[str, float] | None = None
    """Its caps."""


class Source:
    """The documents of one journal.

    Args:
        records: Its reading half.
        name: What the page calls it.
        running: Whether a debate is under way in this process; None where none can be.
    """

    def __init__(self, records: Records, name: str, *, running: Callable[[str], bool] | None = None) -> None:
        self.records, self.name, self._running = records, name, running

    @property
    def live(self) -> bool:
        """Whether debates may be under way."""
        return self._running is not None

    @property
    def path(self) -> Path | None:
        """Of the store; None where it is none, but in memory."""
        return self.records.path if isinstance(self.records, Reader) else None

    def runs(self) -> RunsDocument:
        """All runs, the latest first."""
        try:
            known = self.records.runs()
        except StoreError:
            if not self.live:
                raise
            known = ()  # the debate that is about to be held makes the store
        rows = sorted(known, key=lambda row: row.began_ms, reverse=True)
        return {"store": self.name, "live": self.live, "runs": [_run_document(row) for row in rows]}

    def debates(
        self,
        run: str,
        *,
        after: int = 0,
        limit: int = PAGE,
        wanted: Wanted = Wanted(),
    ) -> DebatesDocument:
        """One page of the debates of a run, by question and trial, forks after what they go on with.

        Args:
            run: Its name.
            after: Where the page before ended, as its `next` says.
            limit: Most debates, at least 1; no more than `PAGE` are told.
            wanted: Which of them.

        Raises:
            StoreError: There is no such run, or its record is damaged.
        """
        lines, most = list[DebateLine](), min(max(limit, 1), PAGE)
        rows = self.records.debates(run, start=after, most=LOOKED_AT)
        for place, row in enumerate(rows, after + 1):
            line = self._line(row)
            if wanted.allows(line):
                lines.append(line)
                if len(lines) == most:
                    return {"debates": lines, "next": place if self._more(run, place) else None}
        seen = after + len(rows)
        return {"debates": lines, "next": seen if len(rows) == LOOKED_AT and self._more(run, seen) else None}

    def debate(self, debate_id: str) -> DebateDocument:
        """One debate in full; where it has not ended, what its calls have brought so far.

        Raises:
            StoreError: There is no such debate, or its record is damaged.
        """
        record = self.records.debate(debate_id, prompts=False)
        if record.result is None:
            return self._begun(record.row)
        return debate_document(recounted(record), run=record.row.run, budget=self._budget(record.epoch))

    def turn(self, debate_id: str, turn_id: str) -> InspectedTurn:
        """One turn with its prompt and its raw replies.

        Raises:
            StoreError: There is no such debate or turn, or its record is damaged.
        """
        ending = self.records.debate(debate_id, calls=())
        if ending.result is None:
            return self._turn_so_far(ending.row, turn_id)
        outline = outlined(ending).transcript.turn(turn_id)
        names = set[str]() if outline is None else set(_calls(outline))
        record = self.records.debate(debate_id, calls=names)
        turn = recounted_turn(record, turn_id)
        if turn is None:
            raise _no_turn(debate_id, turn_id)
        return _inspected(turn, record, self._failures(record, names))

    def whole(self, debate_id: str) -> Whole:
        """One debate with all its turns as they are inspected, in one reading.

        Raises:
            StoreError: There is no such debate, it has not ended, or its record is damaged.
        """
        record = self.records.debate(debate_id)
        result = recounted(record)
        failures = self._failures(record, record.exchanges)
        turns = {turn.id: _inspected(turn, record, failures) for turn in result.turns}
        return Whole(record.row.run, result, turns, self._budget(record.epoch))

    def _line(self, row: DebateRow) -> DebateLine:
        """A debate as a line; one that is held again is running, however it ended before."""
        line = debate_line(row, self._outline(row))
        return {**line, "status": "running"} if self._held_here(row.id) else line

    def _held_here(self, debate_id: str) -> bool:
        return self._running is not None and self._running(debate_id)

    def _outline(self, row: DebateRow) -> Result | None:
        """The result without what was asked and said; None where the debate has not ended."""
        return None if row.status is None else outlined(self.records.debate(row.id, calls=()))

    def _more(self, run: str, start: int) -> bool:
        return bool(self.records.debates(run, start=start, most=1))

    def _budget(self, epoch: int | None) -> dict[str, float] | None:
        budget: Any = None if epoch is None else self.records.spec(epoch).get("budget")
        return budget or None

    def _begun(self, row: DebateRow) -> DebateDocument:
        spec: Any = self.records.run(row.run).spec
        return begun_document(
            row.id,
            Question.model_validate(row.question),
            [(agent["name"], model_named(agent["llm"])) for agent in spec["agents"]],
            turns=() if self._held_here(row.id) else self._so_far(row, spec),
            protocol=spec["protocol"]["name"],
            topology=str(spec["topology"]),
            run=row.run,
            trial=row.trial,
            parent=row.parent,
            budget=spec.get("budget"),
        )

    def _so_far(self, row: DebateRow, spec: Any) -> list[Turn]:
        """What was said in a debate that has not ended."""
        debaters = {agent["name"] for agent in spec["agents"]}
        exchanges = self.records.debate(row.id).exchanges
        return gathered(Question.model_validate(row.question), debaters, self.records.calls(row.id), exchanges)

    def _turn_so_far(self, row: DebateRow, turn_id: str) -> InspectedTurn:
        for turn in self._so_far(row, self.records.run(row.run).spec):
            if turn.id == turn_id:
                return inspected(turn)
        raise _no_turn(row.id, turn_id)

    def _failures(self, record: DebateRecord, names: Container[str]) -> Mapping[str, list[FailureDocument]]:
        """By call the attempts that brought no reply; what went wrong is on record for the last of each call."""
        failures = defaultdict[str, list[FailureDocument]](list)
        for attempt in self.records.attempts(record.row.id):
            if attempt.call_id in names and attempt.kind is not None and attempt.kind not in ANSWERED:
                last = record.exchanges[attempt.call_id].completion
                detail = last.detail if last is not None and last.kind == attempt.kind else ""
                failures[attempt.call_id].append({"kind": attempt.kind, "detail": detail})
        return failures


def _no_turn(debate_id: str, turn_id: str) -> StoreError:
    return StoreError(f"debate {debate_id!r} has no turn {turn_id!r} on record")


def _inspected(turn: Turn, record: DebateRecord, failures: Mapping[str, list[FailureDocument]]) -> InspectedTurn:
    completions = [record.exchanges[name].completion for name in turn.calls]
    replies = [completion.text for completion in completions if completion is not None and completion.text]
    return inspected(turn, replies or None, [one for name in _calls(turn) for one in failures.get(name, ())])


def _calls(turn: Turn) -> Iterator[str]:
    yield from turn.calls
    for inner in turn.inner:
        yield from _calls(inner)


def _run_document(row: RunRow) -> RunDocument:
    return {
        "name": row.name,
        "began_ms": row.began_ms,
        "debates": sum(row.statuses.values()),
        "statuses": row.statuses,
        "simulated": _simulated(row.spec),
    }


def _simulated(spec: Any) -> bool:
    """Whether every model that a spec names is simulated."""
    return all(model_named(agent["llm"]).startswith(_SIMULATED) for agent in spec["agents"])


def model_named(llm: Any) -> str:
    """What a spec calls a model; of a pool the first, of a debate in a seat its protocol.

    >>> model_named("sim/debater"), model_named({"pool": ["sim/a", "sim/b"]}), model_named({"object": "script"})
    ('sim/debater', 'sim/a', 'script')
    """
    match llm:
        case {"pool": [first, *_]}:
            return str(first)
        case {"debate": {"protocol": {"name": name}}}:
            return f"debate:{name}"
        case {"object": name}:
            return str(name)
        case _:
            return str(llm)
