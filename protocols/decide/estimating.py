"""Decisions that pool what the last round said: numbers by median and mean, convictions by opinion pools."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import median as middle
from typing import Annotated

from pydantic import Field

from moot.protocols.answers import value_of
from moot.protocols.confidence import Map, Source, mapped
from moot.protocols.decide.counting import led
from moot.protocols.decide.pooling import (
    CERTAIN,
    bounded,
    decimal,
    linear_opinion_pool,
    log_opinion_pool,
    spread,
    trimmed_average,
)
from moot.protocols.decide.rule import Tie, counted, settled
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

NAMED_ONLY = frozenset(("choice", "bool"))
"""Kinds whose answers are names: a number between two of them would be no answer."""

Pool = Callable[[Sequence[dict[str, float]]], dict[str, float]]


@counted
def median(standing: Standing) -> Outcome:
    """The median of the numbers given in the last round; of an even count the mean of the two in the middle.

    Answers that are no numbers are left out. Options of a choice are names, of which there is no median.

    Args:
        standing: How the debate stands.
    """
    return _estimate(standing, "median", middle)


@counted
def trimmed_mean(standing: Standing, *, share: Annotated[float, Field(ge=0, lt=0.5)] = 0.2) -> Outcome:
    """The mean of the numbers given in the last round, without the lowest and the highest.

    Answers that are no numbers are left out. Options of a choice are names, of which there is no mean.

    Args:
        standing: How the debate stands.
        share: Left out at each end, rounded down to whole answers; 0 is the plain mean.
    """
    return _estimate(standing, "trimmed_mean", lambda values: trimmed_average(values, share))


@counted
def linear_pool(standing: Standing, *, source: Source = "stated", map: Map = "stated", tie: Tie = "none") -> Outcome:
    """The mean of the opinions of the last round.

    Where the question asks for a probability, the mean of those given. Else every debater who has
    a confidence gives its answer that much and the other answers the rest, evenly; the answer with
    most of it wins. Who has none has no say.

    Args:
        standing: How the debate stands.
        source: Where confidence comes from; see `moot.protocols.confidence`.
        map: What a confidence is worth; likewise.
        tie: What to do where several answers share the lead.
    """
    if standing.question.kind == "probability":
        values = _probabilities(standing)
        answer = _as_given(standing, sum(values, Fraction()) / len(values)) if values else None
        return Outcome(answer=answer, rule="linear_pool", support=_counts(standing))
    return _pooled(standing, "linear_pool", _opinions(standing, source, map, certain=1.0), linear_opinion_pool, tie)


@counted
def log_pool(
    standing: Standing,
    *,
    power: Annotated[float, Field(gt=0)] = 1.0,
    source: Source = "stated",
    map: Map = "stated",
    tie: Tie = "none",
) -> Outcome:
    """The normalised geometric mean of the opinions of the last round, as `linear_pool` reads them.

    Among answers it decides as log odds added up: Bayes' rule, for confidences that are calibrated and
    independent. Nobody counts as surer than 99 %.

    Args:
        standing: How the debate stands.
        power: Makes the pool more extreme where above 1: as many as there are debaters for independent
            ones, 1 for those who know the same. Among answers it changes the support, not who wins.
        source: Where confidence comes from; see `moot.protocols.confidence`.
        map: What a confidence is worth; likewise.
        tie: What to do where several answers share the lead.
    """

    def pool(opinions: Sequence[dict[str, float]]) -> dict[str, float]:
        return log_opinion_pool(opinions, power=power)

    if standing.question.kind == "probability":
        stated = [bounded(float(value)) for value in _probabilities(standing)]
        pooled = pool([spread("yes", p, ("yes", "no")) for p in stated])["yes"] if stated else None
        answer = None if pooled is None else decimal(Fraction(f"{pooled:.12f}"))
        return Outcome(answer=answer, rule="log_pool", support=_counts(standing))
    return _pooled(standing, "log_pool", _opinions(standing, source, map, certain=CERTAIN), pool, tie)


def answers_of(standing: Standing) -> tuple[str, ...]:
    """All answers there are: the options, yes and no, or what the last round gave."""
    if standing.question.options is not None:
        return standing.question.options
    return ("yes", "no") if standing.question.kind == "bool" else tuple(standing.votes)


def _estimate(standing: Standing, rule: str, of: Callable[[list[Fraction]], Fraction]) -> Outcome:
    values = [value for _, value in _values(standing)]
    if standing.question.kind in NAMED_ONLY or not values:
        return Outcome(rule=rule, support=_counts(standing))
    return Outcome(answer=_as_given(standing, of(values)), rule=rule, support=_counts(standing))


def _pooled(standing: Standing, rule: str, opinions: Sequence[dict[str, float]], pool: Pool, tie: Tie) -> Outcome:
    return settled(led(pool(opinions)), rule, tie, standing.seed) if opinions else Outcome(rule=rule)


def _opinions(standing: Standing, source: Source, map: Map, certain: float) -> list[dict[str, float]]:
    answers = answers_of(standing)
    held = [(turn.vote, standing.confidence(turn, source)) for turn in standing.ballots]
    return [
        spread(answer, bounded(mapped(sure, map), certain), answers)
        for answer, sure in held
        if answer is not None and answer in answers and sure is not None
    ]


def _counts(standing: Standing) -> dict[str, float]:
    return {answer: float(len(names)) for answer, names in standing.votes.items()}


def _probabilities(standing: Standing) -> list[Fraction]:
    return [value for _, value in _values(standing) if 0 <= value <= 1]


def _values(standing: Standing) -> list[tuple[str, Fraction]]:
    """The answers of the last round that are numbers, each as often as it was given."""
    found = [(turn.vote, value_of(turn.vote)) for turn in standing.ballots if turn.vote is not None]
    return [(answer, value) for answer, value in found if value is not None]


def _as_given(standing: Standing, value: Fraction) -> str:
    """The value as somebody wrote it, or as a decimal number."""
    return next((answer for answer, given in _values(standing) if given == value), decimal(value))
