"""The one door from a debate to the world, as the floor sees it.

What stands behind it remembers every call, keeps within the caps and retries; the floor only
asks and reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from moot.agents.records import Completion, Message
from moot.protocols.floor.seats import Seat
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Turn


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back through the door."""

    completion: Completion
    key: str
    """Of the call, in the journal."""
    model: str
    """Who answered: the seat's model, or its fallback."""
    attempts: int = 1
    cached: bool = False
    """Whether the journal knew it."""
    wasted_nano_usd: int | None = 0
    """Cost of attempts that failed before this one."""
    inner: tuple[Turn, ...] = ()
    """What was said in the debate that sits there; then their calls are in the journal, and `key` is empty."""
    usage: Tally | None = None
    """Of that debate."""


@dataclass(frozen=True, slots=True)
class Call:
    """One question to one seat's LLM, named by its place in the debate."""

    seat: Seat
    messages: tuple[Message, ...]
    turn: int
    """How many turns the seat has had before."""
    ask: int = 0
    """How many unusable replies this turn has had before."""
    sample: int = 0
    schema: dict[str, JsonValue] | None = None
    question: Question | None = None
    """What the debate is about, where the reply is to be an answer to it: a debate in the seat debates it."""
    temperature: float | None = None
    """At which the reply is sampled; None leaves it to the seat's agent."""
    logprobs: bool = False
    """Whether to tell how likely each token of the reply was."""
    backed: bool = False
    """Whether another seat takes over where the reply cannot be used."""
    replies: list[Reply] = field(default_factory=list[Reply], compare=False)
    """Of the turn so far. A door that is cut off in the middle of a call adds what that has come to."""


class Door(Protocol):
    """What a floor needs of the world."""

    async def admit(self, calls: Sequence[Call]) -> None:
        """Reserve and record a whole wave before any of it is sent.

        Raises:
            CapReached: A hard cap does not allow the whole wave; none of it is reserved.
        """
        ...

    async def complete(self, call: Call) -> Reply:
        """The reply to an admitted call."""
        ...

    def covers(self, calls: Sequence[Call], rounds: int) -> str:
        """Whether the caps allow `rounds` such waves at their worst: empty if so, else why not."""
        ...


class Halt(Exception):  # noqa: N818  (it ends a debate, it is no error)
    """Ends a debate from inside; the conductor turns it into a result."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class Late(Exception):  # noqa: N818  (it ends a turn, it is no error)
    """The round's deadline passed during a call, as the record has it; raised where no clock is asked."""


class CapReached(Halt):
    """The next wave does not fit under a hard cap."""


class QuorumLost(Halt):
    """Too few debaters gave a usable reply in a round."""

    def __init__(self, words: str, round: int) -> None:
        self.round = round
        super().__init__(words)
