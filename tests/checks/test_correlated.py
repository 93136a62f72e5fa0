"""Voters who err together: a majority of them gains little, and no crowd is large enough to undo it.

Two models of shared error: a chance of being right drawn for all from a beta distribution, and one
common factor behind normal scores. Given what they share, the count decides as the shipped rule does.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from math import comb, exp, lgamma, sqrt
from statistics import NormalDist

import pytest

from moot import Question, Turn, decide
from moot.protocols.standing import Standing
from moot.protocols.transcript import Transcript

NORMAL = NormalDist()
ASKED = Question("Is it so?", kind="bool")
CROWDS = (51, 101)


@cache
def wins(right: int, voters: int) -> float:
    """The chance that the right side wins, a tie being an even draw, by the shipped majority."""
    said = ["yes"] * right + ["no"] * (voters - right)
    turns = [
        Turn(id=f"0:a{seat}", wave=0, round=0, seat=f"a{seat}", role="debater", vote=vote, status="ok")
        for seat, vote in enumerate(said)
    ]
    standing = Standing(question=ASKED, seats=tuple(turn.seat for turn in turns), transcript=Transcript(turns))
    outcome = decide.majority().tally(standing)
    assert outcome is not None
    return 0.5 if 2 * right == voters else float(outcome.answer == "yes")


def unending(counts: Iterable[Iterable[float]]) -> float:
    """What the majority of these crowds tends to, if it falls short by a part that shrinks as 1 / voters."""
    smaller, larger = (
        sum(chance * wins(k, n) for k, chance in enumerate(of)) for of, n in zip(counts, CROWDS, strict=True)
    )
    return (CROWDS[1] * larger - CROWDS[0] * smaller) / (CROWDS[1] - CROWDS[0])


def beta_binomial(voters: int, p: float, rho: float) -> Iterator[float]:
    """The chance of each number of right votes, where any two voters are correlated by rho."""
    a, b = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
    for k in range(voters + 1):
        log_ways = lgamma(a + k) + lgamma(b + voters - k) - lgamma(a + b + voters)
        yield comb(voters, k) * exp(log_ways + lgamma(a + b) - lgamma(a) - lgamma(b))


def one_factor(voters: int, p: float, r: float) -> list[float]:
    """The same where each is right if its score, correlated by r with every other, is below a bound."""
    places = [-8 + 16 * step / 2000 for step in range(2001)]
    weights = [exp(-place * place / 2) for place in places]
    total = sum(weights)
    found = [0.0] * (voters + 1)
    for place, weight in zip(places, weights, strict=True):
        chance = NORMAL.cdf((NORMAL.inv_cdf(p) + sqrt(r) * place) / sqrt(1 - r))
        for k in range(voters + 1):
            found[k] += weight / total * comb(voters, k) * chance**k * (1 - chance) ** (voters - k)
    return found


@pytest.mark.parametrize(
    ("voters", "rho", "known"), [(5, 0.1, 0.79398), (5, 0.3, 0.74425), (25, 0.1, 0.86777), (25, 0.3, 0.76599)]
)
def test_a_shared_chance_of_being_right_limits_the_majority(voters: int, rho: float, known: float) -> None:
    counts = beta_binomial(voters, 0.7, rho)
    assert sum(chance * wins(k, voters) for k, chance in enumerate(counts)) == pytest.approx(known, abs=5e-6)


@pytest.mark.parametrize(("rho", "known"), [(0.1, 0.8996), (0.3, 0.7731)])
def test_crowds_come_near_the_chance_that_the_shared_chance_exceeds_a_half(rho: float, known: float) -> None:
    a, b = 0.7 * (1 - rho) / rho, 0.3 * (1 - rho) / rho
    places = [0.5 + 0.5 * (step + 0.5) / 20_000 for step in range(20_000)]
    beta = exp(lgamma(a) + lgamma(b) - lgamma(a + b))
    limit = sum(place ** (a - 1) * (1 - place) ** (b - 1) / beta for place in places) * 0.5 / 20_000
    assert limit == pytest.approx(known, abs=2e-4)
    assert unending([beta_binomial(voters, 0.7, rho) for voters in CROWDS]) == pytest.approx(limit, abs=1e-3)


@pytest.mark.parametrize(
    ("voters", "p", "r", "known"),
    [(5, 0.72, 0.7, 0.74454), (9, 0.72, 0.7, 0.74956), (101, 0.72, 0.7, 0.75626), (9, 0.8, 0.75, 0.82792)],
)
def test_a_common_factor_limits_the_majority(voters: int, p: float, r: float, known: float) -> None:
    found = sum(chance * wins(k, voters) for k, chance in enumerate(one_factor(voters, p, r)))
    assert found == pytest.approx(known, abs=6e-6)


@pytest.mark.parametrize(("p", "r", "known"), [(0.72, 0.7, 0.7570), (0.8, 0.75, 0.8344)])
def test_crowds_come_near_the_chance_that_the_common_factor_is_on_their_side(p: float, r: float, known: float) -> None:
    limit = NORMAL.cdf(NORMAL.inv_cdf(p) / sqrt(r))
    assert limit == pytest.approx(known, abs=5e-5)
    assert unending([one_factor(voters, p, r) for voters in CROWDS]) == pytest.approx(limit, abs=1e-3)
