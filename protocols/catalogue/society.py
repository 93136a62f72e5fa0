"""Symmetric debates: everyone answers, hears others, and answers again."""

from typing import Annotated, Literal

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

    Stateless: nothing older is shown, so prompts do not grow with the rounds. Pitfall: where most
    agree at once the others give in, right or wrong.

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
async def du(
    floor: Floor,
    *,
    rounds: Rounds = 2,
    pace: Pace = "round",
    variant: Literal["paper", "reference"] = "paper",
) -> Outcome:
    """Multi-agent debate of Du et al. (2023): everyone keeps its whole chat and reads the others' last replies.

    Simultaneous rounds. Each is asked in the same words in every task, where the reference code
    repeats the question in some and not in others, and its scorer takes a reply to GSM8K that holds
    no answer for a right one; here that is an abstention. Pitfall: chats hold all that was ever
    heard, so tokens grow with the square of agents and of rounds.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        pace: `free` lets nobody wait but for those they hear.
        variant: What becomes of ties: `paper` leaves them, `reference` lets the earliest agent win them, as the code.
    """
    async for _ in floor.rounds(rounds, pace=pace):
        await floor.everyone(view=View(own="all", peers="last"))
    return await floor.decide(plurality(tie="first" if variant == "reference" else "none"))


@protocol("sequential", calls="n · R")
async def sequential(floor: Floor, *, rounds: Rounds = 2, view: View = View()) -> Outcome:  # noqa: B008
    """One after another in seat order, each hearing the newest words of those it hears.

    Already in round 0 a later seat hears the earlier ones, so there is no independent vote.
    Pitfall: who speaks first leads the rest; hold it in several orders.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        view: What each seat is shown.
    """
    async for _ in floor.rounds(rounds):
        for seat in floor.debaters:
            await floor.speak(seat, view=view)
    return await floor.decide(plurality())
