"""Judges who favour what they read first: showing both orders cancels the bias, a panel the noise."""

from collections.abc import Iterator
from itertools import product
from math import exp, prod
from statistics import NormalDist

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


def test_one_order_alone_depends_on_which_it_is() -> None:
    assert orders(1.153, 0.8) == pytest.approx((0.876, 0.587), abs=5e-4)
    assert len(set(orders(1.153, 0.0))) == 1


def test_a_spread_of_differences_gives_the_consistency_of_a_known_judge() -> None:
    """Same pick in both orders .650, the first one twice .300, the second one twice .050."""
    places = [-8 + 16 * step / 4000 for step in range(4001)]
    weights = [NormalDist().pdf(place) for place in places]
    total = sum(weights)
    consistent = first_twice = second_twice = 0.0
    for place, weight in zip(places, weights, strict=True):
        when_first, when_second = orders(2.218 * place, 0.896)
        share = weight / total
        consistent += share * (when_first * when_second + (1 - when_first) * (1 - when_second))
        first_twice += share * when_first * (1 - when_second)
        second_twice += share * (1 - when_first) * when_second
    assert (consistent, first_twice, second_twice) == pytest.approx((0.650, 0.300, 0.050), abs=5e-4)
