"""The journal without a file: for debates that nobody can resume once their process has ended."""

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from pydantic import JsonValue

from moot.agents.records import Completion
from moot.errors import StoreError
from moot.runs.journal.encoding import pieces
from moot.runs.journal.held import HeldCall, HeldDebate
from moot.runs.journal.parts import gathered, opened
from moot.runs.journal.pulse import Pulse
from moot.runs.journal.records import (
    NO_TERMS,
    AttemptRow,
    CallKey,
    CallRow,
    DebateRecord,
    DebateRow,
    Intent,
    RunRow,
    Totals,
)
from moot.runs.journal.specs import check_same, plain


class MemoryJournal:
    """A `Journal` that lives as long as its process. It says the same as a store, and never waits.

    Args:
        now: Seconds since 1970.
    """

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self.pulse = Pulse()
        """What has passed since it was made."""
        self._runs: dict[str, RunRow] = {}
        self._debates: dict[str, HeldDebate] = {}
        self._specs: dict[int, dict[str, JsonValue]] = {}
        self._epochs = 0

    async def begin_run(
        self,
        name: str | None,
        spec: Mapping[str, object],
        *,
        growable: Collection[str] = (),
        terms: Mapping[str, JsonValue] = NO_TERMS,
    ) -> RunRow:
        """See `Journal.begin_run`."""
        given = plain(spec)
        chosen = self._fresh_name() if name is None else name
        before = self._runs.get(chosen)
        if before is not None:
            check_same(f"run {chosen!r}", before.spec, given, growable=growable)
        self._epochs += 1
        began_ms, epochs = (self._now_ms, 1) if before is None else (before.began_ms, before.epochs + 1)
        row = RunRow(name=chosen, spec=given, epoch=self._epochs, epochs=epochs, began_ms=began_ms, terms=dict(terms))
        self._runs[chosen] = row
        self._specs[row.epoch] = given
        return self.run(chosen)

    async def begin_debate(self, row: DebateRow, *, doubtful: bool = False) -> None:
        """See `Journal.begin_debate`."""
        if row.run not in self._runs:
            raise StoreError(f"run {row.run!r} of debate {row.id!r} was not begun")
        known = self._debates.get(row.id)
        if known is not None:
            _check_debate(known.row, row)
        elif row.parent is not None and row.parent not in self._debates:
            raise StoreError(f"there is no debate {row.parent!r} to fork {row.id!r} from")
        debate = known or HeldDebate(row.model_copy(update={"status": None}))
        self._debates[row.id] = debate
        debate.begin(self._runs[row.run].epoch, self._forebears(row), doubtful=doubtful)

    async def end_debate(self, debate_id: str, status: str, result: Mapping[str, JsonValue]) -> None:
        """See `Journal.end_debate`."""
        debate = self._live(debate_id)
        try:
            debate.result = gathered(pieces(result))
        except (TypeError, ValueError) as error:
            raise StoreError(f"this cannot be recorded: {error}") from error
        debate.row = debate.row.model_copy(update={"status": status})
        debate.remembered, debate.ended = None, debate.epoch

    def recall(self, debate_id: str, key: CallKey, request_hash: str) -> Completion | None:
        """See `Journal.recall`."""
        debate = self._debates.get(debate_id)
        remembered = None if debate is None else debate.remembered
        return None if remembered is None else remembered.recall(key, request_hash)

    def mismatch(self, debate_id: str, key: CallKey, request_hash: str) -> bool:
        """See `Journal.mismatch`."""
        debate = self._debates.get(debate_id)
        remembered = None if debate is None else debate.remembered
        return remembered is not None and remembered.mismatch(key, request_hash)

    def remembered(self, debate_id: str) -> Iterator[tuple[CallKey, str, Completion | None]]:
        """See `Journal.remembered`."""
        remembered = self._live(debate_id).remembered
        return iter(()) if remembered is None else remembered.calls()

    async def intend(self, intents: Sequence[Intent]) -> None:
        """See `Journal.intend`."""
        seen: set[tuple[str, str, int]] = set()
        for intent in intents:
            self._live(intent.debate_id).check_unsent(intent)
            flight = intent.debate_id, intent.call_id, intent.attempt
            if flight in seen:
                raise StoreError(f"{intent} was intended before")
            seen.add(flight)
        for intent in intents:
            self._debates[intent.debate_id].send(intent, self._now_ms)
        self.pulse.sent(len(intents))

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """See `Journal.settle`."""
        debate = self._debates.get(intent.debate_id)
        attempt = None if debate is None else debate.attempt(intent)
        if attempt is None or attempt.completion is not None:
            raise StoreError(f"{intent} is not in flight")
        attempt.completion, attempt.settled_ms = completion, self._now_ms
        self.pulse.ended(completion)

    def runs(self) -> tuple[RunRow, ...]:
        """See `Records.runs`."""
        return tuple(self.run(name) for name in self._runs)

    def run(self, name: str) -> RunRow:
        """See `Records.run`."""
        if name not in self._runs:
            raise StoreError(f"the store holds no run {name!r}")
        statuses = Counter(row.status or "open" for row in self.debates(name) if row.parent is None)
        return self._runs[name].model_copy(update={"statuses": dict(sorted(statuses.items()))})

    def spec(self, epoch: int) -> dict[str, JsonValue]:
        """See `Records.spec`."""
        if epoch not in self._specs:
            raise StoreError(f"the store has begun no run in epoch {epoch}")
        return self._specs[epoch]

    def debates(self, run: str, *, start: int = 0, most: int | None = None) -> tuple[DebateRow, ...]:
        """See `Records.debates`."""
        if run not in self._runs:
            raise StoreError(f"the store holds no run {run!r}")
        rows = [debate.row for debate in self._debates.values() if debate.row.run == run]
        rows.sort(key=lambda row: (row.index, row.trial))
        return tuple(rows[start : None if most is None else start + most])

    def debate(self, debate_id: str, *, calls: Collection[str] | None = None, prompts: bool = True) -> DebateRecord:
        """See `Records.debate`."""
        debate = self._the(debate_id)
        asked: dict[str, HeldCall] = {}
        for one in (*self._forebears(debate.row), debate):
            asked.update((name, call) for name, call in one.calls.items() if not _answered(asked.get(name), call))
        result = None if debate.result is None else json.loads(opened(debate.result))
        told = {name: call.exchange(debate.ended) for name, call in asked.items() if calls is None or name in calls}
        exchanges = told if prompts else {name: one._replace(messages=()) for name, one in told.items()}
        return DebateRecord(debate.row, result, exchanges, debate.ended)

    def calls(self, debate_id: str) -> tuple[CallRow, ...]:
        """See `Records.calls`."""
        return tuple(self._the(debate_id).call_rows())

    def attempts(self, debate_id: str) -> tuple[AttemptRow, ...]:
        """See `Records.attempts`."""
        return tuple(self._the(debate_id).attempt_rows())

    def totals(self, run: str) -> Totals:
        """See `Records.totals`."""
        debates = [self._the(row.id) for row in self.debates(run)]
        answered = sum(call.answer is not None for debate in debates for call in debate.calls.values())
        return _summed(answered, [attempt for debate in debates for attempt in debate.attempt_rows()])

    @property
    def _now_ms(self) -> int:
        return round(self._now() * 1000)

    def _the(self, debate_id: str) -> HeldDebate:
        if debate_id not in self._debates:
            raise StoreError(f"the store holds no debate {debate_id!r}")
        return self._debates[debate_id]

    def _live(self, debate_id: str) -> HeldDebate:
        debate = self._debates.get(debate_id)
        if debate is None or debate.remembered is None:
            raise StoreError(f"debate {debate_id!r} was not begun, or has ended")
        return debate

    def _forebears(self, row: DebateRow) -> list[HeldDebate]:
        """Those the debate was forked from, eldest first."""
        if row.parent is None:
            return []
        parent = self._debates[row.parent]
        return [*self._forebears(parent.row), parent]

    def _fresh_name(self) -> str:
        number = len(self._runs) + 1
        while f"run-{number}" in self._runs:
            number += 1
        return f"run-{number}"


class PassingJournal(MemoryJournal):
    """A `MemoryJournal` of debates whose results go straight to whoever asked: what is settled is let go."""

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """See `Journal.settle`."""
        await super().settle(intent, completion)
        del self._debates[intent.debate_id].calls[intent.call_id]

    async def end_debate(self, debate_id: str, status: str, result: Mapping[str, JsonValue]) -> None:
        """See `Journal.end_debate`."""
        await super().end_debate(debate_id, status, {})


def _answered(earlier: HeldCall | None, later: HeldCall) -> bool:
    """Whether only the earlier of two calls of one id has been answered."""
    return earlier is not None and earlier.answer is not None and later.answer is None


def _check_debate(known: DebateRow, given: DebateRow) -> None:
    fields = {"run", "trial", "stream", "parent", "question"}
    check_same(f"debate {given.id!r}", known.model_dump(include=fields), given.model_dump(include=fields))


def _summed(calls: int, attempts: Iterable[AttemptRow]) -> Totals:
    states: Counter[str] = Counter()
    prompt_tokens = completion_tokens = cost = held = 0
    is_priced = True
    for attempt in attempts:
        usage = attempt.usage
        states[attempt.state] += 1
        prompt_tokens += usage.prompt_tokens
        completion_tokens += usage.completion_tokens
        cost += usage.cost_nano_usd or 0
        held += attempt.reserved_nano_usd if attempt.state in {"sent", "in_doubt"} else 0
        used = attempt.state == "done" or usage.prompt_tokens + usage.completion_tokens > 0
        is_priced = is_priced and not (used and usage.cost_nano_usd is None)
    return Totals(
        calls=calls,
        attempts=states.total(),
        failed=states["failed"],
        cancelled=states["cancelled"],
        in_doubt=states["in_doubt"],
        sent=states["sent"],
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost_nano_usd=cost if is_priced else None,
        held_nano_usd=held,
    )
