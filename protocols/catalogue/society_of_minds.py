"""The society of minds as it was benchmarked: one after another, with a dial for how far to agree."""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol


@protocol("som_gs", source="Smit et al., ICML 2024", calls="n · R")
async def som_gs(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 2,
    agreement: Annotated[int, Field(ge=0, le=10)] | None = None,
    alone: bool = True,
    variant: Literal["paper", "reference"] = "reference",
) -> Outcome:
    """Du et al.'s debate as the harness of Smit et al. runs it: in turn, so that later seats hear this round's words.

    Everyone first answers alone; then each in seat order reads the newest reply of those it hears beside its own
    last one, nothing older. Ties go to the answer given first. Whether the harness takes round 0 in turn, too, our
    notes on it leave open.

    Pitfall: seats are no equals, the last one hears most; and the best dial differs from one task to another.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        agreement: How far to go along with the others, from 0, contest everything, to 10, adopt their view; None
            leaves it to the reasons.
        alone: Whether round 0 is answered alone; if not, it is taken in turn like all others, and there is no
            independent first vote. Of the `reference` variant.
        variant: `reference` the schedule of the code, the one that gives it its name; `paper` that of the protocol it
            stands for: all at once, each with its whole chat.
    """
    ask = Ask() if agreement is None else Ask(later="update_agreement", values={"agreement": str(agreement)})
    async for number in floor.rounds(rounds):
        if variant == "paper" or (alone and number == 0):
            await floor.everyone(view=View(own="all" if variant == "paper" else "last"), ask=ask)
        else:
            for seat in floor.debaters:
                await floor.speak(seat, ask=ask)
    return await floor.decide(plurality(tie="first"))
