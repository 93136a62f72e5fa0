"""Answers in one normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.sim.kinds import answer_in, label, plain_number

CITIES = ("Perth", "Canberra", "C", "A. Sydney")


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("B", "Canberra"),
        ("(b)", "Canberra"),
        ("b.", "Canberra"),
        ("B) Canberra", "Canberra"),
        ("B. perth", "Perth"),
        (" canberra ", "Canberra"),
        ("**Canberra**", "Canberra"),
        ("C", "C"),
        ("A. Sydney", "A. Sydney"),
        ("A", "Perth"),
        ("E", None),
        ("Berlin", None),
        ("Because", None),
        ("", None),
    ],
)
def test_an_option_is_known_by_its_text_first_then_by_its_letter(written: str, chosen: str | None) -> None:
    assert answer_in(written, "choice", CITIES) == chosen


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("1,200.50 in all", "1200.5"),
        ("$ -7", "-7"),
        ("\N{MINUS SIGN}7", "-7"),
        ("007", "7"),
        (".5", "0.5"),
        ("1e-5", "0.00001"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("3 of 4", "3"),
        ("about none", None),
        ("1e9999", None),
    ],
)
def test_a_number_keeps_every_digit_and_nothing_else(written: str, digits: str | None) -> None:
    assert plain_number(written) == digits


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_double_survives_being_printed_with_17_digits(number: float) -> None:
    assert float(plain_number(f"{number:.17g}") or "x") == number


@pytest.mark.parametrize(
    ("written", "kind", "form"),
    [
        ("Yes, it is", "bool", "yes"),
        ("FALSE", "bool", "no"),
        ("perhaps", "bool", None),
        ("70%", "probability", "0.7"),
        ("0.70", "probability", "0.7"),
        ("1.7", "probability", None),
        ("8/10", "score", "8"),
        ("x + 1", "math", "x + 1"),
        ("$2.0$", "math", "2"),
        ('"In favour."', "text", "In favour"),
    ],
)
def test_each_kind_has_its_own_form(written: str, kind: str, form: str | None) -> None:
    assert answer_in(written, kind, None) == form


def test_an_option_is_written_as_its_letter() -> None:
    assert label("Canberra", CITIES) == "B"
    assert label("408", None) == "408"


@given(st.text(max_size=60), st.sampled_from(["number", "score", "math", "bool", "probability", "text"]))
def test_a_normal_form_is_its_own_normal_form(written: str, kind: str) -> None:
    form = answer_in(written, kind, None)
    assert form is None or answer_in(form, kind, None) == form
