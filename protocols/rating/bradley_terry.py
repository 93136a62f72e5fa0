"""Strengths from pairwise results by maximum likelihood: the model of Bradley and Terry (1952), with intervals.

The first of a pairing wins with probability 1 / (1 + exp(-(its strength - the other's + side))). Ties
are half wins. Unlike Elo it does not depend on the order in which games were played.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, model_validator

from moot.errors import DataError

ELO = 400 / math.log(10)
"""Points of Elo to one unit of strength."""
STEPS, FAR = 200, 30.0
"""Newton steps at most, and a strength that no data can mean."""

Array = npt.NDArray[np.float64]


class Pairing(BaseModel, frozen=True, extra="forbid"):
    """Games of two, the first of them always shown, speaking or playing first."""

    first: str
    second: str
    points: float = Field(ge=0)
    """What the first took: 1 a win, 0.5 a tie; a soft score of a judge may be anything between."""
    games: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.points > self.games or self.first == self.second:
            raise ValueError(f"{self.points:g} points of {self.games} games between two")
        return self


class Strengths(BaseModel, frozen=True, extra="forbid"):
    """Strengths in natural log odds, around a mean of 0, best first."""

    strengths: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    """Of each strength against the mean of all, at `level`."""
    side: float | None
    """What being first adds; None where it was not fitted."""
    side_interval: tuple[float, float] | None
    level: float
    """Share of such intervals that hold the true value, by the normal approximation."""
    covariance: tuple[tuple[float, ...], ...]
    """Of the strengths in their order here, then of the side where it was fitted."""
    log_likelihood: float

    def win_probability(self, first: str, second: str) -> float:
        """The chance that the one beats the other where nobody has the better side."""
        return 1 / (1 + math.exp(self.strengths[second] - self.strengths[first]))

    def ahead(self, one: str, other: str) -> tuple[float, float]:
        """The interval of how much stronger one is than the other; it holds 0 where that cannot be told."""
        names = list(self.strengths)
        i, j = names.index(one), names.index(other)
        variance = self.covariance[i][i] + self.covariance[j][j] - 2 * self.covariance[i][j]
        return _interval(self.strengths[one] - self.strengths[other], variance, self.level)

    def elo(self, mean: float = 1500.0) -> dict[str, float]:
        """The strengths in points of Elo around a mean."""
        return {name: mean + ELO * strength for name, strength in self.strengths.items()}


def bradley_terry(pairings: Iterable[Pairing], *, side: bool = False, level: float = 0.95) -> Strengths:
    """The strengths under which these results are most likely.

    Args:
        pairings: Results; those of one pair in one order may come in any number of pieces.
        side: Whether to fit what being first adds, as for judges who favour what they read first.
        level: Of the intervals, between 0 and 1. With many ties they are wider than they need be.

    Raises:
        DataError: There are no results; or no finite strengths, because some never lost to, or never met, the
            rest; or the side cannot be told from the strengths.

    >>> found = bradley_terry([Pairing(first="ada", second="bo", points=3, games=4)])
    >>> round(found.win_probability("ada", "bo"), 6), round(found.elo()["ada"])
    (0.75, 1595)
    """
    table = _table(pairings)
    names = list(dict.fromkeys(name for pair in table for name in pair))
    _check_connected(table, names)
    design = _design(list(table), names, side)
    points, games = (np.array(column) for column in zip(*table.values(), strict=True))
    found = _most_likely(design, points, games)
    covariance = _spread(design, found, games)
    return _strengths(names, found, covariance, level, _log_likelihood(design @ found, points, games))


def _strengths(names: Sequence[str], found: Array, covariance: Array, level: float, likelihood: float) -> Strengths:
    """The record, best first."""
    order = sorted(range(len(names)), key=lambda place: -found[place])
    kept = [*order, *range(len(names), len(found))]  # the side, where there is one, stays last
    spans = [_interval(float(found[place]), float(covariance[place, place]), level) for place in range(len(found))]
    fitted = len(found) > len(names)
    return Strengths(
        strengths={names[place]: float(found[place]) for place in order},
        intervals={names[place]: spans[place] for place in order},
        side=float(found[-1]) if fitted else None,
        side_interval=spans[-1] if fitted else None,
        level=level,
        covariance=tuple(tuple(float(covariance[row, column]) for column in kept) for row in kept),
        log_likelihood=likelihood,
    )


Table = Mapping[tuple[str, str], tuple[float, float]]


def _table(pairings: Iterable[Pairing]) -> Table:
    """Points and games of each ordered pair."""
    table: dict[tuple[str, str], tuple[float, float]] = {}
    for pairing in pairings:
        points, games = table.get((pairing.first, pairing.second), (0.0, 0.0))
        table[pairing.first, pairing.second] = points + pairing.points, games + pairing.games
    if not table:
        raise DataError("no strengths without results: give at least one pairing")
    return table


def _check_connected(table: Table, names: Sequence[str]) -> None:
    """Strengths are finite where everybody took points, along some chain, from everybody (Ford 1957)."""
    took = {pair for pair, (points, _) in table.items() if points > 0}
    took |= {(second, first) for (first, second), (points, games) in table.items() if points < games}
    lost = {(second, first) for first, second in took}
    everyone = set(names)
    met = _reached(names[0], took | lost)
    if met < everyone:
        raise DataError(f"no common scale: {_listed(met)} never met {_listed(everyone - met)}")
    above, below = _reached(names[0], lost), _reached(names[0], took)
    unbeaten = above if above < everyone else everyone - below
    if unbeaten:
        raise DataError(
            f"no finite strengths: {_listed(unbeaten)} never lost a point to {_listed(everyone - unbeaten)}"
        )


def _reached(start: str, steps: Collection[tuple[str, str]]) -> set[str]:
    """All that steps lead to, the start included."""
    following: dict[str, list[str]] = {}
    for source, target in steps:
        following.setdefault(source, []).append(target)
    found, waiting = {start}, [start]
    while waiting:
        new = [name for name in following.get(waiting.pop(), ()) if name not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _design(pairs: Sequence[tuple[str, str]], names: Sequence[str], side: bool) -> Array:
    """One row a pair: 1 for the first, -1 for the second, and 1 for the side."""
    places = {name: place for place, name in enumerate(names)}
    design = np.zeros((len(pairs), len(names) + side))
    for row, (first, second) in enumerate(pairs):
        design[row, places[first]], design[row, places[second]] = 1, -1
    if side:
        design[:, -1] = 1
        if np.linalg.matrix_rank(design) < len(names):
            raise DataError("the side cannot be told from the strengths: let pairs meet in both orders")
    return design


def _most_likely(design: Array, points: Array, games: Array) -> Array:
    """Newton's method on the log likelihood, which is concave; steps that overshoot are halved."""
    found = np.zeros(design.shape[1])
    likelihood = _log_likelihood(design @ found, points, games)
    for _ in range(STEPS):
        slope = design.T @ (points - games * _chances(design @ found))
        step = _spread(design, found, games) @ slope
        after = _log_likelihood(design @ (found + step), points, games)
        while after < likelihood - 1e-9 * abs(likelihood) and np.abs(step).max() > 1e-12:
            step /= 2
            after = _log_likelihood(design @ (found + step), points, games)
        found, likelihood = found + step, after
        if np.abs(found).max() > FAR:
            break
        if np.abs(step).max() < 1e-11:
            return found
    raise DataError("no finite strengths: the side that goes first decides every game between equals")


def _spread(design: Array, found: Array, games: Array) -> Array:
    """The covariance of the estimates around a mean strength of 0: the inverse of Fisher's information there."""
    chances = _chances(design @ found)
    inverse = np.linalg.pinv((design.T * (games * chances * (1 - chances))) @ design, hermitian=True)
    return inverse.astype(np.float64)


def _chances(scores: Array) -> Array:
    chances: Array = 1 / (1 + np.exp(-scores))
    return chances


def _log_likelihood(scores: Array, points: Array, games: Array) -> float:
    """Of all results, the number of ways in which they can come about left out."""
    return float(np.sum(points * scores - games * np.logaddexp(0, scores)))


def _interval(estimate: float, variance: float, level: float) -> tuple[float, float]:
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(max(variance, 0.0))
    return estimate - half, estimate + half


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
