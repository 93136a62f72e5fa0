"""Debates that go down one branch of an argument, so that a judge has to check a single small claim."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import Field

from moot.protocols.answers import read_confidence, space_of
from moot.protocols.catalogue.oversight import choice
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.quotes import checked_quotes
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.registry import protocol
from moot.protocols.sides import asked_of, no_pair, opposed
from moot.protocols.transcript import Turn

PATH = View(own="none")
LEAF = View(own="none", context=False)
PER_CENT = "in per cent from 0 to 100"
SIGN = "from -1 to 1: -1 where the estimate is too low, 0 where it is right, 1 where it is too high"


@dataclass(frozen=True)
class Level:
    """One step down: a claim, the parts it was taken apart into, and the part that is looked at next."""

    estimate: float
    """Of the claim."""
    sign: int
    """What the prover says of it: -1 too low, 0 right, 1 too high."""
    parts: tuple[float, ...]
    """Estimates of the parts, each given those before it."""
    picked: int
    """The place of the part that is looked at next."""

    @property
    def implied(self) -> float:
        """How likely the claim is by its parts, all of which must hold."""
        return math.prod(self.parts)


def recomputed(levels: Sequence[Level], leaf: float) -> float:
    """The estimate of the first claim, once the last picked part is known to be that likely.

    Args:
        levels: From the first claim down.
        leaf: How likely the last picked part is.

    >>> recomputed([Level(0.3, -1, (0.9, 0.5), 1), Level(0.5, -1, (0.8, 0.25), 1)], 1.0)
    0.7200000000000001
    """
    for level in reversed(levels):
        leaf = math.prod(leaf if place == level.picked else part for place, part in enumerate(level.parts))
    return leaf


def prover_reward(levels: Sequence[Level], sign: int, estimate: float, leaf: float, growth: float) -> float:
    """What the prover earns: how far each lower level moves an estimate in the direction it named.

    Args:
        levels: From the first claim down.
        sign: What the prover says of the last estimate.
        estimate: The last estimate.
        leaf: How likely the judge finds that claim: 0 or 1.
        growth: How many times as much a level counts as the one above it.

    >>> round(prover_reward([Level(0.3, -1, (0.9, 0.5), 1)], -1, 0.5, 1.0, 2.0), 9)
    1.15
    """
    moved = [-level.sign * (level.implied - level.estimate) for level in levels]
    return sum(growth**depth * move for depth, move in enumerate([*moved, -sign * (leaf - estimate)]))


@protocol(
    "prover_estimator",
    source="arXiv:2506.13609",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="3 · depth + 3",
    refuses=no_pair,
)
async def prover_estimator(
    floor: Floor,
    *,
    depth: Annotated[int, Field(ge=1)] = 2,
    parts: Annotated[int, Field(ge=2, le=9)] = 2,
    growth: Annotated[float, Field(ge=1)] = 2.0,
) -> Outcome:
    """Prover-estimator debate (2025): claims are taken apart along one branch, the judge checks one leaf.

    A *reconstruction* from notes on the paper. The prover claims an answer and the estimator says
    how likely it is. On each level the prover says whether the estimate is too low or too high and
    takes the claim apart into parts that must all hold, the estimator estimates each given those
    before it, the prover picks the part to look at next. The judge, who reads nothing but the last
    part, says whether it holds; estimates are recomputed from it upwards, and the claim is accepted
    above one half. A note tells the prover's reward. Pitfall: errors in parts nobody picked stay.

    Args:
        floor: Where it is held; the first agent is the prover, the second the estimator.
        depth: Levels, D.
        parts: Into how many parts a claim is taken apart.
        growth: How many times as much a level counts for the reward as the one above it; the value is ours.
    """
    prover, estimator = floor.debaters
    claimed = await choice(floor)
    if claimed.answer is None:
        return Outcome(rule="prover_estimator")
    branch = _Branch(floor, prover, estimator, parts, claimed.answer, [claimed])
    await branch.begin()
    async for _ in floor.rounds(depth):
        await branch.descend()
    return await branch.end(growth)


@dataclass
class _Branch:
    """The branch that is gone down, with the claim it has come to."""

    floor: Floor
    prover: Seat
    estimator: Seat
    parts: int
    answer: str
    said: list[Turn]
    estimate: float = 0.5
    """Of the claim at hand."""
    sign: int = 0
    """What the prover says of that."""
    levels: list[Level] = field(default_factory=list[Level])

    def __post_init__(self) -> None:
        self.claim = f"The answer is: {self.answer}"

    async def begin(self) -> None:
        """The estimator says how likely the prover's answer is."""
        fields = {"estimate": f"how likely the claim holds, {PER_CENT}"}
        turn = await self._speak(self.estimator, "pe_estimate", fields, aside=True)
        self.estimate = _share(turn, "estimate")

    async def descend(self) -> None:
        """One level: the claim is taken apart, its parts are estimated, one of them is picked."""
        numbers = range(1, self.parts + 1)
        taken = await self._speak(
            self.prover, "pe_parts", {"sign": SIGN} | {f"part_{number}": "a claim, one sentence" for number in numbers}
        )
        weighed = await self._speak(
            self.estimator,
            "pe_weigh",
            {
                f"estimate_{number}": f"how likely part {number} holds if those before it do, {PER_CENT}"
                for number in numbers
            },
        )
        picked = await self._speak(
            self.prover,
            "pe_pick",
            {"pick": f"the part whose estimate is most wrong, a number from 1 to {self.parts}", "sign": SIGN},
            aside=True,
        )
        claims = [(taken.fields or {}).get(f"part_{number}", "").strip() for number in numbers]
        if not all(claims):  # what is not taken apart is looked at as it is
            del self.said[-3:]
            return
        estimates = tuple(_share(weighed, f"estimate_{number}") for number in numbers)
        place = min(max(_whole(picked, "pick", 1), 1), self.parts) - 1
        self.levels.append(Level(self.estimate, _sign(taken), estimates, place))
        self.claim, self.estimate, self.sign = claims[place], estimates[place], _sign(picked)

    async def end(self, growth: float) -> Outcome:
        """The judge checks the claim that was come to, and nothing else."""
        floor, document = self.floor, self.floor.question.context
        leaf = Question(self.claim if document is None else checked_quotes(self.claim, document), kind="bool")
        space = replace(space_of(leaf), foreign=True)
        checked = await floor.ask_judge("pe_leaf", view=LEAF, reads=(), question=leaf, space=space)
        if checked.answer is None:
            return Outcome(rule="prover_estimator")
        holds = float(checked.answer == "yes")
        earned = prover_reward(self.levels, self.sign, self.estimate, holds, growth)
        floor.notes.append(f"prover's reward: {earned:.4f}")
        likely = recomputed(self.levels, holds)
        first, second = opposed(floor, self.prover, self.answer).answers
        other = second if first == self.answer else first
        leader = None if likely == 0.5 else self.answer if likely > 0.5 else other
        return Outcome(
            answer=leader,
            rule="prover_estimator",
            support={self.answer: likely, other: 1 - likely},
            ties=() if leader else (self.answer, other),
            rationale=f"{'holds' if holds else 'does not hold'}: {self.claim}",
        )

    async def _speak(self, seat: Seat, template: str, fields: dict[str, str], *, aside: bool = False) -> Turn:
        """A turn on the branch, shown all that was said on it."""
        turn = await self.floor.speak(
            seat,
            view=PATH,
            ask=Ask(first=template, later=template, fields=fields, quotes=True),
            reads=tuple(self.said),
            role="prover" if seat is self.prover else "estimator",
            stance=self.answer if seat is self.prover else None,
            aside=aside,
            open=False,
            question=asked_of(self.floor),
        )
        self.said.append(turn)
        return turn


def _share(turn: Turn, key: str) -> float:
    """A probability that was stated; one that cannot be read says nothing either way."""
    stated = read_confidence(f"Confidence: {(turn.fields or {}).get(key, '')}")
    return 0.5 if stated is None else stated


def _whole(turn: Turn, key: str, otherwise: int) -> int:
    try:
        return int(float((turn.fields or {}).get(key, "")))
    except (ValueError, OverflowError):
        return otherwise


def _sign(turn: Turn) -> int:
    return min(max(_whole(turn, "sign", 0), -1), 1)
