"""Debates whose judge says after every round how likely each answer is, and ends them."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from moot.protocols.answers import read_confidence
from moot.protocols.catalogue.arguing import JUDGES, held, pooled
from moot.protocols.catalogue.drafting import arguments
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import Ask
from moot.protocols.outcome import Outcome
from moot.protocols.rating.reward import judge_reward
from moot.protocols.registry import protocol
from moot.protocols.sides import Sides, no_pair, seated
from moot.protocols.transcript import Turn

REPORT = {
    "answer": "the answer you lean to",
    "confidence": "how likely it is right, in per cent from 50 to 100",
    "end": "yes to end the debate here, no for another round",
}


@protocol(
    "nyu",
    source="arXiv:2311.08702",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="3R, or 3r where the judge ends in round r",
    refuses=no_pair,
)
async def nyu(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 5) -> Outcome:
    """Michael et al. (2023): after each round the judge reports how likely each answer is, and may end the debate.

    The debaters speak in turn. The last report decides. The judge is worth log2 of the probability
    that it gave the right answer, less .05 for each time it went on; where the right answer is
    known, a note of the result says how much. Pitfall: a judge that never goes on has seen one round.

    Args:
        floor: Where it is held; who defends what, and every order, is drawn from the seed.
        rounds: Most rounds.
    """
    sides, said, reports = seated(floor), list[Turn](), list[Turn]()
    async for number in floor.rounds(rounds):
        for side in sides.sides:
            said += await arguments(floor, sides, [side], said)
        reports.append(await _report(floor, sides, said))
        if (reports[-1].fields or {}).get("end", "").lower().startswith("yes"):
            floor.stop(f"judge: ended the debate in round {number}")
            break
    return _reported(floor, sides, reports)


async def _report(floor: Floor, sides: Sides, said: list[Turn]) -> Turn:
    ask = Ask(first="oversight_report", later="oversight_report", fields=REPORT)
    return await floor.ask_judge(ask, view=JUDGES, reads=tuple(said), question=sides.judged)


def _reported(floor: Floor, sides: Sides, reports: list[Turn]) -> Outcome:
    """The judge's last readable distribution, and what it is worth."""
    read = [turn for turn in reports if turn.vote is not None]
    if not read:
        return Outcome(rule="nyu")
    last = read[-1]
    sure = read_confidence(f"Confidence: {(last.fields or {}).get('confidence', '')}")
    support = held(str(last.vote), sure, sides.answers)
    if floor.question.gold in support:
        earned = judge_reward(support[str(floor.question.gold)], len(reports) - 1)
        floor.notes.append(f"judge's reward: {earned:.4f} bits")
    return pooled([replace(last, confidence=sure)], sides.answers).model_copy(update={"rule": "nyu"})
