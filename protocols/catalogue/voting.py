"""Answers without debate: the baselines that every debate must beat at the same number of calls."""

from typing import Annotated

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

ALONE = View(own="none", peers="none")


@protocol("vote", hears="none", calls="n")
async def vote(floor: Floor) -> Outcome:
    """Everyone answers once, alone; the plurality decides.

    Round 0 of every other protocol, and the free baseline beside its result. Pitfall: what agents
    of one model get wrong alike no vote puts right.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    return await floor.decide(plurality())


@protocol("self_consistency", source="arXiv:2203.11171", hears="none", copies="samples", calls="n · samples")
async def self_consistency(floor: Floor, *, samples: Annotated[int, Field(ge=1)] = 5) -> Outcome:
    """Each agent answers `samples` times, each time alone; the plurality of all samples decides.

    Pitfall: at temperature 0 all samples are the same.

    Args:
        floor: Where it is held.
        samples: Seats each agent takes, named `ada-1`, `ada-2`, …; meant for a temperature above 0.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    return await floor.decide(plurality())
