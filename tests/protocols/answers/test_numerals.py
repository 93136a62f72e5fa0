"""Equality of numbers by value, against exact arithmetic."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.answers import value_of
from moot.protocols.answers.numerals import decimal_text, literal

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)


def key(text: str) -> str:
    found = literal(text)
    assert found is not None
    return found.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "1200"),
        ("1200.0", "1.2e3"),
        ("−3", "-3.00"),
        ("50%", "1/2"),
        ("3/4", ".75"),
        ("2 1/2", "2.5"),
        ("2/6", "1/3"),
        ("1000000", "1 million"),
        ("0", "-0.00"),
        ("1e999999", "10e999998"),
        ("007", "7"),
        ("9" * 5000, "9" * 5000 + ".0"),
    ],
)
def test_equal_values_are_equal_however_written(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.333333", "1/3"), ("1", "-1"), ("9.11", "9.9"), ("1e3", "1e-3"), ("50%", "50"), ("1200", "200")],
)
def test_other_values_are_not_however_near(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(DECIMALS, DECIMALS)
def test_keys_of_decimals_are_equal_exactly_where_the_values_are(one: Decimal, other: Decimal) -> None:
    assert (key(f"{one:f}") == key(f"{other:f}")) == (one == other)
    assert key(f"{one:f}") == key(f"{one:,f}") == key(f"{one:e}")


@given(st.integers(-999, 999), st.integers(1, 999), st.integers(-999, 999), st.integers(1, 999))
def test_keys_of_fractions_are_equal_exactly_where_the_values_are(a: int, b: int, c: int, d: int) -> None:
    assert (key(f"{a}/{b}") == key(f"{c}/{d}")) == (Fraction(a, b) == Fraction(c, d))


@given(DECIMALS)
def test_the_value_is_exact(number: Decimal) -> None:
    assert value_of(f"{number:,f}") == Fraction(number)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_the_value_of_a_fraction_is_exact(a: int, b: int) -> None:
    assert value_of(f"{a}/{b}") == Fraction(a, b)


def test_values_that_cannot_be_computed_with_are_none() -> None:
    assert [value_of(text) for text in ("1e999999", "9" * 5000, "five", "", "NaN", "1e-999999")] == [None] * 6


@given(st.text("0123456789", min_size=1), st.text("0123456789"), st.integers(-30, 30))
def test_moving_the_point_multiplies_by_a_power_of_ten(whole: str, fraction: str, shift: int) -> None:
    moved = decimal_text(whole, fraction, shift)
    assert Fraction(moved) == Fraction(f"{whole}.{fraction or 0}") * Fraction(10) ** shift
