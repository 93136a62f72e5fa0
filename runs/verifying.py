"""A store verified: its rows, and the results that were put down in it."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from moot.errors import StoreError
from moot.protocols.transcript import Turn
from moot.runs.journal import DebateRecord, Reader
from moot.runs.journal.verifying import MOST, Violation, violations
from moot.runs.recounting import recounted, sealed

_PAGE = 500
"""Debates whose rows are read at once."""


class Report(NamedTuple):
    """What came of verifying a store."""

    store: Path
    runs: int
    debates: int
    calls: int
    """That were answered."""
    attempts: int
    violations: tuple[Violation, ...]
    """Empty where every invariant holds; at most 100 of one sort."""

    @property
    def clean(self) -> bool:
        """Whether every invariant holds."""
        return not self.violations

    def __str__(self) -> str:
        held = f"{self.runs} runs, {self.debates} debates, {self.calls} calls answered in {self.attempts} attempts"
        if self.clean:
            return f"{self.store}: {held}; every invariant holds"
        told = "\n".join(f"{check}: {sentence}" for check, sentence in self.violations)
        return f"{told}\n{self.store}: {held}; {len(self.violations)} violations"


def verify(store: str | Path) -> Report:
    """Hold a store against everything that must be true of any: nothing is called, changed or repaired.

    Checked are the file and its tables; that every attempt has one outcome and nothing follows an
    answer; that reservations hold and caps were kept at every moment; that texts and requests are
    those their hashes were made of; that every result names calls on record, counts no more than
    they used and has its digest; and that no text shows a key. The store may be in use.

    Args:
        store: Path of the store.

    Raises:
        StoreError: There is no store, or it cannot be read at all.
    """
    reader = Reader(store)
    found = [*violations(reader.path)]
    broken = {violation.check for violation in found}
    if not broken & {"file", "tables", "references"}:  # results cannot be put together where rows are not whole
        found += _results(reader)
    runs = reader.runs()
    totals = [reader.totals(run.name) for run in runs]
    return Report(
        store=reader.path,
        runs=len(runs),
        debates=sum(sum(run.statuses.values()) for run in runs),
        calls=sum(total.calls for total in totals),
        attempts=sum(total.attempts for total in totals),
        violations=tuple(found),
    )


def _results(reader: Reader) -> Iterator[Violation]:
    told = Counter[str]()
    for run in reader.runs():
        for start in count(0, _PAGE):
            page = reader.debates(run.name, start=start, most=_PAGE)
            for row in page:
                for violation in _result(reader.debate(row.id)) if row.status is not None else ():
                    told[violation.check] += 1
                    if told[violation.check] <= MOST:
                        yield violation
            if len(page) < _PAGE:
                break


def _result(record: DebateRecord) -> Iterator[Violation]:
    """What is wrong with the result of a debate that has ended."""
    name = f"the result of debate {record.row.id!r}"
    try:
        result = recounted(record)
    except StoreError as error:
        yield Violation("results", str(error))
        return
    digest = sealed(record)
    if digest is not None and result.digest != digest:
        yield Violation("digests", f"{name} has the digest {result.digest}, and {digest} was put down")
    row = record.row
    recorded = (row.id, row.trial, row.status, row.question)
    if (result.debate_id, result.trial, result.status, result.question.model_dump(mode="json")) != recorded:
        yield Violation("results", f"{name} is of another debate, question, trial or status than its record")
    yield from (Violation("turns", f"{name} {words}") for words in _turns(result.turns))
    yield from (Violation("samples", f"{name} {words}") for words in _samples(record))
    yield from (Violation("usage", f"{name} {words}") for words in _used(record, result.turns))


def _turns(turns: tuple[Turn, ...], *, once: bool = True) -> Iterator[str]:
    """Turns that stand there twice, and calls that two of them name.

    A debate in a seat is held anew each time the seat is asked, so its turns may stand there more than `once`.
    """
    for id, times in Counter(turn.id for turn in turns).items():
        if once and times > 1:
            yield f"has {times} turns {id!r}: a seat speaks once in a wave"
    for call, times in Counter(call for turn in turns if turn.status != "copied" for call in turn.calls).items():
        if times > 1:
            yield f"names call {call} in {times} turns"
    for turn in turns:
        yield from _turns(turn.inner, once=False)


def _samples(record: DebateRecord) -> Iterator[str]:
    """Replies that a cache gave more than once: two samples must not be one."""
    given = (one.completion.source for one in record.exchanges.values() if one.completion is not None)
    for source, times in Counter(source for source in given if source).items():
        if times > 1:
            yield f"has the reply to call {source} {times} times"


def _used(record: DebateRecord, turns: tuple[Turn, ...]) -> Iterator[str]:
    """Turns that count other tokens than their calls used."""
    for turn in turns:
        if turn.inner:
            yield from _used(record, turn.inner)
        elif turn.calls and turn.status != "copied":
            ended = [record.exchanges[call].completion for call in turn.calls]
            spent = sum(one.usage.prompt_tokens + one.usage.completion_tokens for one in ended if one is not None)
            if turn.usage.tokens != spent:
                yield f"counts {turn.usage.tokens} tokens for turn {turn.id!r}, whose calls used {spent}"
