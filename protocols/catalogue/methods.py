"""Debate between ways of thinking: each seat is bound to a method of its own."""

from typing import Annotated

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

CHAIN = "Think step by step: go from what is given to the answer in small steps, each following from those before."
STEP_BACK = "Step back first: name the general principle that the question falls under, then apply it to this case."
PROGRAM = "Think in code: write a short program that computes the answer, follow it line by line, and read it off."
METHODS = (CHAIN, STEP_BACK, PROGRAM)


@protocol("dmad", source="DMAD, ICLR 2025", hears="fixed", calls="n · R")
async def dmad(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 3,
    methods: Annotated[tuple[str, ...], Field(min_length=1)] = METHODS,
) -> Outcome:
    """Diverse debate: everyone solves in its own way, reads the others' last solutions, and solves again in that way.

    Chain of thought, step-back and program of thought, for questions in words; the first three agents hold them.
    Plurality decides, and `decide="judge"` is the paper's chooser. Pitfall: a method that does not fit the question
    keeps its seat wrong in every round.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        methods: Instructions, one a seat, from the first again where there are more seats.
    """
    asks = [Ask(first="method", later="method_again", values={"method": method}) for method in methods]
    async for _ in floor.rounds(rounds):
        await floor.together(
            [
                Part(seat, ask=asks[place % len(asks)], hears=floor.others(seat))
                for place, seat in enumerate(floor.debaters)
            ]
        )
    return await floor.decide(plurality())
