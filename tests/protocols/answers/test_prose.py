"""Short texts: what is an answer, and which are equal."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.answers import Reading
from moot.protocols.answers.prose import text_key

Read = Callable[[str, str], Reading]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Paris", "Paris"),
        ("**Paris**", "Paris"),
        ('"To be, or not to be"', "To be, or not to be"),
        ("the  city of\tParis", "the city of Paris"),
        ("C++", "C++"),
        ("none", "none"),
        ("*The* Hague", "*The* Hague"),
        ("x_1 and y_1", "x_1 and y_1"),
        ("Paris (confidence: 80%)", "Paris"),
        ("It depends: on taste", "It depends: on taste"),
        ("unparsed", "unparsed"),
    ],
)
def test_the_line_after_the_mark_is_the_answer(read: Read, said: str, answer: str) -> None:
    assert read("text", f"Reasons.\nFinal answer: {said}").answer == answer
    assert read("text", f"**Final answer:** {said}").answer == answer


@pytest.mark.parametrize("said", ["...", ":", "—?", '""', "?", "a" * 501])
def test_marks_alone_and_long_passages_are_no_short_text(read: Read, said: str) -> None:
    reading = read("text", f"Final answer: {said}")
    assert reading.answer is None or said == "—?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paris", "paris."),
        ("The Hague", "the  hague"),
        ('"Yes!"', "yes"),
        ("(Paris)", "Paris"),
        ("ﬁne", "fine"),
        ("STRASSE", "straße"),
        ("1,200", "1200.0"),
        ("0.5", "1/2"),
        ("*Paris*", "Paris"),
    ],
)
def test_case_width_blanks_and_outer_punctuation_do_not_matter(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C#", "C"),
        ("C++", "C"),
        ("-5", "5"),
        ("50%", "50"),
        ("Paris", "P\N{CYRILLIC SMALL LETTER A}ris"),
        ("5 km", "5 miles"),
        (".NET", "NET.com"),
    ],
)
def test_what_distinguishes_answers_is_kept(one: str, other: str) -> None:
    assert text_key(one) != text_key(other)


@given(st.text(max_size=60))
def test_equality_of_texts_does_not_depend_on_case_or_blanks_around(text: str) -> None:
    assert text_key(text) == text_key(f"  {text}\n") == text_key(text.casefold())
