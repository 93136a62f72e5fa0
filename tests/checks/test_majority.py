"""Majority of independent voters between two options: every tally held as a debate, then weighed by its chance.

P = sum over k > n/2 of C(n, k) p^k q^(n-k), and half of the chance of a tie.
"""

import os
from collections.abc import Callable
from functools import cache
from math import comb

import pytest

from moot import Debate, Question

KNOWN = [
    (3, 0.6, 0.64800), (5, 0.6, 0.68256), (5, 0.7205, 0.86296), (11, 0.6, 0.75350),
    (25, 0.6, 0.84623), (4, 0.6, 0.64800), (10, 0.7, 0.90119),
]  # fmt: skip
if os.environ.get("MOOT_CHAOS"):
    KNOWN.append((101, 0.55, 0.84376))
DRINK = Question("Tea or coffee?", options=["tea", "coffee"], gold="tea")
DEBATES = 300


@pytest.fixture(scope="session")
def wins(tally: Callable[[str], float]) -> Callable[[int], list[float]]:
    """Chance that A wins with 0, 1, … n of n votes."""

    @cache
    def of(seats: int) -> list[float]:
        return [tally("A" * votes + "B" * (seats - votes)) for votes in range(seats + 1)]

    return of


def closed_form(n: int, p: float) -> float:
    chances = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    return sum(chances[n // 2 + 1 :]) + (chances[n // 2] / 2 if n % 2 == 0 else 0)


@pytest.mark.parametrize(("n", "p", "value"), KNOWN)
def test_a_majority_is_right_as_often_as_the_binomial_says(
    wins: Callable[[int], list[float]], n: int, p: float, value: float
) -> None:
    found = sum(comb(n, k) * p**k * (1 - p) ** (n - k) * won for k, won in enumerate(wins(n)))
    assert found == pytest.approx(closed_form(n, p), abs=1e-9)
    assert found == pytest.approx(value, abs=5e-6)


def test_drawn_ballots_give_the_same_share(near: Callable[[float, int], object]) -> None:
    won = sum(
        bool(
            Debate(["sim/exact-random?init=A:0.6,B:0.4"] * 5, protocol="vote", seed=seed)
            .run(DRINK, runtime="local")
            .correct
        )
        for seed in range(DEBATES)
    )
    assert won / DEBATES == near(0.68256, DEBATES)


def test_a_random_tie_is_a_fair_coin(near: Callable[[float, int], object]) -> None:
    agents = ["sim/exact-zealot?init=A", "sim/exact-zealot?init=B"]
    first = sum(
        bool(
            Debate(agents, protocol="vote", decide="plurality?tie=random", seed=seed)
            .run(DRINK, runtime="local")
            .correct
        )
        for seed in range(DEBATES)
    )
    assert first / DEBATES == near(0.5, DEBATES)
