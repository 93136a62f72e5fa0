"""What debates before a weaker judge share: a turn that argues for its side, the judge's question, the verdict.

Everybody is shown the whole transcript so far, in which speakers go by numbers and quotes are marked
as verified or not; the judge is shown nothing else, neither the document nor private thoughts.
"""

from collections.abc import Sequence
from dataclasses import replace

from moot.protocols.decide.pooling import linear_opinion_pool, spread
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.sides import Pair, Side, Sides, turned
from moot.protocols.transcript import Turn

LONGEST = 150
"""Words of one argument that are shown."""
READS = View(own="none", anonymous=True, words=LONGEST)
JUDGES = replace(READS, context=False)
ARGUMENT = {
    "thinking": "your private thoughts, which nobody else is shown",
    "argument": "your public argument, about 100 words",
}
QUESTION = {"question": "one question to all who argue, one or two sentences"}


def argument(sides: Sides, side: Side, said: Sequence[Turn]) -> Part:
    """One side's next argument, with private thoughts before it."""
    ask = Ask(
        first="oversight_opening",
        later="oversight_argument",
        fields=ARGUMENT,
        public="argument",
        quotes=True,
        values={"name": side.name},
    )
    return Part(side.seat, READS, ask, reads=tuple(said), stance=side.stance, question=sides.asked)


async def question(floor: Floor, sides: Sides, said: Sequence[Turn]) -> Turn:
    """What the judge asks all who argue."""
    ask = Ask(first="oversight_question", later="oversight_question", fields=QUESTION, public="question")
    return await floor.speak(
        floor.judge, view=JUDGES, ask=ask, reads=tuple(said), aside=True, open=False, question=sides.judged
    )


async def verdicts(
    floor: Floor,
    sides: Sides,
    said: Sequence[Turn],
    *,
    swap: bool,
    template: str = "oversight_verdict",
    view: View = JUDGES,
) -> list[Turn]:
    """The judge's verdict on what was said.

    Args:
        floor: Where it is held.
        sides: Who argued for what.
        said: The transcript.
        swap: Whether the judge is asked a second time, as a newcomer, with everything the other way
            round: who is quoted first of those who spoke at the same time, who goes by which number,
            which option is listed first.
        template: What it is told.
        view: What it is shown.
    """
    ask = always(template, confidence=True)
    orders = [(tuple(said), sides.judged)]
    if swap:
        orders.append((_mirrored(said), turned(sides.judged)))
    return [await floor.ask_judge(ask, view=view, reads=reads, question=put) for reads, put in orders]


def pooled(given: Sequence[Turn], answers: Pair) -> Outcome:
    """The mean of what verdicts say of the two answers.

    A verdict holds its answer as firmly as it says, at least even, and firmly where it says nothing.
    """
    read = [turn for turn in given if turn.vote is not None]
    if not read:
        return Outcome(rule="judge", rationale=_rationale(given))
    support = linear_opinion_pool([held(str(turn.vote), turn.confidence, answers) for turn in read])
    best = max(support.values())
    leaders = tuple(answer for answer, share in support.items() if share == best)
    return Outcome(
        answer=leaders[0] if len(leaders) == 1 else None,
        rule="judge",
        support=support,
        ties=leaders if len(leaders) > 1 else (),
        rationale=_rationale(given),
    )


def held(answer: str, confidence: float | None, answers: Pair) -> dict[str, float]:
    """The distribution of a judge who leans to one of the two answers."""
    return spread(answer, 1.0 if confidence is None else max(confidence, 0.5), answers)


def _rationale(given: Sequence[Turn]) -> str | None:
    return "\n\n".join(turn.text for turn in given if turn.text) or None


def _mirrored(said: Sequence[Turn]) -> tuple[Turn, ...]:
    """The transcript with what was said at the same time the other way round; a reply stays behind its cause."""
    blocks: list[list[Turn]] = []
    for turn in said:
        if blocks and blocks[-1][0].wave == turn.wave:
            blocks[-1].insert(0, turn)
        else:
            blocks.append([turn])
    return tuple(turn for block in blocks for turn in block)
