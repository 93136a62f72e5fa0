"""Dirichlet-multinomial agents (Pólya urns) who hear everyone and keep every answer they were shown.

The mean belief is a martingale. With their own answers counted all share one urn, whose variance is
p0 q0 (1 - product of (1 - N / (A0 + N t)^2)); without, each has its own and two terms recur.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from moot import Debate, Question
from moot.protocols import du

ASKED = Question("Tea or coffee?", options=["tea", "coffee"])
SEATS, ROUNDS, DEBATES = 5, 5, 150
Array = npt.NDArray[np.float64]


class Urns(NamedTuple):
    """Beliefs of every seat before each round, and what was drawn from them."""

    beliefs: Array
    """By debate, round, seat."""
    said: Array
    """1 for A."""


def held(p0: float, a0: float, *, own: bool) -> Urns:
    model = f"sim/exact-dcm?init=A:{p0},B:{1 - p0:.12g}&a0={a0}&own={int(own)}"
    said = np.zeros((DEBATES, ROUNDS, SEATS))
    for seed in range(DEBATES):
        result = Debate([model] * SEATS, "complete", du(rounds=ROUNDS), seed=seed).run(ASKED, runtime="local")
        for number in range(ROUNDS):
            said[seed, number] = [turn.answer == "tea" for turn in result.transcript.round(number)]
    drawn = np.concatenate([np.zeros((DEBATES, 1, SEATS)), said.cumsum(1)], 1)
    shown = drawn.sum(2, keepdims=True) - (0 if own else drawn)
    times = np.arange(ROUNDS + 1)[None, :, None]
    return Urns((a0 * p0 + shown) / (a0 + times * (SEATS if own else SEATS - 1)), said)


def variances(p0: float, a0: float) -> list[float]:
    """Of the shared urn, after each round."""
    left, found = 1.0, [0.0]
    for past in range(1, ROUNDS + 1):
        left *= 1 - SEATS / (a0 + SEATS * past) ** 2
        found.append(p0 * (1 - p0) * (1 - left))
    return found


def apart(p0: float, a0: float) -> list[tuple[float, float]]:
    """Variance of one seat's belief and covariance of two, after each round, where one's own answers do not count.

    p_i' = (A p_i + sum of the others' answers) / (A + N - 1), and every answer has variance p0 q0.
    """
    variance, covariance, heard = 0.0, 0.0, SEATS - 1
    noise, found = p0 * (1 - p0), [(0.0, 0.0)]
    for past in range(ROUNDS):
        old = a0 + heard * past
        alone = old**2 * variance + 2 * old * heard * covariance + heard * noise + heard * (heard - 1) * covariance
        both = old**2 * covariance + 2 * old * (variance + (heard - 1) * covariance)
        both += (heard - 1) * noise + (heard**2 - heard + 1) * covariance  # all but one of what they hear is shared
        variance, covariance = alone / (old + heard) ** 2, both / (old + heard) ** 2
        found.append((variance, covariance))
    return found


def spread(squares: Array) -> float:
    """The standard error of a mean."""
    return float(squares.std(ddof=1)) / sqrt(len(squares))


def within(found: Array, exact: float) -> bool:
    """Whether the mean of independent samples is the exact one, as far as they can tell."""
    return abs(float(found.mean()) - exact) < 4.5 * spread(found)


@pytest.fixture(scope="module")
def shared() -> Urns:
    return held(0.6, 5, own=True)


@pytest.fixture(scope="module")
def own() -> Urns:
    return held(0.6, 5, own=False)


def drawn_from_their_urns(urns: Urns) -> None:
    """Given the beliefs before a round, its answers are independent draws from them."""
    chances = np.broadcast_to(urns.beliefs[:, :ROUNDS], urns.said.shape)
    off = urns.said - chances
    noise = chances * (1 - chances)
    assert abs(off.sum()) < 4.5 * sqrt(noise.sum())
    for number in range(ROUNDS):
        together = off[:, number].sum(1)
        assert abs(together.sum()) < 4.5 * sqrt(noise[:, number].sum())
        assert within(together**2 - noise[:, number].sum(1), 0.0)
    # beliefs and what is drawn go together as strongly as they must
    shift = chances - 0.6
    assert abs((shift * off).sum()) < 4.5 * sqrt((shift**2 * noise).sum())


def test_the_mean_belief_stays_and_the_shared_urn_gains_the_known_variance(shared: Urns) -> None:
    exact = variances(0.6, 5)
    assert [exact[number] for number in (1, 3, 5)] == pytest.approx([0.01200, 0.01985, 0.02283], abs=5e-6)
    for number in range(1, ROUNDS + 1):
        belief = shared.beliefs[:, number, 0]
        assert np.ptp(shared.beliefs[:, number], axis=1).max() < 1e-12
        assert within(belief, 0.6)
        assert within((belief - 0.6) ** 2, exact[number])
    drawn_from_their_urns(shared)


def test_without_ones_own_answers_variance_and_covariance_recur(own: Urns) -> None:
    exact = apart(0.6, 5)
    assert [exact[number][0] for number in (1, 3, 5)] == pytest.approx([0.01185, 0.01789, 0.02016], abs=5e-6)
    assert [exact[number][1] for number in (1, 3, 5)] == pytest.approx([0.00889, 0.01588, 0.01874], abs=5e-6)
    for number in range(1, ROUNDS + 1):
        shift = own.beliefs[:, number] - 0.6
        assert within(shift.mean(1), 0.0)
        assert within((shift**2).mean(1), exact[number][0])
        crossed = (shift.sum(1) ** 2 - (shift**2).sum(1)) / (SEATS * (SEATS - 1))
        assert within(crossed, exact[number][1])
    drawn_from_their_urns(own)


def test_other_urns_have_their_own_variance() -> None:
    exact = variances(0.7205, 4)
    assert [exact[number] for number in (1, 3, 5)] == pytest.approx([0.01243, 0.01980, 0.02245], abs=5e-6)
