"""Debates in which everyone says how sure it is, and reads how sure the others are."""

from typing import Annotated

from pydantic import Field

from moot.protocols.confidence import Temperature
from moot.protocols.decide import last, majority
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import View, update
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

Rounds = Annotated[int, Field(ge=1)]
SURE = update(confidence=True)


@protocol("confmad", source="arXiv:2509.14034", hears="fixed", debaters=(2, None), calls="n · R")
async def confmad(floor: Floor, *, rounds: Rounds = 3, temperature: Annotated[float, Field(gt=0)] = 1.0) -> Outcome:
    """ConfMAD (2025): one after another, each with the whole debate and the calibrated confidence of every message.

    Confidence is what debaters state. The paper also reads it from token probabilities and fits its
    map to answered questions; of those maps one is here, whose temperature
    `moot.protocols.confidence.fit_temperature` finds. The last word stands. Pitfall: raw confidence is
    near 100 % whatever a model knows, and then tells the others nothing.

    Args:
        floor: Where it is held; the paper seats two.
        rounds: Turns of each debater.
        temperature: Divides the log odds of a stated confidence before others read it; above 1 it
            makes the sure less so, 1 leaves it as it is.
    """
    view = View(
        own="all", peers="all", confidence="stated" if temperature == 1 else Temperature(temperature=temperature)
    )
    async for _ in floor.rounds(rounds):
        for seat in floor.debaters:
            await floor.speak(seat, view=view, ask=SURE, hears=floor.others(seat))
    return await floor.decide(last())


@protocol("debunc_prompt", source="arXiv:2407.06426", calls="n · R")
async def debunc_prompt(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """DebUnc (2024), confidence in the prompt: all at once, each reads the others' last words and how sure they are.

    Confidence is put into prompts in ten steps. It is what debaters state, where the paper takes it
    from the entropy of their tokens; its other form, which scales attention, needs the model's insides
    and is not here. A majority decides. Pitfall: what is stated is less telling than entropy.

    Args:
        floor: Where it is held; the paper seats three.
        rounds: Most rounds, the first independent one included.
    """
    view = View(own="all", confidence="tenths")
    async for _ in floor.rounds(rounds):
        await floor.together([Part(seat, view, SURE) for seat in floor.debaters])
    return await floor.decide(majority())
