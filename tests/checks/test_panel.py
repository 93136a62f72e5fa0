"""Judges who favour what they read first: showing both orders cancels the bias, a panel the noise.

What one such judge does in either order is in `test_judged_debates.py`.
"""

from collections.abc import Iterator
from itertools import product
from math import exp, prod

import pytest

from moot.protocols.rating import verdict


def sigmoid(score: float) -> float:
    return 1 / (1 + exp(-score))


def orders(difference: float, bias: float) -> tuple[float, float]:
    """The chance to pick the better one, shown first and shown second."""
    return sigmoid(difference + bias), sigmoid(difference - bias)


def votes(difference: float, bias: float, judges: int) -> Iterator[tuple[float, list[tuple[str, float]]]]:
    """Every way in which judges who read both orders can vote, with its chance; scores are of the better one."""
    first, second = orders(difference, bias)
    one = {
        1.0: first * second,
        0.5: first * (1 - second) + second * (1 - first),
        0.0: (1 - first) * (1 - second),
    }
    for scores in product(one, repeat=judges):
        yield prod(one[score] for score in scores), [(f"j{place}", score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("difference", "bias", "judges", "known"),
    [(1.153, 0.8, 1, 0.73156), (1.153, 0.8, 3, 0.88804), (0.5, 0.8, 5, 0.75948)],
)
def test_a_panel_that_reads_both_orders(difference: float, bias: float, judges: int, known: float) -> None:
    right = sum(chance * verdict(scores) for chance, scores in votes(difference, bias, judges))
    assert right == pytest.approx(known, abs=5e-6)
