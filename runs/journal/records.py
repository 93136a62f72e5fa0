"""What the journal is told and what it tells: keys, intents, states, and rows as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field, JsonValue

from moot.agents.records import Completion, Kind, Message, Request, Usage
from moot.runs.journal.hashing import call_id

State = Literal["sent", "done", "failed", "cancelled", "in_doubt"]
"""How far an attempt, or the call above it, has come.

sent: its reservation and intent are committed, so it may have been sent; nothing more is known.
done: a model answered; the reply is never paid for again. failed: it brought no reply; the kind
says why. cancelled: stopped by us while in flight. in_doubt: its process died, so whether the
provider answered, and billed, cannot be known.
"""

ANSWERED: frozenset[Kind] = frozenset({"ok", "empty", "refused", "truncated"})
"""Kinds with which a model has answered, usably or not: asking again would pay twice for the same."""


def state_of(kind: Kind) -> State:
    """The state an attempt is in once it has ended that way.

    >>> state_of("refused"), state_of("timeout"), state_of("crashed")
    ('done', 'failed', 'in_doubt')
    """
    if kind in ANSWERED:
        return "done"
    return "cancelled" if kind == "cancelled" else "in_doubt" if kind == "crashed" else "failed"


class CallKey(NamedTuple):
    """The place of one call in a debate; with the hash of its request it names the call."""

    stream: str
    """Of the debate's randomness: follows from seed, question and trial; a fork keeps its parent's."""
    seat: str
    """The seat, or the path of seats of a debate inside a seat."""
    turn: int
    sample: int
    ask: int
    """How many unusable replies this turn has had before."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent: one attempt at one call, with the most it may cost."""

    key: CallKey
    debate_id: str
    request: Request
    request_hash: str
    attempt: int
    """Counts up from 0 while the debate is conducted; the journal numbers on from earlier sittings."""
    reserved_nano_usd: int
    """Spent, for every count, until the attempt is settled; stays so where it ends in doubt."""

    call_id: str = field(init=False)
    """Names the call; every attempt at it has the same."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "call_id", call_id(self.key, self.request_hash))

    def __str__(self) -> str:
        _, seat, turn, sample, ask = self.key
        place = f"{seat}, turn {turn}, sample {sample}, ask {ask}"
        return f"attempt {self.attempt} at the call of {place} in debate {self.debate_id!r}"


NO_TERMS: Mapping[str, JsonValue] = MappingProxyType({})


class RunRow(BaseModel, frozen=True, extra="forbid"):
    """One run: debates held under one name and one spec."""

    name: str
    spec: dict[str, JsonValue]
    """As of its latest epoch; only growable limits differ from the first."""
    epoch: int
    """Number of the latest beginning, over the whole store; 0 in memory before any."""
    epochs: int
    """How many times it was begun: 1, and one more for each resume."""
    began_ms: int
    """When it was first begun, in milliseconds since 1970."""
    terms: dict[str, JsonValue] = Field(default_factory=dict)
    """What its latest beginning was under beside the spec: `budget`, caps on all its debates together, and
    `prices`, the hash of the price file."""
    statuses: dict[str, int] = Field(default_factory=dict)
    """How many debates ended in each status, forks apart; `open` counts those that have not ended."""


class DebateRow(BaseModel, frozen=True, extra="forbid"):
    """One debate of a run."""

    id: str
    """Unique in the store."""
    run: str
    index: int
    """Place of its question in the run."""
    trial: int
    stream: str
    question: dict[str, JsonValue]
    parent: str | None = None
    """The debate it was forked from."""
    status: str | None = None
    """How it ended last; None while it has not."""


class CallRow(BaseModel, frozen=True, extra="forbid"):
    """One call of a debate: one question to one seat."""

    id: str
    debate_id: str
    key: CallKey
    request_hash: str
    model: str
    state: State
    """`done` once any attempt is, else that of the latest attempt."""
    attempts: int


class AttemptRow(BaseModel, frozen=True, extra="forbid"):
    """One attempt at a call."""

    call_id: str
    key: CallKey
    request_hash: str
    number: int
    """Counts from 0 over the life of the call."""
    epoch: int
    """The run's beginning in which it was sent."""
    state: State
    kind: Kind | None
    """None while nothing more than its intent is known."""
    usage: Usage
    reserved_nano_usd: int
    latency_s: float
    sent_ms: int
    settled_ms: int | None


class Exchange(NamedTuple):
    """One call in full: what was sent and what came back."""

    messages: tuple[Message, ...]
    completion: Completion | None
    """The answer, or else how the latest attempt ended; None where none has ended."""


class DebateRecord(NamedTuple):
    """One debate as it is remembered."""

    row: DebateRow
    result: dict[str, JsonValue] | None
    """The slim result of its latest ending; None while it has not ended."""
    exchanges: Mapping[str, Exchange]
    """Its calls by their id, those of the debates it was forked from included. What came back is as
    it stood when the debate ended last: calls of a later sitting, which was interrupted, have no completion."""
    epoch: int | None = None
    """The beginning of its run in which it ended last; None while it has not."""


class Totals(BaseModel, frozen=True, extra="forbid"):
    """What a run has used, summed over every attempt in every epoch."""

    calls: int = 0
    """Calls that a model has answered."""
    attempts: int = 0
    """Attempts whose intent was committed, whatever became of them."""
    failed: int = 0
    cancelled: int = 0
    in_doubt: int = 0
    sent: int = 0
    """Attempts not settled yet."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_nano_usd: int | None = 0
    """Of everything settled; None where a price is unknown."""
    held_nano_usd: int = 0
    """Reservations of attempts sent or in doubt: what they may have cost at most."""
