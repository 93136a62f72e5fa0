"""Everyone hears everyone: how many say A is a chain, k' ~ Bin(k, g1(k)) + Bin(n - k, g0(k)), for any rule.

It gives the vote's accuracy in every round exactly.
"""

from collections.abc import Callable
from itertools import pairwise
from math import comb, exp, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from moot import Debate, Question, Result
from moot.protocols import society

ASKED = Question("Tea or coffee?", options=["tea", "coffee"], gold="tea")
SEATS, ROUNDS, DEBATES = 5, 6, 200
Vector = npt.NDArray[np.float64]
Near = Callable[[float, int], object]


class Rule(NamedTuple):
    """A rule, and the chance that its next answer is A, given its own answer and how many of all say A."""

    model: str
    p: float
    """Chance of A in round 0."""
    says: Callable[[bool, int], float]
    known: dict[int, float]
    """Accuracy of the vote by round."""


def logit(own: bool, count: int) -> float:
    heard = max(count - own, 0)  # nobody holds A where none says it, but the formula is asked
    others = max(SEATS - 1 - heard, 0)
    return 1 / (1 + exp(-(0.95 + (2.1 if own else -2.1) + heard**0.577 - others**0.577)))


def voter(own: bool, count: int) -> float:
    return count / SEATS


def follower(own: bool, count: int) -> float:
    return 0.3 * (count > SEATS // 2) + 0.7 * 0.65


RULES = {
    "voter": Rule(
        "exact-voter?init=A:0.7205,B:0.2795", 0.7205, voter,
        {0: 0.86296, 1: 0.78565, 2: 0.75165, 3: 0.73545, 5: 0.72394},
    ),
    "logit": Rule(
        "exact-logit?init=A:0.7205,B:0.2795&beta=0.95&own=2.1&eta=1&s=0.577", 0.7205, logit,
        {1: 0.90516, 2: 0.93149, 3: 0.94816, 5: 0.96629},
    ),
    "follower": Rule(
        "exact-follower?init=A:0.65,B:0.35&lam=0.3", 0.65, follower,
        {1: 0.78749, 2: 0.79849, 3: 0.80383, 5: 0.80769},
    ),
}  # fmt: skip


def binomial(n: int, p: float) -> Vector:
    return np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])


def kernel(rule: Rule) -> Vector:
    """Chance of the next count, given this one."""
    rows = [
        np.convolve(binomial(k, rule.says(True, k)), binomial(SEATS - k, rule.says(False, k))) for k in range(SEATS + 1)
    ]
    return np.array(rows)


def accuracies(rule: Rule) -> Vector:
    """Accuracy of the majority in each round, exactly."""
    counts = [binomial(SEATS, rule.p)]
    for _ in range(ROUNDS - 1):
        counts.append(counts[-1] @ kernel(rule))
    return np.array([float(chances[SEATS // 2 + 1 :].sum()) for chances in counts])


def held(rule: Rule) -> list[list[int]]:
    """How many said A in each round of each debate."""
    model = f"sim/{rule.model}"
    results = [
        Debate([model] * SEATS, "complete", society(rounds=ROUNDS), seed=seed).run(ASKED, runtime="local")
        for seed in range(DEBATES)
    ]
    return [[len(result.votes(number).get("tea", ())) for number in range(ROUNDS)] for result in results]


@pytest.mark.parametrize("name", RULES)
def test_the_vote_of_every_round_is_as_accurate_as_the_chain_has_it(name: str, near: Near) -> None:
    rule = RULES[name]
    counts = held(rule)
    exact = accuracies(rule)
    assert {number: exact[number] for number in rule.known} == pytest.approx(rule.known, abs=1e-5)
    found = (np.array(counts) > SEATS // 2).mean(0)
    assert list(found) == [near(float(share), DEBATES) for share in exact]
    moves_as_two_binomials_have_it(rule, counts)
    if name == "voter":
        stays_as_accurate_as_it_was(rule, counts)


def moves_as_two_binomials_have_it(rule: Rule, counts: list[list[int]]) -> None:
    """A chi-square test of every move from one count to the next."""
    moves, steps = np.zeros((SEATS + 1, SEATS + 1)), kernel(rule)
    for said in counts:
        for before, after in pairwise(said):
            moves[before, after] += 1
    expected = moves.sum(1, keepdims=True) * steps
    assert moves[expected == 0].sum() == 0
    enough = expected >= 3
    square = float((((moves - expected) ** 2)[enough] / expected[enough]).sum())
    degrees = int(enough.sum()) - int(enough.any(1).sum())
    assert square < degrees + 4.5 * sqrt(2 * max(degrees, 1)) + 4.5
    assert enough.sum() >= 12


def stays_as_accurate_as_it_was(rule: Rule, counts: list[list[int]]) -> None:
    """A debate of voters makes no individual more accurate, or less."""
    shares = np.array(counts) / SEATS
    spread = shares.std(0, ddof=1) / sqrt(DEBATES)
    assert np.all(np.abs(shares.mean(0) - rule.p) < 4.5 * spread)


def test_a_majority_of_all_is_frozen_after_one_round() -> None:
    found = np.zeros(4)
    for k, chance in enumerate(binomial(SEATS, 0.6)):
        agents = [f"sim/exact-majority?init={'A' if seat < k else 'B'}" for seat in range(SEATS)]
        result: Result = Debate(agents, "complete", society(rounds=4), seed=1).run(ASKED, runtime="local")
        votes = [len(result.votes(number).get("tea", ())) for number in range(4)]
        assert votes[1:] == [SEATS * (k > 2)] * 3
        found += chance * (np.array(votes) > 2)
    assert found == pytest.approx(0.68256, abs=1e-9)
