"""The debates being conducted, and what they write, as rows of a commit."""

from collections.abc import Sequence
from typing import NamedTuple

from moot.errors import StoreError
from moot.runs.journal.beginning import check_writable
from moot.runs.journal.cutting import packed
from moot.runs.journal.encoding import Cell, OutcomeColumns
from moot.runs.journal.parts import Parts
from moot.runs.journal.recollecting import Answer, Place, Sitting, answered
from moot.runs.journal.records import DebateRow, Intent, state_of
from moot.runs.journal.remembered import Remembered

Row = list[Cell]

_Flight = tuple[str, str, int]
"""Debate, call and attempt, as an intent names them."""


class Draft(NamedTuple):
    """The rows of one commit, by table."""

    debates: list[Row]
    endings: list[Row]
    calls: list[Row]
    attempts: list[Row]
    outcomes: list[Row]


class Prompt(NamedTuple):
    """A request, read: everything but its messages as JSON, and its messages in pieces."""

    settings: str
    pieces: list[int | str]


class Sittings:
    """Knows, for every debate that was begun and not ended, the rows of its calls.

    Its methods check first and change afterwards, so that what they refuse has left no trace.

    Args:
        parts: The writer's.
        debates: Number of the last row of that table.
        calls: Number of the last row of that table.
    """

    def __init__(self, parts: Parts, debates: int, calls: int) -> None:
        self._parts = parts
        self._debates = debates
        self._calls = calls
        self._live: dict[str, Sitting] = {}
        self._flights: dict[_Flight, tuple[int, int]] = {}

    def begin(self, row: DebateRow, epoch: int) -> Sitting:
        """Take up a new debate."""
        if row.id in self._live:
            raise StoreError(f"debate {row.id!r} is begun twice at once")
        check_writable(row.id, row.stream)
        self._debates += 1
        return self.resume(row, Sitting(self._debates, epoch, Remembered[Answer]({}, answered)))

    def resume(self, row: DebateRow, sitting: Sitting) -> Sitting:
        """Take up a debate that the store knows."""
        self._live[row.id] = sitting
        return sitting

    def end(self, debate_id: str, status: str, result: str | bytes, now_ms: int) -> Row:
        """The row of a debate's ending, given its result as the store keeps it."""
        check_writable(status)
        sitting = self[debate_id]
        del self._live[debate_id]
        is_bytes = isinstance(result, bytes)
        text = result.hex() if isinstance(result, bytes) else result
        return [sitting.number, sitting.epoch, status, text, is_bytes, now_ms]

    def send(self, intents: Sequence[Intent], prompts: Sequence[Prompt], draft: Draft, now_ms: int) -> None:
        """Add the rows of intents, all or none of them."""
        flights = [(intent.debate_id, intent.call_id, intent.attempt) for intent in intents]
        self._check_new(intents, flights)
        for intent, prompt, flight in zip(intents, prompts, flights, strict=True):
            debate_id, call, attempt = flight
            sitting = self[debate_id]
            place = sitting.places.get(call)
            if place is None:
                place = sitting.places[call] = self._new_call(sitting, intent, prompt, draft)
            number = place.first + attempt
            place.next = number + 1
            self._flights[flight] = place.number, number
            draft.attempts.append([place.number, number, sitting.epoch, intent.reserved_nano_usd, now_ms])

    def settle(self, intent: Intent, outcome: OutcomeColumns, text: str, now_ms: int) -> Row:
        """The row of an outcome."""
        flight = self._flights.pop((intent.debate_id, intent.call_id, intent.attempt), None)
        if flight is None:
            raise StoreError(f"{intent} is not in flight")
        said = self._parts.add(text) if text else None
        kind, *counts, more = outcome
        added = None if more is None else self._parts[more]
        return [*flight, state_of(outcome.kind), kind, said, *counts, added, now_ms]

    def __getitem__(self, debate_id: str) -> Sitting:
        """The sitting of a debate.

        Raises:
            StoreError: It is not being conducted.
        """
        sitting = self._live.get(debate_id)
        if sitting is None:
            raise StoreError(f"debate {debate_id!r} was not begun, or has ended")
        return sitting

    def _check_new(self, intents: Sequence[Intent], flights: Sequence[_Flight]) -> None:
        seen: set[_Flight] = set()
        for intent, flight in zip(intents, flights, strict=True):
            debate_id, call, attempt = flight
            place = self[debate_id].places.get(call)
            if flight in seen or (place is not None and place.first + attempt < place.next):
                raise StoreError(f"{intent} was intended before")
            seen.add(flight)

    def _new_call(self, sitting: Sitting, intent: Intent, prompt: Prompt, draft: Draft) -> Place:
        self._calls += 1
        numbers = packed([piece if isinstance(piece, int) else self._parts[piece] for piece in prompt.pieces])
        _, seat, turn, sample, ask = intent.key
        place: Row = [self._calls, sitting.number, seat, turn, sample, ask, intent.request_hash]
        draft.calls.append([*place, intent.request.seed, self._parts[prompt.settings], numbers.hex()])
        return Place(self._calls)
