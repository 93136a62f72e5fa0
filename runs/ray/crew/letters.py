"""What travels between the driver and a worker: plain data, in order, as many as have piled up."""

from collections.abc import Sequence
from dataclasses import dataclass

from moot.agents.records import Completion, Usage
from moot.errors import MootError
from moot.logs import Line
from moot.protocols.floor.door import CapReached
from moot.runs.journal import CallKey, DebateRow, Intent
from moot.runs.purse import Amounts, Worst
from moot.runs.ray.wire import Plain, packed, plain, unpacked
from moot.runs.underway import Order


@dataclass(frozen=True, slots=True)
class Hand:
    """To a worker: a debate to conduct, begun in the journal."""

    row: Plain
    memory: list[tuple[CallKey, str, Plain | None]]
    """Its calls of earlier sittings: place, hash, answer."""
    spent: Amounts
    """By earlier sittings, under the debate's own caps."""


@dataclass(frozen=True, slots=True)
class Stop:
    """To a worker: nobody wants this debate any more."""

    debate_id: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """To a worker: what a person wants of this debate."""

    debate_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class Answer:
    """To a worker: what it asked under that number is done, or why it is not."""

    number: int
    error: MootError | CapReached | None


Out = Hand | Stop | Ordered | Answer

Flight = tuple[str, str, int]
"""An attempt under way: debate, call and number of the attempt."""


@dataclass(frozen=True, slots=True)
class Sent:
    """From a worker, to be answered: what it is about to send."""

    number: int
    intents: list[Plain]
    """Without their requests."""
    requests: list[Plain]


@dataclass(frozen=True, slots=True)
class Settled:
    """From a worker, to be answered: how an attempt ended."""

    number: int
    flight: Flight
    completion: Plain


@dataclass(frozen=True, slots=True)
class Ended:
    """From a worker, to be answered: how a debate ended."""

    number: int
    debate_id: str
    status: str
    result: Plain


@dataclass(frozen=True, slots=True)
class Wanted:
    """From a worker, to be answered: what it would have set aside in the run's purse."""

    number: int
    attempts: list[Worst]


@dataclass(frozen=True, slots=True)
class Spent:
    """From a worker: what one attempt used of what was set aside."""

    worst: Worst
    used: Usage
    known: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """From a worker: an event of a debate."""

    event: Plain


@dataclass(frozen=True, slots=True)
class Said:
    """From a worker: a line of its log, or of an LLM actor's."""

    line: Line


@dataclass(frozen=True, slots=True)
class Over:
    """From a worker: it has done with a debate; the last letter about it."""

    debate_id: str
    error: Exception | None = None
    """What the debate was broken off by, other than by a `Stop`."""


Asking = Sent | Settled | Ended | Wanted
In = Asking | Spent | Heard | Said | Over


def flight(intent: Intent) -> Flight:
    """The attempt that an intent announces."""
    return intent.debate_id, intent.call_id, intent.attempt


def sent(number: int, intents: Sequence[Intent]) -> Sent:
    """The letter that announces attempts."""
    told = [
        {name: getattr(intent, name) for name in ("key", "debate_id", "request_hash", "attempt", "reserved_nano_usd")}
        for intent in intents
    ]
    return Sent(number, told, packed([intent.request for intent in intents]))


def announced(letter: Sent) -> list[Intent]:
    """The attempts again."""
    requests = unpacked(letter.requests)
    return [Intent(request=request, **told) for told, request in zip(letter.intents, requests, strict=True)]


def remembered(row: DebateRow, memory: Sequence[tuple[CallKey, str, Completion | None]], spent: Amounts) -> Hand:
    """The letter that hands over a debate with what its journal remembers."""
    calls = [(key, digest, None if answer is None else plain(answer)) for key, digest, answer in memory]
    return Hand(row.model_dump(), calls, spent)
