"""Numbers, probabilities, scores, yes and no, as they are written at the end of replies."""

from collections.abc import Callable

import pytest

from moot.protocols.answers import Reading

Read = Callable[[str, str], Reading]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("408", "408"),
        ("1,200", "1200"),
        ("1,234,567.890", "1234567.890"),
        ("9.90", "9.90"),
        ("007", "007"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1e3"),
        ("3.2 × 10^5", "3.2e5"),
        (r"3.2 \times 10^{-5}", "3.2e-5"),
        ("10⁶", "1e6"),
        ("50%", "50%"),
        ("3/4", "3/4"),
        (r"\frac{3}{4}", "3/4"),
        ("2 1/2", "2 1/2"),
        ("3½", "3 1/2"),
        ("1.5 million", "1.5e6"),
        ("$18", "18"),
        (r"\$18.00", "18.00"),
        ("-$5", "-5"),
        ("$408$", "408"),
        (r"\(408\)", "408"),
        ("**408**.", "408"),
        ("408 km", "408"),
        ("60 km/h", "60"),
        ("5 m²", "5"),
        (r"90^\circ", "90"),
        ("18 dollars", "18"),
        ("x = 408", "408"),
        ("= 408", "408"),
        ("about 408", "408"),
        ("≈ 408", "408"),
        ("1\u202f200", "1200"),
        ("1{,}200", "1200"),
        ("８", "8"),
    ],
)
def test_a_number_keeps_its_digits_and_loses_its_dress(read: Read, said: str, answer: str) -> None:
    assert read("number", f"Final answer: {said}").answer == answer
    assert read("number", f"Final answer: {answer}").answer == answer


@pytest.mark.parametrize(
    "said",
    [
        "3 or 4",
        "3, 4",
        "3-5",
        "3 to 5",
        "17 * 24 = 408",
        "2020-01-05",
        "1,20",
        "1.200,50",
        "1 200",
        "5 (not 6)",
        "1/2/3",
    ],
)
def test_two_numbers_are_ambiguous(read: Read, said: str) -> None:
    assert read("number", f"Final answer: {said}").reason == "ambiguous"


@pytest.mark.parametrize(
    "said",
    [
        "forty",
        "NaN",
        "inf",
        "-infinity",
        "∞",
        "not 5",
        "at least 5",
        "> 5",
        "≤ 5",
        "5!",
        "5^2",
        "2π",
        "2pi",
        "3x",
        "√2",
        "5 or more",
        "5 dozen",
        "5k",
        "0x1F",
        "1.2.3",
        "12:30",
        "3/0",
        "CO2",
        "1e99999999999999999999",
        "5 ± 1",
        "- 5",
        "5 because it is so",
        "٤٠٨",
        "1_000",
    ],
)
def test_what_is_not_plainly_one_number_is_none(read: Read, said: str) -> None:
    reading = read("number", f"Final answer: {said}")
    assert (reading.answer, reading.reason in ("unparsed", "ambiguous")) == (None, True)


def test_numbers_of_any_length_are_read_without_computing_them(read: Read) -> None:
    digits = "9" * 5000
    assert read("number", f"Final answer: {digits}").answer == digits
    assert read("number", f'{{"answer": {digits}}}').answer == digits
    assert read("number", "Final answer: 1e999999").answer == "1e999999"
    assert read("number", f"Final answer: {'9' * 60_000}").answer is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("0.7", "0.7"),
        ("70%", "0.70"),
        ("0.5%", "0.005"),
        ("1", "1"),
        ("0", "0"),
        ("3/4", "0.75"),
        ("1/3", "1/3"),
        ("7e-1", "0.7"),
        (".5", "0.5"),
        ("100%", "1.00"),
        ("p = 0.25", "0.25"),
        ("-0", "0"),
    ],
)
def test_a_probability_is_a_decimal_from_0_to_1(read: Read, said: str, answer: str) -> None:
    assert read("probability", f"Final answer: {said}").answer == answer


@pytest.mark.parametrize("said", ["70", "1.01", "-0.1", "101%", "NaN", "inf", "1e999", "-1e999", "likely", "0.2-0.3"])
def test_what_is_out_of_range_is_no_probability(read: Read, said: str) -> None:
    assert read("probability", f"Final answer: {said}").answer is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("1", "1"),
        ("10", "10"),
        ("7.5", "7.5"),
        ("8/10", "8"),
        ("8 out of 10", "8"),
        ("**8**/10", "8"),
        ("8.", "8"),
        ("0", None),
        ("11", None),
        ("80%", None),
        ("7 to 8", None),
        ("1e999", None),
        ("10/10", "10"),
    ],
)
def test_a_score_lies_from_1_to_10(read: Read, said: str, answer: str | None) -> None:
    assert read("score", f"Final answer: {said}").answer == answer


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yes", "yes"),
        ("No.", "no"),
        ("TRUE", "yes"),
        ("false", "no"),
        ("**Yes**", "yes"),
        ("(no)", "no"),
        ("Yes, it is prime", "yes"),
        ("No - it is odd", "no"),
        ("Yes.", "yes"),
        (r"\text{Yes}", "yes"),
        ("not true", None),
        ("yes or no", None),
        ("yes/no", None),
        ("maybe", None),
        ("yes, but not always", None),
        ("no one knows", None),
        ("Yes, no doubt", None),
        ("y", None),
        ("1", None),
        ("It is true", None),
    ],
)
def test_yes_and_no_are_said_plainly(read: Read, said: str, answer: str | None) -> None:
    assert read("bool", f"Final answer: {said}").answer == answer


def test_json_values_are_answers_as_they_would_be_written(read: Read) -> None:
    assert read("bool", '{"answer": true}').answer == "yes"
    assert read("number", '{"answer": 9.90}').answer == "9.90"
    for value in ("null", "[1]", '{"n": 1}', "NaN", "Infinity"):
        assert read("number", f'{{"answer": {value}}}').answer is None
