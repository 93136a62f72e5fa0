"""One debate as the journal in memory holds it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from moot.agents.records import Completion, Message, Usage
from moot.errors import StoreError
from moot.runs.journal.records import (
    AttemptRow,
    CallKey,
    CallRow,
    DebateRow,
    Exchange,
    Intent,
    State,
    state_of,
)
from moot.runs.journal.remembered import Remembered


@dataclass(slots=True)
class HeldAttempt:
    """One attempt, and how it ended."""

    epoch: int
    reserved_nano_usd: int
    sent_ms: int
    completion: Completion | None = None
    settled_ms: int | None = None

    @property
    def state(self) -> State:
        """How far it has come."""
        return "sent" if self.completion is None else state_of(self.completion.kind)


@dataclass(slots=True)
class HeldCall:
    """One call and its attempts."""

    key: CallKey
    request_hash: str
    model: str
    messages: tuple[Message, ...]
    first: int = 0
    """Number that attempt 0 of this sitting has."""
    attempts: dict[int, HeldAttempt] = field(default_factory=dict[int, HeldAttempt])
    """By number, in order."""

    @property
    def answer(self) -> Completion | None:
        """What a model answered."""
        return next((one.completion for one in self.attempts.values() if one.state == "done"), None)

    @property
    def doubt(self) -> Completion | None:
        """How it stands where that is in doubt."""
        latest = self.attempts[max(self.attempts)]
        return latest.completion if latest.state == "in_doubt" else None

    def exchange(self, epoch: int | None) -> Exchange:
        """What was sent, and what had come back by the end of that epoch; None is no limit."""
        ended = [one for one in self.attempts.values() if one.completion and (epoch is None or one.epoch <= epoch)]
        answers = [one.completion for one in ended if one.state == "done"]
        return Exchange(self.messages, answers[0] if answers else ended[-1].completion if ended else None)


@dataclass(slots=True)
class HeldDebate:
    """One debate: its row, its calls by id, and what it remembers while it is conducted."""

    row: DebateRow
    epoch: int = 0
    calls: dict[str, HeldCall] = field(default_factory=dict[str, HeldCall])
    remembered: Remembered[Completion] | None = None
    """None while it is not conducted."""
    result: str | bytes | None = None
    """As JSON, the way a store keeps it, which takes a fortieth of the room."""
    ended: int | None = None
    """The epoch in which it ended last."""

    def begin(self, epoch: int, forebears: list["HeldDebate"], *, doubtful: bool) -> None:
        """Conduct it, remembering what it and those it was forked from have asked, eldest first."""
        asked: dict[CallKey, dict[str, Completion | None]] = {}
        for debate in (*forebears, self):
            for call in debate.calls.values():
                answers = asked.setdefault(call.key, {})
                known = call.answer or answers.get(call.request_hash)
                answers[call.request_hash] = known or (call.doubt if doubtful else None)
        for call in self.calls.values():
            call.first = max(call.attempts) + 1
        self.epoch, self.remembered = epoch, Remembered(asked, lambda completion: completion)

    def check_unsent(self, intent: Intent) -> None:
        """Let pass an intent that is new.

        Raises:
            StoreError: The same attempt was intended before.
        """
        call = self.calls.get(intent.call_id)
        if call is not None and call.first + intent.attempt <= max(call.attempts):
            raise StoreError(f"{intent} was intended before")

    def send(self, intent: Intent, now_ms: int) -> None:
        """Hold what is about to be sent."""
        call = self.calls.get(intent.call_id)
        if call is None:
            request = intent.request
            call = HeldCall(intent.key, intent.request_hash, request.model, request.messages)
            self.calls[intent.call_id] = call
        call.attempts[call.first + intent.attempt] = HeldAttempt(self.epoch, intent.reserved_nano_usd, now_ms)

    def attempt(self, intent: Intent) -> HeldAttempt | None:
        """The attempt that was intended so, or None."""
        call = self.calls.get(intent.call_id)
        return None if call is None else call.attempts.get(call.first + intent.attempt)

    def call_rows(self) -> Iterator[CallRow]:
        """Its calls as rows."""
        for name, call in self.calls.items():
            yield CallRow(
                id=name,
                debate_id=self.row.id,
                key=call.key,
                request_hash=call.request_hash,
                model=call.model,
                state="done" if call.answer is not None else call.attempts[max(call.attempts)].state,
                attempts=len(call.attempts),
            )

    def attempt_rows(self) -> Iterator[AttemptRow]:
        """Its attempts as rows, call by call."""
        for name, call in self.calls.items():
            for number, attempt in call.attempts.items():
                completion = attempt.completion
                yield AttemptRow(
                    call_id=name,
                    key=call.key,
                    request_hash=call.request_hash,
                    number=number,
                    epoch=attempt.epoch,
                    state=attempt.state,
                    kind=None if completion is None else completion.kind,
                    usage=Usage() if completion is None else completion.usage,
                    reserved_nano_usd=attempt.reserved_nano_usd,
                    latency_s=0.0 if completion is None else completion.latency_s,
                    sent_ms=attempt.sent_ms,
                    settled_ms=attempt.settled_ms,
                )
