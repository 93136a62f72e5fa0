"""Debate without consensus: everyone looks for flaws, and the whole course of the debate is scored."""

from typing import Annotated

from pydantic import Field

from moot.protocols.decide import trajectory
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import Ask, update
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol


@protocol("free_mad", source="arXiv:2509.11035", calls="n · R")
async def free_mad(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 2, conformity: bool = False) -> Outcome:
    """Free-MAD (2026): one debate round in which nobody is to agree for agreement's sake, then a score of each answer.

    Everyone lists flaws in the others' replies and in its own, and changes its answer on evidence alone. What was
    stated, kept, given up and taken up is scored over all rounds; ties by lot. A *reconstruction*: the paper was not
    at hand, and the constants of the score are those of an independent implementation. Prompt and score are two
    factors: test each alone by `conformity=true` and by `decide="plurality"`.

    Pitfall: an answer that many take up late can lose to one that many stated first.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        conformity: Ask as in any debate, to weigh others' reasons and follow the better ones.
    """
    ask = update() if conformity else Ask(later="anti_conformity")
    async for _ in floor.rounds(rounds):
        await floor.everyone(ask=ask)
    return await floor.decide(trajectory(tie="random"))
