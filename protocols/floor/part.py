"""One seat's part in a wave: a turn to be taken, an answer taken over, or a rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from moot.protocols.answers import AnswerSpace
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, update
from moot.protocols.question import Question
from moot.protocols.transcript import Turn

LAST = View()
"""The seat's own last reply and the last replies of those it hears."""


@dataclass(frozen=True, slots=True)
class Part:
    """A turn to be taken.

    Args:
        seat: Who speaks.
        view: What it is shown of those it hears.
        ask: What it is told to do.
        hears: Whom it hears; None follows the graph.
        reads: Exactly these turns are shown, in this order, whoever spoke them; None leaves it to `hears`.
        role: What it speaks as; a seat has a past of its own in each role.
        stance: The answer it must defend.
        aside: The turn belongs to no round: a summary, a verdict, a ballot, a preparation.
        open: Whether a reply without an answer is fine as it is; None is as `aside`.
        space: How its answer is asked for and read; None is as the question wants it.
        question: What it is asked in place of the debate's question: the same in another form, or a part of it.
        backed: Whether another seat takes over where its reply cannot be used.
    """

    seat: Seat
    view: View = LAST
    ask: Ask = field(default_factory=update)
    hears: Sequence[Seat] | None = None
    reads: Sequence[Turn] | None = None
    role: str | None = None
    stance: str | None = None
    aside: bool = False
    open: bool | None = None
    space: AnswerSpace | None = None
    question: Question | None = None
    backed: bool = False


@dataclass(frozen=True, slots=True)
class Copied:
    """A seat takes over an answer without a call: its own last one, or another's."""

    seat: Seat
    of: Turn


@dataclass(frozen=True, slots=True)
class Rested:
    """A seat has nothing to say in this wave; `aside` is as for `Part`."""

    seat: Seat
    why: str = ""
    aside: bool = False
