"""Summaries for edges that let nothing else through: one of each reply, shared by all who hear it over such an edge.

The judge writes them where one is seated, else the author of the reply, as a summariser who sees nothing but the
question and the reply. A summary is a turn aside, made before the first wave in which somebody is to read it. The
author's answer is put below it, so that no summary can change what was answered. Where a summary fails, its readers
are told so, and are shown the answer alone: the reply itself was not to reach them.
"""

from collections.abc import Mapping, Sequence

from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.showing import closing
from moot.protocols.floor.view import Form, View, always
from moot.protocols.transcript import Turn
from moot.topologies import Channel

SUMMARISER = "summariser"
WORDED: frozenset[Form] = frozenset(("words", "groups", "estimates"))
"""Forms of a view that show what was said; the others show answers alone, which need no summary."""

Due = tuple[Turn, Channel]
"""A reply that is to be summed up, and the channel it is to go over."""
Summaries = Mapping[tuple[str, Channel], Turn]
"""By the id of the reply and the channel."""


def summarising(due: Sequence[Due], judge: Seat | None, debaters: Sequence[Seat]) -> list[Part]:
    """The turns that sum up those replies.

    Args:
        due: What is to be summed up.
        judge: Writes all of them; None leaves each to its author.
        debaters: Who spoke.
    """
    seats = {seat.name: seat for seat in debaters}
    view = View(own="none", context=False)
    return [
        Part(
            judge or seats[turn.seat],
            view,
            always("edge_summary", words=str(channel.words)),
            reads=[turn],
            role=SUMMARISER,
            aside=True,
        )
        for turn, channel in due
    ]


def summed(turn: Turn, summary: Turn | None) -> str:
    """What a reader is shown in place of a reply."""
    reason = "none was made" if summary is None else summary.reason
    words = summary.text if summary is not None and summary.status == "ok" else f"(no summary of this reply: {reason})"
    return words if turn.answer is None else f"{words}\n{closing(turn)}"
