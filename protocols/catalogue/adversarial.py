"""Debates between sides: assigned ones before a moderator, or those whom a question has divided."""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.decide import history
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.registry import Seating, protocol
from moot.protocols.transcript import Turn

CHAT = View(own="all", peers="last")
WHOLE = View(own="all", peers="all")
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
    chooses one. Moderator and judge are the debate's judge. Pitfall: where the moderator
    decides nothing, the debate often ends where it began, with the base answer.

    Args:
        floor: Where it is held; the first agent is the affirmative side.
        rounds: Most rounds, the opening included: 3 in the released code, 4 in the debates released with it.
        variant: What the judge reads in the end: `paper` the sides' last words, `reference` their
            opening words, as the released code does.
    """
    affirmative, negative = floor.debaters
    base = await floor.speak(affirmative, view=View(own="none", peers="none"), aside=True, role="base")
    async for _ in floor.rounds(rounds):
        await _side(floor, affirmative, always("mad_affirmative"), stance=base.answer or base.text or None)
        await _side(floor, negative, always("mad_negative"))
        ruling = await _moderate(floor)
        if ruling.answer is not None:
            return await _ruled(floor, "mad_liang", ruling)
    return await _judge(floor, "mad_liang", variant)


@protocol(
    "multi_persona",
    source="arXiv:2311.17371",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="3R + 2, or 3r where the moderator decides in round r",
)
async def multi_persona(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 3,
    agreement: Annotated[int, Field(ge=0, le=10)] = 0,
) -> Outcome:
    """An angel answers, a devil takes it up as much as it is told to disagree, and a moderator listens.

    The debate of Liang et al. as DebateLLM holds it (Smit et al. 2024): the angel works out its own answer
    instead of defending a given one, and a dial says how far the devil should agree. Moderator and
    judge are the debate's judge. Pitfall: results follow the dial as much as the models; try several values.

    Args:
        floor: Where it is held; the first agent is the angel, the second the devil.
        rounds: Most rounds.
        agreement: From 0, the devil contests whatever it hears, to 10, it goes along with all of it.
    """
    angel, devil = floor.debaters
    async for _ in floor.rounds(rounds):
        await _side(floor, angel, always("angel"))
        await _side(floor, devil, always("devil", agreement=str(agreement)))
        ruling = await _moderate(floor)
        if ruling.answer is not None:
            return await _ruled(floor, "multi_persona", ruling)
    return await _judge(floor, "multi_persona", "paper")


def _unsummarised(seating: Seating) -> str | None:
    wants = seating.parameters["conclusion"] == "summariser" and not seating.judged
    return "conclusion='summariser' needs a judge: give judge=" if wants else None


@protocol(
    "ford",
    source="arXiv:2305.11595",
    hears="fixed",
    debaters=(2, None),
    calls="n · R at most, or n where all agree at once; n · R + 1 at most with a summariser",
    unfit=_unsummarised,
)
async def ford(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 4,
    conclusion: Literal["history", "summariser"] = "history",
) -> Outcome:
    """Xiong et al. (2023): only those who disagree debate, in turn, until they agree.

    Everyone answers alone; where all answers are the same, that is the outcome. Else they speak one
    after another, each with the whole debate before it, and the debate ends with the turn after
    which all say the same. The answer given most often in the whole debate wins; in a tie the one
    that was given first. Pitfall: who speaks first tends to give in first, so seat them in both orders.

    Args:
        floor: Where it is held; the first agent is the proponent.
        rounds: Most rounds, that of the first answers included; the paper's two debaters have six
            turns, its three have nine, which is 4 either way.
        conclusion: Who concludes: the `history` of answers, or the debate's judge as a `summariser`
            who reads the whole debate.
    """
    async for number in floor.rounds(rounds):
        if number == 0:
            await floor.everyone(view=View(own="none", peers="none"))
        elif await _converse(floor):
            break
        if await _agreed(floor):
            floor.stop("agreement: all say the same")
            break
    if conclusion == "summariser":
        verdict = await floor.ask_judge("ford_summary", view=View(own="none", peers="all"))
        return await _outcome(floor, "ford", verdict, verdict.text)
    return await floor.decide(history(tie="first"))


async def _converse(floor: Floor) -> bool:
    """A round of turns one after another; whether it was cut short by agreement."""
    for seat in floor.debaters:
        await floor.speak(seat, view=WHOLE, ask=always("ford"), hears=floor.others(seat))
        if await _agreed(floor):
            floor.stop("agreement: all say the same")
            return True
    return False


async def _agreed(floor: Floor) -> bool:
    """Whether the latest answers of all debaters are the same."""
    latest = {turn.seat: turn.vote for turn in await floor.transcript() if turn.round is not None}
    return len(set(latest.values())) == 1 and None not in latest.values()


async def _side(floor: Floor, seat: Seat, ask: Ask, *, stance: str | None = None) -> Turn:
    side = "affirmative" if seat is floor.debaters[0] else "negative"
    return await floor.speak(seat, view=CHAT, ask=ask, hears=floor.others(seat), role=side, stance=stance)


async def _moderate(floor: Floor) -> Turn:
    ask = Ask(first="mad_moderator", later="mad_moderator", fields=VERDICT)
    return await floor.speak(floor.judge, view=CHAT, ask=ask, hears=floor.debaters, role="moderator", aside=True)


async def _judge(floor: Floor, rule: str, variant: str) -> Outcome:
    """The judge lists the candidates, then chooses; it reads as a newcomer, without the moderator's chat."""
    reads = View(own="none", peers="first" if variant == "reference" else "last")
    listing = always("mad_candidates")
    await floor.speak(floor.judge, view=reads, ask=listing, hears=floor.debaters, aside=True, role="judge")
    verdict = await floor.speak(floor.judge, view=CHAT, ask=always("mad_verdict"), hears=(), aside=True, role="judge")
    return await _outcome(floor, rule, verdict, verdict.text)


async def _ruled(floor: Floor, rule: str, ruling: Turn) -> Outcome:
    floor.stop("moderator: one side has made its case")
    return await _outcome(floor, rule, ruling, (ruling.fields or {}).get("reason"))


async def _outcome(floor: Floor, rule: str, ruling: Turn, rationale: str | None) -> Outcome:
    votes = (await floor.standing()).votes
    support = {answer: float(len(names)) for answer, names in votes.items()}
    return Outcome(answer=ruling.vote, rule=rule, support=support, rationale=rationale)
