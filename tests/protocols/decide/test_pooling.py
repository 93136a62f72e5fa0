"""Opinions pooled: means of probabilities and of their logarithms, with what is known of each."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import DataError
from moot.protocols.decide.pooling import (
    decimal,
    linear_opinion_pool,
    log_odds,
    log_opinion_pool,
    spread,
    trimmed_average,
)

SHARES = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(
    lambda parts: {name: part / sum(parts) for name, part in zip("abc", parts, strict=True)}
)
OPINIONS = st.lists(SHARES, min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(OPINIONS, st.floats(0.2, 8))
def test_pools_are_distributions_between_the_opinions(opinions: list[dict[str, float]], power: float) -> None:
    linear, logs = linear_opinion_pool(opinions), log_opinion_pool(opinions, power=power)
    assert sum(linear.values()) == pytest.approx(1)
    assert sum(logs.values()) == pytest.approx(1)
    for name in "abc":
        given_by_all = [opinion[name] for opinion in opinions]
        assert min(given_by_all) - 1e-12 <= linear[name] <= max(given_by_all) + 1e-12


@settings(deadline=None, max_examples=60)
@given(SHARES)
def test_who_all_agree_is_not_changed_by_pooling(opinion: dict[str, float]) -> None:
    assert linear_opinion_pool([opinion] * 4) == pytest.approx(opinion)
    assert log_opinion_pool([opinion] * 4) == pytest.approx(opinion)


@settings(deadline=None, max_examples=60)
@given(OPINIONS, SHARES)
def test_news_may_come_before_or_after_the_logarithmic_pool(
    opinions: list[dict[str, float]], likelihood: dict[str, float]
) -> None:
    def told(opinion: dict[str, float]) -> dict[str, float]:
        total = sum(opinion[name] * likelihood[name] for name in opinion)
        return {name: opinion[name] * likelihood[name] / total for name in opinion}

    before = log_opinion_pool([told(opinion) for opinion in opinions])
    assert before == pytest.approx(told(log_opinion_pool(opinions)))


@settings(deadline=None, max_examples=60)
@given(OPINIONS)
def test_as_many_powers_as_opinions_multiply_them(opinions: list[dict[str, float]]) -> None:
    product = {name: math.prod(opinion[name] for opinion in opinions) for name in "abc"}
    expected = {name: value / sum(product.values()) for name, value in product.items()}
    assert log_opinion_pool(opinions, power=len(opinions)) == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.02, 0.98)), min_size=1, max_size=7))
def test_log_odds_add_up_to_the_logarithmic_pool(held: list[tuple[str, float]]) -> None:
    pooled = log_opinion_pool([spread(answer, p, "abcd") for answer, p in held], power=len(held))
    weights = dict.fromkeys("abcd", 0.0)
    for answer, p in held:
        weights[answer] += log_odds(p, 4)
    total = sum(math.exp(weight) for weight in weights.values())
    assert pooled == pytest.approx({answer: math.exp(weight) / total for answer, weight in weights.items()}, abs=1e-9)


def test_weights_say_how_much_each_counts() -> None:
    sure, unsure = {"a": 0.9, "b": 0.1}, {"a": 0.5, "b": 0.5}
    assert linear_opinion_pool([sure, unsure], [3, 1])["a"] == pytest.approx(0.8)
    assert log_opinion_pool([sure, unsure], [1, 0]) == pytest.approx(sure)


@pytest.mark.parametrize(
    ("opinions", "weights"),
    [([], None), ([{"a": 1.0}], [0.0]), ([{"a": 1.0}], [1.0, 1.0]), ([{"a": 1.0}, {"a": 1.0}], [2.0, -1.0])],
)
def test_weights_that_do_not_fit_are_refused(opinions: list[dict[str, float]], weights: list[float] | None) -> None:
    for pool in (linear_opinion_pool, log_opinion_pool):
        with pytest.raises(DataError, match="opinions"):
            pool(opinions, weights)


def test_opinions_that_exclude_each_other_have_no_logarithmic_pool() -> None:
    assert log_opinion_pool([{"a": 0.0, "b": 1.0}, {"a": 0.5, "b": 0.5}]) == {"a": 0.0, "b": 1.0}
    with pytest.raises(DataError, match="impossible"):
        log_opinion_pool([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fractions(), min_size=1, max_size=9), st.floats(0, 0.49))
def test_a_trimmed_mean_lies_between_and_forgets_the_ends(values: list[Fraction], share: float) -> None:
    out = math.floor(share * len(values) + 1e-9)
    mean = trimmed_average(values, share)
    assert min(values) <= mean <= max(values)
    wild = sorted(values)
    wild[:out] = [value - 1000 for value in wild[:out]]
    assert trimmed_average(wild, share) == mean


@settings(deadline=None, max_examples=60)
@given(st.integers(-(10**30), 10**30), st.integers(0, 40))
def test_a_decimal_says_the_value_exactly(digits: int, places: int) -> None:
    assert Fraction(decimal(Fraction(digits, 10**places))) == Fraction(digits, 10**places)


@settings(deadline=None, max_examples=60)
@given(st.fractions())
def test_a_decimal_is_near_where_it_has_no_end(value: Fraction) -> None:
    assert float(Fraction(decimal(value))) == pytest.approx(float(value), rel=1e-11)
