"""Debates in which everyone reads how sure the others are."""

from typing import Annotated

from pydantic import Field

from moot.protocols.confidence import Map, Source
from moot.protocols.decide import last, majority
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

Rounds = Annotated[int, Field(ge=1)]


@protocol("confmad", source="arXiv:2509.14034", hears="fixed", debaters=(2, None), calls="n · R; 5n · R by consistency")
async def confmad(floor: Floor, *, rounds: Rounds = 3, source: Source = "stated", map: Map = "stated") -> Outcome:
    """ConfMAD (2025): one after another, each with the whole debate and the calibrated confidence of every message.

    Confidence is what debaters state, or as the paper also has it the probability of their tokens, here
    of those of the answer; its semantic entropy is not here. It is calibrated by a map that was fitted
    to answered questions, such as `moot.protocols.confidence.fit_temperature` finds. The last word
    stands. Pitfall: raw confidence is near 100 % whatever a model knows, and then tells the others nothing.

    Args:
        floor: Where it is held; the paper seats two.
        rounds: Turns of each debater.
        source: Where confidence comes from: `stated`, `logprob`, `consistency` or `stability`.
        map: What others read of it: `{temperature: 2}` divides its log odds, `{histogram: [0.1, 0.6]}` gives
            the share that was right in each bin; `stated` leaves it as it is.
    """
    view = View(own="all", peers="all", confidence=map, source=source)
    async for _ in floor.rounds(rounds):
        for seat in floor.debaters:
            await floor.speak(seat, view=view, hears=floor.others(seat))
    return await floor.decide(last())


@protocol("debunc_prompt", source="arXiv:2407.06426", calls="n · R; 5n · R by consistency")
async def debunc_prompt(floor: Floor, *, rounds: Rounds = 3, source: Source = "stated", map: Map = "tenths") -> Outcome:
    """DebUnc (2024), confidence in the prompt: all at once, each reads the others' last words and how sure they are.

    Confidence is put into prompts in ten steps. It is what debaters state, or the probability of their
    answer's tokens, where the paper takes the entropy of all tokens; its other form, which scales
    attention, needs the model's insides and is not here. A majority decides. Pitfall: what is stated is
    less telling than entropy.

    Args:
        floor: Where it is held; the paper seats three.
        rounds: Most rounds, the first independent one included.
        source: Where confidence comes from: `stated`, `logprob`, `consistency` or `stability`.
        map: What others read of it.
    """
    view = View(own="all", confidence=map, source=source)
    async for _ in floor.rounds(rounds):
        await floor.everyone(view=view)
    return await floor.decide(majority())
