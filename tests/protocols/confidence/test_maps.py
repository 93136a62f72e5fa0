"""Confidence is read off what was said, mapped by steps, and fitted to what turned out right."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import DataError
from moot.protocols.confidence import (
    Histogram,
    Temperature,
    consistency,
    fit_histogram,
    fit_temperature,
    mapped,
    reconcile_bins,
    stability,
)

SHARES = st.floats(0, 1)
ANSWERS = st.lists(st.none() | st.sampled_from("AB"), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("stated", "worth"),
    [
        (1.0, 1.0),
        (0.999, 0.8),
        (0.9, 0.8),
        (0.899, 0.5),
        (0.8, 0.5),
        (0.799, 0.3),
        (0.601, 0.3),
        (0.6, 0.1),
        (0.0, 0.1),
    ],
)
def test_the_steps_of_reconcile(stated: float, worth: float) -> None:
    assert reconcile_bins(stated) == worth
    assert mapped(stated, "reconcile") == worth
    assert mapped(stated, "stated") == stated


@settings(deadline=None, max_examples=60)
@given(st.lists(SHARES, min_size=2, max_size=6), st.floats(0.2, 5))
def test_no_map_turns_the_order_round(stated: list[float], temperature: float) -> None:
    stated.sort()
    for worth in ([reconcile_bins(c) for c in stated], [Temperature(temperature=temperature)(c) for c in stated]):
        assert worth == sorted(worth)
        assert all(0 <= value <= 1 for value in worth)


def overconfident(samples: int, temperature: float) -> tuple[list[float], list[bool]]:
    """Stated confidences whose log odds are too large by a factor, and what turned out right."""
    lot = np.random.default_rng(3)
    odds = lot.normal(1.0, 1.0, samples)
    right = lot.random(samples) < 1 / (1 + np.exp(-odds))
    stated = 1 / (1 + np.exp(-temperature * odds))
    return [float(one) for one in np.clip(stated, 0.002, 0.998)], [bool(one) for one in right]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_known_temperature_is_found_again(temperature: float) -> None:
    stated, right = overconfident(20_000, temperature)
    assert fit_temperature(stated, right).temperature == pytest.approx(temperature, rel=0.08)


def log_loss(map: Temperature, stated: list[float], right: list[bool]) -> float:
    return -math.fsum(math.log(map(c) if hit else 1 - map(c)) for c, hit in zip(stated, right, strict=True))


def test_no_other_temperature_explains_the_outcomes_better() -> None:
    stated, right = overconfident(500, 2.0)
    found = fit_temperature(stated, right)
    for other in np.linspace(0.3, 6, 60):
        assert log_loss(found, stated, right) <= log_loss(Temperature(temperature=float(other)), stated, right) + 1e-9


def test_a_temperature_without_a_bound_ends_at_one() -> None:
    assert fit_temperature([0.9, 0.8], [True, True]).temperature == pytest.approx(0.01)
    assert fit_temperature([0.9, 0.8], [False, False]).temperature == pytest.approx(100)
    assert fit_temperature([1.0, 0.0], [True, True]).temperature == pytest.approx(100)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=40), st.integers(1, 12))
def test_each_bin_of_a_histogram_holds_the_share_that_was_right(data: list[tuple[float, bool]], bins: int) -> None:
    stated, right = [c for c, _ in data], [hit for _, hit in data]
    found = fit_histogram(stated, right, bins=bins)
    assert math.fsum(map(found, stated)) == pytest.approx(sum(right), abs=1e-9)
    assert len(found.histogram) == bins


def test_the_edge_of_a_bin_belongs_to_the_upper_one_and_an_empty_bin_keeps_its_middle() -> None:
    assert fit_histogram([0.29], [True], bins=100)(0.29) == 1.0
    assert fit_histogram([0.5], [True], bins=2).histogram == (0.25, 1.0)
    assert Histogram(histogram=(0.1, 0.2, 0.3))(1.0) == 0.3


@pytest.mark.parametrize("stated", [[], [0.5]])
def test_nothing_is_fitted_to_nothing(stated: list[float]) -> None:
    with pytest.raises(DataError, match="were given"):
        fit_temperature(stated, [])
    with pytest.raises(DataError, match="were given"):
        fit_histogram(stated, [])


def test_a_fitted_map_is_a_record() -> None:
    for map in (fit_temperature([0.9, 0.7], [True, False]), fit_histogram([0.9], [True])):
        assert type(map).model_validate_json(map.model_dump_json()) == map


@settings(deadline=None, max_examples=60)
@given(ANSWERS)
def test_consistency_shares_out_what_was_answered(samples: list[str | None]) -> None:
    shares = consistency(samples)
    assert sum(shares.values()) * len(samples) == pytest.approx(sum(answer is not None for answer in samples))


@pytest.mark.parametrize(
    ("answers", "kept"),
    [("AAAA", 1.0), ("ABAB", 0.0), ("AAB", 0.5), ("A", None), ("", None), (["A", None, "A"], 0.0), ([None, None], 0.0)],
)
def test_stability_is_the_share_of_steps_that_kept_the_answer(
    answers: str | list[str | None], kept: float | None
) -> None:
    assert stability(answers) == kept
