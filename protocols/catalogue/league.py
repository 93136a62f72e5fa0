"""A league of debaters: each pair argues both sides of a motion in turns of a fixed kind, judges give margins."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from moot.protocols.answers import space_of, value_of, worded
from moot.protocols.answers.reading import Unclear
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import JUDGE, Seat
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.rating.margins import WIDEST, soft_score
from moot.protocols.registry import protocol
from moot.protocols.sides import Pair, no_pair, pair_of
from moot.protocols.transcript import Turn

KINDS = ("opening", "rebuttal", "pressure", "reply", "closing")
"""What each turn of a side is for, in order."""
CHAT = View(own="all")
NUMBER = space_of(Question("By how much?", kind="number"))


@protocol(
    "pro_con_league",
    source="github.com/lechmazur/debate",
    hears="fixed",
    decides=True,
    debaters=(3, None),
    calls="20 + 2 (n − 2), all but two being judges; without the swap, 10 + (n − 2)",
    refuses=no_pair,
)
async def pro_con_league(floor: Floor, *, swap: bool = True) -> Outcome:
    """Two agents debate a motion for and against, then change sides; the other agents judge by signed margins.

    Each side has five turns: opening, rebuttal, a question to press the other, the reply to its question,
    closing. Judges read the whole debate without names and say from 3 (the affirmative side won
    clearly) to -3. The affirmative side speaks first and defends the first of two options, or yes;
    the answer is that of the better mean margin over both debates. Rate debaters over many runs by
    `rating.bradley_terry(rating.margin_games(turns), side=True)`. Pitfall: one side of a motion is
    often easier to argue, so results without the swap rate the motion.

    Args:
        floor: Where it is held; the first two agents debate, all others judge.
        swap: Whether they change sides and debate again, knowing nothing of the first time.
    """
    (one, other, *judges), pair = floor.debaters, pair_of(floor.question, floor.setting.seed)
    orders = [(one, other), (other, one)] if swap else [(one, other)]
    said, verdicts = list[Turn](), list[Turn]()
    async for number in floor.rounds(len(orders) * len(KINDS)):
        order, kind = orders[number // len(KINDS)], KINDS[number % len(KINDS)]
        said = [] if kind == KINDS[0] else said
        for seat, side, stance in zip(order, ("affirmative", "negative"), pair, strict=True):
            ask, reads = always(f"league_{kind}"), said[-1:]
            said += [await floor.speak(seat, view=CHAT, ask=ask, reads=reads, role=side, stance=stance, open=True)]
        if kind == KINDS[-1]:
            verdicts += await floor.together([_margin(judge, said) for judge in judges])
    return _outcome(verdicts, pair)


def _margin(judge: Seat, said: Sequence[Turn]) -> Part:
    blind, ask = View(own="none", anonymous=True), Ask("league_margin", "league_margin")
    return Part(replace(judge, role=JUDGE), blind, ask, reads=said, aside=True, open=False, space=MARGIN)


def _within(value: str) -> str | Unclear:
    """A number that can be a margin; one between two whole ones is as good."""
    read = NUMBER.parse(value)
    margin = None if isinstance(read, Unclear) else value_of(read)
    return read if margin is None or abs(margin) <= WIDEST else Unclear.UNPARSED


MARGIN = replace(worded([str(margin) for margin in range(-WIDEST, WIDEST + 1)]), parse=_within)
"""How a margin is asked for and read."""


def _outcome(verdicts: Sequence[Turn], pair: Pair) -> Outcome:
    margins = [value_of(verdict.answer) for verdict in verdicts if verdict.answer is not None]
    scores = [soft_score(float(margin)) for margin in margins if margin is not None]
    mean = fmean(scores) if scores else 0.5
    support = {pair[0]: sum(scores), pair[1]: len(scores) - sum(scores)}
    answer = None if mean == 0.5 else pair[0] if mean > 0.5 else pair[1]
    ties = pair if scores and answer is None else ()
    return Outcome(answer=answer, rule="pro_con_league", support=support, ties=ties)
