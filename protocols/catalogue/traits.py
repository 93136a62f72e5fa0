"""A society of tempers that debates in some rounds and reflects in others."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

Trait = Literal["easy-going", "overconfident"]
TRAITS: Mapping[Trait, str] = {
    "easy-going": "You are easy-going: you like to be in tune with others and give way without ado.",
    "overconfident": "You are very sure of yourself: you trust your own judgement and like others to follow it.",
}


@protocol(
    "machinesom", source="MachineSoM, ACL 2024", hears="fixed", calls="n · (1 + T) with T letters in the strategy"
)
async def machinesom(
    floor: Floor,
    *,
    strategy: Annotated[str, Field(pattern="^[dr]{1,16}$")] = "ddd",
    overconfident: Annotated[int, Field(ge=0)] = 1,
) -> Outcome:
    """Agents of two tempers answer alone, then all debate or all reflect, round by round as the strategy says.

    In a debate round everyone reads the others' last replies beside its own; in one of reflection its own alone.
    Plurality decides. Pitfall: more rounds or agents are not always better, so compare strategies of one length.

    Args:
        floor: Where it is held; the first agents are the overconfident ones, the others easy-going.
        strategy: A letter for each round after the first: `d` debate, `r` reflect; three make the paper's eight.
        overconfident: How many agents are; of three, 0 to 3 are the paper's four societies.
    """
    tempers = [
        TRAITS["overconfident" if place < overconfident else "easy-going"] for place in range(len(floor.debaters))
    ]
    async for number in floor.rounds(1 + len(strategy)):
        debating = number > 0 and strategy[number - 1] == "d"
        later = "trait_debate" if debating else "trait_reflect"
        await floor.together(
            [
                Part(
                    seat,
                    ask=Ask(first="trait_answer", later=later, values={"trait": temper}),
                    hears=floor.others(seat) if debating else (),
                )
                for seat, temper in zip(floor.debaters, tempers, strict=True)
            ]
        )
    return await floor.decide(plurality())
