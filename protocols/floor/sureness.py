"""How sure others were, by the source that a reader's view names, in place of what they stated."""

from collections.abc import Sequence
from dataclasses import replace

import anyio

from moot.protocols.confidence import Source, confidence_of
from moot.protocols.floor.composing import Past
from moot.protocols.floor.table import Table
from moot.protocols.transcript import Turn


async def with_source(past: Past, source: Source, table: Table) -> Past:
    """The past in which every turn of others has its confidence from that source."""
    if source == "stated":
        return past

    async def sure(turn: Turn) -> Turn:
        answers = await table.answers(turn) if source == "stability" else ()
        return replace(turn, confidence=confidence_of(turn, source, answers))

    async def each(turns: Sequence[Turn]) -> list[Turn]:
        return await anyio.amap(sure, turns)

    return replace(
        past,
        peers=[(await each(said), weight) for said, weight in past.peers],
        reads=None if past.reads is None else await each(past.reads),
        beyond=[await each(said) for said in past.beyond],
    )
