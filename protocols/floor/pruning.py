"""Replies that say again what their reader has said, found by how alike texts are."""

from dataclasses import replace

from moot.protocols.floor.composing import Past, looked_at
from moot.protocols.floor.view import View
from moot.protocols.similarity import alike


async def without_repetition(past: Past, view: View) -> Past:
    """The past with those replies marked redundant that are too much like the seat's own last one.

    Args:
        past: What a seat may be shown.
        view: How alike is too much, and by which measure; without a measure nothing is redundant.
    """
    own = next((turn for turn in reversed(past.own) if turn.text), None)
    if view.similarity is None or own is None:
        return past
    heard = [turn for said, _ in past.peers for turn in said[looked_at(view)]] if past.reads is None else past.reads
    likeness = (await alike([own.said, *(turn.said for turn in heard)], view.similarity))[0][1:]
    repeated = {turn.id for turn, value in zip(heard, likeness, strict=True) if value >= view.threshold}
    return replace(past, redundant=frozenset(repeated))
