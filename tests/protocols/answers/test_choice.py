"""Options named by letter, by text, or by both."""

from collections.abc import Callable, Sequence

import pytest

from moot.protocols.answers import Reading, space_of
from moot.protocols.question import Question

Read = Callable[[str, str], Reading]


def chosen(options: Sequence[str], said: str) -> str | None:
    return space_of(Question("Which?", options=options)).read(f"Final answer: {said}").answer


@pytest.mark.parametrize(
    "said",
    [
        "B",
        "b",
        "(B)",
        "[B]",
        "B.",
        "B)",
        "(b).",
        "**B**",
        "`B`",
        "$B$",
        "\\text{B}",
        "option B",
        "Option (B)",
        "<B>",
        "London",
        "LONDON",
        " london. ",
        '"London"',
        "B. London",
        "(B) London",
        "B) London",
        "B: London",
        "B - London",
        "B London",
        "B (London)",
        "London (B)",
        "Answer B",
        "B. Lond",
        "<b>B</b>",
        "_B_",
        "\\boxed{B}",
    ],
)
def test_an_option_is_named_by_letter_text_or_both(said: str) -> None:
    expected = None if said == "B. Lond" else "London"
    assert chosen(["Paris", "London", "Rome"], said) == expected


def test_an_option_may_be_cut_short_at_a_word_behind_its_letter() -> None:
    options = ["The heart", "The mitochondria make the energy of a cell", "The lung"]
    assert chosen(options, "B. The mitochondria") == options[1]
    assert chosen(options, "The mitochondria") is None


def test_the_text_of_an_option_comes_before_a_letter() -> None:
    assert chosen(["B", "A"], "A") == "A"
    assert chosen(["B", "A"], "A. B") == "B"
    assert chosen(["C", "D", "E"], "C") == "C"
    assert chosen(["C", "D", "E"], "A") == "C"


def test_letter_and_text_that_contradict_each_other_are_ambiguous(read: Read) -> None:
    assert read("choice", "Final answer: B. Paris").reason == "ambiguous"
    assert read("choice", "Final answer: Rome (A)").reason == "ambiguous"


def test_reasons_behind_the_letter_are_not_interpreted(read: Read) -> None:
    for said in ("B because it is larger", "B. It is not A.", "B. wrong", "A: false"):
        assert read("choice", f"Final answer: {said}").reason == "unparsed"


def test_options_that_look_like_lists_are_options() -> None:
    options = ["A or B", "both", "A, B and C", "neither"]
    assert [chosen(options, option) for option in options] == options


def test_numbers_among_options_are_named_by_value() -> None:
    assert chosen(["1,200", "200", "12"], "1200") == "1,200"
    assert chosen(["0.5", "0.25"], "1/2") == "0.5"
    assert chosen(["9.9", "9.90", "9.11"], "9.900") is None


def test_options_that_differ_in_case_or_marks_only_are_told_apart_by_exact_text() -> None:
    assert chosen(["us", "US"], "US") == "US"
    assert chosen(["us", "US"], "Us") is None
    assert chosen(["+", "-", "*"], "-") == "-"
    assert chosen(["<", ">", "="], "<") == "<"


def test_the_answer_is_the_option_as_given() -> None:
    assert chosen([" Paris ", "The  Hague\n(capital)"], "the hague (capital)") == "The  Hague\n(capital)"
    assert chosen([" Paris ", "Rome"], "A") == " Paris "


def test_letters_reach_as_far_as_the_options() -> None:
    options = [f"option number {place}" for place in range(26)]
    assert chosen(options, "Z") == options[25]
    assert chosen(options[:25], "Z") is None
    assert chosen(options, "X") == options[23]
