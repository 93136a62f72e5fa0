"""What happens in a debate, as it happens: a tagged union of small records."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.transcript import Turn


class _Event(BaseModel, frozen=True, extra="forbid"):
    debate_id: str
    at_s: float
    """Seconds since the debate started."""


class DebateStarted(_Event, frozen=True):
    """A debate began."""

    kind: Literal["debate_started"] = "debate_started"
    question: Question
    seats: tuple[str, ...]
    models: tuple[str, ...]
    """`models[i]` speaks for `seats[i]`."""
    protocol: str
    topology: str


class RoundStarted(_Event, frozen=True):
    """A round was opened."""

    kind: Literal["round_started"] = "round_started"
    round: int


class TurnStarted(_Event, frozen=True):
    """A seat was asked."""

    kind: Literal["turn_started"] = "turn_started"
    wave: int
    round: int | None
    seat: str
    heard: tuple[str, ...]


class TurnEnded(_Event, frozen=True):
    """A seat's turn is over."""

    kind: Literal["turn_ended"] = "turn_ended"
    turn: Turn


class Rewired(_Event, frozen=True):
    """From this round on another graph holds."""

    kind: Literal["rewired"] = "rewired"
    round: int
    edges: tuple[tuple[str, str], ...]
    """`(u, v)`: v hears u."""


class Judged(_Event, frozen=True):
    """A judge has spoken."""

    kind: Literal["judged"] = "judged"
    turn: Turn


class Stopped(_Event, frozen=True):
    """A stop rule fired, a cap was reached or the quorum was lost."""

    kind: Literal["stopped"] = "stopped"
    words: str


class DebateEnded(_Event, frozen=True):
    """The debate is over; its result is complete."""

    kind: Literal["debate_ended"] = "debate_ended"
    status: Literal["decided", "undecided", "degraded", "failed"]
    outcome: Outcome


Event = Annotated[
    DebateStarted | RoundStarted | TurnStarted | TurnEnded | Rewired | Judged | Stopped | DebateEnded,
    Field(discriminator="kind"),
]
"""Anything that happens in a debate."""
