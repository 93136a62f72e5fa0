"""One debate as the record has it: its result, what it was held with, and every call by its place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic import JsonValue

from moot.errors import StoreError
from moot.protocols.floor.setting import Kept, Setting
from moot.protocols.question import Question
from moot.protocols.stop import rule
from moot.protocols.transcript import Transcript, Turn
from moot.runs.again.changing import present
from moot.runs.batch import Batch
from moot.runs.journal import CallKey, DebateRow, Exchange, Records
from moot.runs.journal.specs import plain
from moot.runs.nesting import SLASH
from moot.runs.recounting import recounted
from moot.runs.result import Fork, Result
from moot.runs.spec import Spec

PAGE = 64
"""Debates of a run that are listed at once."""

Place = tuple[str, int]
"""A seat, with the path of the debate in a seat where it sits in one, and how many turns it had had before."""


@dataclass(frozen=True)
class Recorded:
    """One debate that has ended."""

    row: DebateRow
    result: Result
    debate: Spec
    """What it was held with when it ended last."""
    exchanges: Mapping[str, Exchange]
    """Its calls by id."""
    keys: Mapping[str, CallKey]
    """Their places, by id."""

    @property
    def question(self) -> Question:
        """What was debated."""
        return self.result.question

    @property
    def setting(self) -> Setting:
        """What it was held with, its beginning included where it went on with another debate."""
        return replace(self.debate.setting(self.question, self.row.id), trial=self.result.trial, kept=kept(self.result))

    @cached_property
    def turns(self) -> Mapping[Place, Turn]:
        """Every turn for which somebody was asked, those of debates in seats included."""
        return {place: turn for path, turns in self.levels.items() for place, turn in asked(path, turns)}

    @cached_property
    def levels(self) -> Mapping[str, Transcript]:
        """What was said in the debate, and under its path in each debate in a seat."""
        return dict(self._levels("", self.result.turns))

    @cached_property
    def calls(self) -> Mapping[CallKey, str]:
        """By place the call from which the turn there was made, of several the one that counted."""
        named = (name for turn in self.turns.values() for name in turn.calls)
        return {self.keys[name]: name for name in named if name in self.keys}

    def _levels(self, path: str, turns: Sequence[Turn]) -> Iterator[tuple[str, Transcript]]:
        yield path, Transcript(turns)
        for (seat, _), turn in asked(path, turns):
            inner: dict[str, list[Turn]] = {}
            at = ""
            for one in turn.inner:  # of one ask after the other, told apart by the places of their calls
                at = self._under(one, f"{seat}{SLASH}") or at
                inner.setdefault(at, []).append(one)
            for step, said in inner.items():
                yield from self._levels(f"{seat}{SLASH}{step}{SLASH}", said)

    def _under(self, turn: Turn, path: str) -> str:
        """The step below that path at which the turn, or one within it, asked somebody; empty where none did."""
        for name in turn.calls:
            if name in self.keys:
                return self.keys[name].seat.removeprefix(path).partition(SLASH)[0]
        return next(filter(None, (self._under(one, path) for one in turn.inner)), "")


class Shelf:
    """The debates of one run, read one by one.

    Args:
        records: Of the journal.
        run: The run's name.
        given: The run as the caller has it; where the record's spec is another, that is read.
        imports: Whether names in a recorded spec may be import paths.
    """

    def __init__(self, records: Records, run: str, given: Batch, *, imports: bool = False) -> None:
        self._records, self.run, self._given, self._imports = records, run, given, imports
        self._begun: tuple[int, Spec] | None = None

    def rows(self) -> Iterator[DebateRow]:
        """Its debates, forks included, a page at a time."""
        start, page = 0, self._records.debates(self.run, most=PAGE)
        while page:
            yield from page
            start += len(page)
            page = self._records.debates(self.run, start=start, most=PAGE)

    def read(self, debate_id: str) -> Recorded:
        """One debate.

        Raises:
            StoreError: There is no such debate in the run, it has not ended, or its record is damaged.
            UsageError: What it was held with names something that is not known here.
        """
        record = self._records.debate(debate_id)
        if record.row.run != self.run:
            raise StoreError(f"debate {debate_id!r} is one of run {record.row.run!r}, not of {self.run!r}")
        result = recounted(record)
        keys: dict[str, CallKey] = {}
        one: DebateRow | None = record.row
        while one is not None:
            keys |= {call.id: call.key for call in self._records.calls(one.id)}
            one = None if one.parent is None else self._records.debate(one.parent).row
        debate = self._spec(record.epoch or 0, result)
        return Recorded(record.row, result, debate, record.exchanges, keys)

    def _spec(self, epoch: int, result: Result) -> Spec:
        if result.fork is not None:
            return self._made(result.fork.spec).with_seed(result.seed)
        if self._begun is None or self._begun[0] != epoch:
            spec = self._records.spec(epoch)
            self._begun = epoch, self._made({k: v for k, v in spec.items() if k not in {"questions", "trials"}})
        return self._begun[1].with_seed(result.seed)

    def _made(self, spec: Mapping[str, JsonValue]) -> Spec:
        """The debate of that spec: the caller's own where it says the same, for it may hold what no file does."""
        own = self._given.debate
        seed: Any = spec.get("seed")
        if plain(own.with_seed(seed).spec()) == spec:
            return own
        return present(Spec.from_spec(spec, imports=self._imports, absent=True), own)


def kept(result: Result) -> Kept:
    """What a result has of the debate that it goes on with; nothing where it was held from the beginning."""
    return Kept() if result.fork is None else beginning(result, result.fork)


def beginning(result: Result, fork: Fork) -> Kept:
    """The turns of a debate up to the last round that a fork of it has."""
    last = max(turn.wave for turn in result.transcript.round(fork.after_round))
    turns = {turn.id: turn for turn in result.turns if turn.wave <= last}
    return Kept(turns, tuple(None if stop is None else rule(stop) for stop in fork.stops))  # type: ignore[arg-type]


def asked(path: str, turns: Sequence[Turn]) -> Iterator[tuple[Place, Turn]]:
    """Those for which somebody was asked, by place."""
    counts = Counter[str]()
    for turn in turns:
        if turn.status not in {"copied", "skipped"}:
            yield (f"{path}{turn.seat}", counts[turn.seat]), turn
            counts[turn.seat] += 1
