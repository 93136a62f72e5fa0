"""Symmetric debates: everyone answers, hears others, and answers again."""

from typing import Annotated

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor, Pace
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

Rounds = Annotated[int, Field(ge=1)]


@protocol("society", calls="n · R")
async def society(floor: Floor, *, rounds: Rounds = 2, pace: Pace = "round", view: View = View()) -> Outcome:  # noqa: B008
    """Everyone speaks at once, having seen its own last reply and the last replies of those it hears.

    Stateless: nothing older is shown, so prompts do not grow with the rounds.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        pace: `free` lets nobody wait but for those they hear.
        view: What each seat is shown.
    """
    async for _ in floor.rounds(rounds, pace=pace):
        await floor.everyone(view=view)
    return await floor.decide(plurality())


@protocol("du", source="arXiv:2305.14325", calls="n · R")
async def du(floor: Floor, *, rounds: Rounds = 2, pace: Pace = "round") -> Outcome:
    """Multi-agent debate of Du et al. (2023): everyone keeps its whole chat and reads the others' last replies.

    Simultaneous rounds; ties are ties here, where the reference code lets the earliest agent win
    them (`decide="plurality?tie=first"`).

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        pace: `free` lets nobody wait but for those they hear.
    """
    async for _ in floor.rounds(rounds, pace=pace):
        await floor.everyone(view=View(own="all", peers="last"))
    return await floor.decide(plurality())


@protocol("sequential", calls="n · R")
async def sequential(floor: Floor, *, rounds: Rounds = 2, view: View = View()) -> Outcome:  # noqa: B008
    """One after another in seat order, each hearing the newest words of those it hears.

    Already in round 0 a later seat hears the earlier ones, so there is no independent vote.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        view: What each seat is shown.
    """
    async for _ in floor.rounds(rounds):
        for seat in floor.debaters:
            await floor.speak(seat, view=view)
    return await floor.decide(plurality())
