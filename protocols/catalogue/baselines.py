"""One agent at work by itself, or with itself: what a debate must be better than at the same number of calls."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from moot.protocols.catalogue.voting import ALONE
from moot.protocols.decide import last, plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.registry import Seating, protocol
from moot.protocols.transcript import Turn

Reward = Literal["self", "judge", "gold"]
Variant = Literal["paper", "reference"]
SHOWN = View(own="none", anonymous=True)
"""Only what is named is shown, by number."""
CRITICS = 0.7
"""The temperature of feedback in the reference code of Self-Refine."""
COOLER = 0.2
"""By how much the reference code lowers the temperature where answers are merged."""
NOTED = 3
"""Lessons remembered, the latest, as in the reference code."""
CRITIQUE = {
    "fine": "yes if nothing needs to change, else no",
    "reason": "what is wrong or missing, and how to mend it",
}
LESSON = {"lesson": "what most likely went wrong, and what to do otherwise"}
CHECK = {"solved": "yes if the attempt is right, else no", "reason": "one or two sentences"}
CRITIC = Ask(later="refine_critique", fields=CRITIQUE, public="reason")
NOTE = Ask(later="reflexion_lesson", fields=LESSON, public="lesson")


@protocol("single", hears="none", debaters=(1, 1), calls="1")
async def single(floor: Floor) -> Outcome:
    """One agent answers once: the cheapest baseline.

    Pitfall: one draw tells little at a temperature above 0; ask many questions, or take several trials.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    return await floor.decide(plurality())


@protocol(
    "self_refine",
    source="arXiv:2303.17651",
    hears="none",
    debaters=(1, 1),
    calls="2R − 1, or 2r where the critic is content with attempt r",
)
async def self_refine(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 4, variant: Variant = "paper") -> Outcome:
    """Self-Refine of Madaan et al. (2023): an agent drafts, criticises its draft and rewrites it until it is content.

    As a writer it keeps its whole chat; as a critic it reads the last attempt alone. Its last
    attempt is the answer. Pitfall: without outside help a critic often finds fault with what is right.

    Args:
        floor: Where it is held.
        rounds: Most attempts, the first included.
        variant: `paper` leaves every temperature to the agent; `reference` asks for critiques at 0.7, as the code does.
    """
    seat, critique = floor.debaters[0], list[Turn]()
    critic = replace(CRITIC, temperature=CRITICS if variant == "reference" else None)
    asks = Ask(first="answer", later="refine_revise")
    async for number in floor.rounds(rounds):
        draft = await floor.speak(seat, view=View(own="all"), ask=asks, reads=critique)
        if number + 1 < rounds and draft.text:  # the last attempt is not criticised: nobody would act on it
            critique = [await _aside(floor, "critic", [draft], critic)]
            if _said_yes(critique[0], "fine"):
                floor.stop("critic: nothing needs to change")
                break
    return await floor.decide(last())


def _unasked(given: Seating) -> str | None:
    wants = given.parameters["reward"] == "judge"
    if wants and not given.judged:
        return "reward='judge' needs a judge: give judge="
    return None if wants or not given.judged else "a judge would not be asked: leave judge= out, or set reward='judge'"


def _unrewarded(question: Question, parameters: Mapping[str, Any]) -> str | None:
    if parameters["reward"] != "gold" or question.gold is not None:
        return None
    return f"reward='gold' needs the right answer of {question.text[:60]!r}: give its gold, or set reward='self'"


@protocol(
    "reflexion",
    source="arXiv:2303.11366",
    hears="none",
    decides=True,
    debaters=(1, 1),
    calls="3R − 2, or 3r − 1 where trial r succeeds; with reward='gold', 2R − 1, or 2r − 1",
    unfit=_unasked,
    refuses=_unrewarded,
)
async def reflexion(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 3, reward: Reward = "self") -> Outcome:
    """Reflexion of Shinn et al. (2023): act, be told whether it worked, note what went wrong, try again.

    The last three notes are kept, and the last attempt; the answer is that of the last trial.
    Pitfall: the published gains rest on a reward from outside; with `gold` the figures are an upper
    bound, with `self` there may be no gain at all.

    Args:
        floor: Where it is held.
        rounds: Most trials.
        reward: Who says whether a trial succeeded: the agent itself, the judge, or the known right
            answer, without a call.
    """
    seat, notes = floor.debaters[0], list[Turn]()
    asks = Ask(first="answer", later="reflexion_retry")
    async for number in floor.rounds(rounds):
        attempt = await floor.speak(seat, ask=asks, reads=notes[-NOTED:])
        if number + 1 < rounds:  # nobody would act on what is said of the last trial
            if await _succeeded(floor, attempt, reward):
                floor.stop(f"reward: trial {number + 1} succeeded")
                break
            notes.append(await _aside(floor, "reflector", [attempt], NOTE))
    return await floor.decide(last())


async def _succeeded(floor: Floor, attempt: Turn, reward: Reward) -> bool:
    if reward == "gold":
        answer, gold = attempt.answer, floor.question.gold
        return answer is not None and gold is not None and bool(await floor.same(answer, gold))
    if not attempt.text:
        return False
    ask = Ask(later="reflexion_check", fields=CHECK)
    if reward == "self":
        return _said_yes(await _aside(floor, "evaluator", [attempt], ask), "solved")
    verdict = await floor.speak(floor.judge, view=SHOWN, ask=ask, reads=[attempt], aside=True)
    return _said_yes(verdict, "solved")


def _too_many(given: Seating) -> str | None:
    wanted = given.parameters["refinements"]
    if wanted is None or wanted <= given.seats:
        return None
    return f"refinements={wanted} is more than the {given.seats} samples: set samples={wanted} or fewer refinements"


@protocol(
    "ensemble_refinement",
    source="arXiv:2305.09617",
    hears="fixed",
    copies="samples",
    calls="n · samples + refinements, or 2n · samples where refinements are not given",
    unfit=_too_many,
)
async def ensemble_refinement(
    floor: Floor,
    *,
    samples: Annotated[int, Field(ge=1)] = 4,
    refinements: Annotated[int, Field(ge=1)] | None = None,
    variant: Variant = "paper",
) -> Outcome:
    """Ensemble refinement of Singhal et al. (2023): independent chains, then answers made after reading all of them.

    Nobody is told whose chain is whose. The plurality of the refined answers decides.
    Pitfall: a prompt of the second stage holds every chain, so tokens grow with samples times refinements.

    Args:
        floor: Where it is held.
        samples: Chains of each agent; meant for a temperature above 0.
        refinements: How many times the chains are read, at most as often as there are chains; None is that often.
        variant: `paper` keeps the agent's temperature; `reference` lowers it by 0.2 where the chains are read, as the
            benchmarked code does; an agent that names none is taken to have 1.
    """
    chains = list[Turn]()
    async for number in floor.rounds(2):
        if number == 0:
            chains = await floor.together([Part(seat, ALONE) for seat in floor.debaters])
        else:
            asks = [(seat, _merging(seat, variant)) for seat in floor.debaters[:refinements]]
            await floor.together([Part(seat, SHOWN, ask, reads=chains) for seat, ask in asks])
    return await floor.decide(plurality())


def _merging(seat: Seat, variant: Variant) -> Ask:
    own = 1.0 if seat.agent.temperature is None else seat.agent.temperature
    cooler = round(max(own - COOLER, 0.0), 9)  # 0.7 - 0.2 is not 0.5
    return Ask(later="refine_together", temperature=cooler if variant == "reference" else None)


async def _aside(floor: Floor, role: str, reads: list[Turn], ask: Ask) -> Turn:
    """The agent speaks in another role, having read just that."""
    return await floor.speak(floor.debaters[0], view=SHOWN, ask=ask, reads=reads, role=role, aside=True)


def _said_yes(turn: Turn, key: str) -> bool:
    return (turn.fields or {}).get(key, "").strip().lower().startswith("yes")
