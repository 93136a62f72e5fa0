"""Averaging with an anchor (Friedkin and Johnsen): x* = (I - ΛW)^-1 (I - Λ) s."""

import numpy as np
import pytest

from moot import Debate, Question, topologies
from moot.protocols import society

HEARD = [(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1), (4, 3), (1, 4)]
"""(u, v): v hears u."""
OPEN = (0.9, 0.5, 0.8, 1.0, 0.3)
START = (10.0, 0.0, 4.0, 7.0, -3.0)
ROUNDS = 110
TEXT_BORNE = 1e-6


@pytest.fixture(scope="module")
def said() -> list[list[float]]:
    """What each seat says in each round."""
    agents = [f"sim/exact-fj?init={start:g}&anchor={anchor:g}" for start, anchor in zip(START, OPEN, strict=True)]
    debate = Debate(agents, topologies.from_edges(HEARD), society(rounds=ROUNDS), seed=1)
    result = debate.run(Question("How many?", kind="number"), runtime="local")
    return [[float(str(turn.answer)) for turn in result.transcript.round(number)] for number in range(ROUNDS)]


@pytest.mark.parametrize(
    ("round", "opinions"),
    [
        (0, START),
        (1, (7.3, 2.833333, 4.533333, 4.666667, -2.55)),
        (2, (6.325, 2.466667, 4.711111, 3.138889, -2.0575)),
        (ROUNDS - 1, (4.309734, 1.064649, 3.045230, 1.013512, -2.282709)),
    ],
)
def test_opinions_are_those_worked_out_by_hand(
    said: list[list[float]], round: int, opinions: tuple[float, ...]
) -> None:
    assert said[round] == pytest.approx(opinions, abs=TEXT_BORNE)


def test_every_round_follows_from_the_one_before(said: list[list[float]]) -> None:
    shares = np.eye(5)
    for source, target in HEARD:
        shares[target, source] = 1.0
    shares /= shares.sum(1, keepdims=True)
    anchor, start, opinions = np.array(OPEN), np.array(START), np.array(said)
    later = anchor * (opinions[:-1] @ shares.T) + (1 - anchor) * start
    assert opinions[1:] == pytest.approx(later, abs=1e-9)
    pull = np.eye(5) - np.diag(anchor) @ shares
    assert pull @ opinions[-1] == pytest.approx((1 - anchor) * start, abs=1e-9)
