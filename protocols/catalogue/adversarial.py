"""Debates between assigned sides."""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.floor.floor import Floor
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.transcript import Turn

CHAT = View(own="all", peers="last")
VERDICT = {
    "decided": "yes if one side has clearly made its case, else no",
    "supported": "affirmative, negative or neither",
    "reason": "one sentence",
    "answer": "the answer of the side you support if decided is yes, else empty",
}


@protocol(
    "mad_liang",
    source="arXiv:2305.19118",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="1 + 3R + 2, or 1 + 3r where the moderator decides in round r",
)
async def mad_liang(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 3,
    variant: Literal["paper", "reference"] = "paper",
) -> Outcome:
    """Liang et al. (2024): two sides argue tit for tat before a moderator, and a judge decides if it did not.

    The affirmative side first gives a base answer and then defends it; the negative side attacks.
    Each keeps its own chat and reads the other's latest words only. After each round the
    moderator may end the debate with an answer; else the judge lists the candidate answers and
    chooses one. Moderator and judge are the debate's judge.

    Args:
        floor: Where it is held; the first agent is the affirmative side.
        rounds: Most rounds, the opening included.
        variant: What the judge reads in the end: `paper` the sides' last words, `reference` their
            opening words, as the released code does.
    """
    affirmative, negative = floor.debaters
    base = await floor.speak(affirmative, view=View(own="none", peers="none"), aside=True, role="base")
    async for _ in floor.rounds(rounds):
        await _side(floor, affirmative, hears=negative, stance=base.answer or base.text or None)
        await _side(floor, negative, hears=affirmative)
        ruling = await _moderate(floor)
        if ruling.answer is not None:
            floor.stop("moderator: one side has made its case")
            return await _outcome(floor, ruling, (ruling.fields or {}).get("reason"))
    return await _judge(floor, variant)


async def _side(floor: Floor, seat: Seat, *, hears: Seat, stance: str | None = None) -> Turn:
    side = "affirmative" if seat is floor.debaters[0] else "negative"
    ask = Ask(first=f"mad_{side}", later=f"mad_{side}")
    return await floor.speak(seat, view=CHAT, ask=ask, hears=[hears], role=side, stance=stance)


async def _moderate(floor: Floor) -> Turn:
    ask = Ask(first="mad_moderator", later="mad_moderator", fields=VERDICT)
    return await floor.speak(floor.judge, view=CHAT, ask=ask, hears=floor.debaters, role="moderator", aside=True)


async def _judge(floor: Floor, variant: str) -> Outcome:
    """The judge lists the candidates, then chooses; it reads as a newcomer, without the moderator's chat."""
    reads = View(own="none", peers="first" if variant == "reference" else "last")
    listing = Ask(first="mad_candidates", later="mad_candidates")
    await floor.speak(floor.judge, view=reads, ask=listing, hears=floor.debaters, aside=True, role="judge")
    choosing = Ask(first="mad_verdict", later="mad_verdict")
    verdict = await floor.speak(floor.judge, view=CHAT, ask=choosing, hears=(), aside=True, role="judge")
    return await _outcome(floor, verdict, verdict.text)


async def _outcome(floor: Floor, ruling: Turn, rationale: str | None) -> Outcome:
    votes = (await floor.standing()).votes
    support = {answer: float(len(names)) for answer, names in votes.items()}
    return Outcome(answer=ruling.vote, rule="mad_liang", support=support, rationale=rationale)
