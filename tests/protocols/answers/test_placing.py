"""The place of an answer in its reply, whatever else is like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.answers import AnswerSpace, place_of, space_of
from moot.protocols.question import Question

CHOICE = space_of(Question("Which?", options=["tea", "milk"]))
NUMBER = space_of(Question("How many?", kind="number"))


def placed(space: AnswerSpace, text: str, within: str | None = None) -> str | None:
    tail = text if within is None else within
    place = place_of(text, space.read(text).form, strict=space.strict, within=tail)
    return None if place is None else f"{tail[: place[0]]}[{tail[place[0] : place[1]]}]{tail[place[1] :]}"


@pytest.mark.parametrize(
    ("space", "text", "marked"),
    [
        (CHOICE, "B or A? A it is.\nFinal answer: A", "B or A? A it is.\nFinal answer: [A]"),
        (CHOICE, "Final answer: A\nConfidence: A lot, 90%", "Final answer: [A]\nConfidence: A lot, 90%"),
        (NUMBER, "Final answer: 9\nConfidence: 99%", "Final answer: [9]\nConfidence: 99%"),
        (NUMBER, "Final answer: 9 (confidence: 99%)", "Final answer: [9] (confidence: 99%)"),
        (NUMBER, r"Nine, \boxed{9} I say.", r"Nine, \boxed{[9]} I say."),
        (NUMBER, "<answer>9</answer>", "<answer>[9]</answer>"),
        (
            NUMBER,
            '{"reason": "9 is odd", "answer": "9", "more": "9"}',
            '{"reason": "9 is odd", "answer": "[9]", "more": "9"}',
        ),
        (NUMBER, "9", "[9]"),
        (NUMBER, "No idea.", None),
    ],
)
def test_it_is_found_in_every_form(space: AnswerSpace, text: str, marked: str | None) -> None:
    assert placed(space, text) == marked


def test_where_only_the_end_is_known_it_is_found_in_the_end_or_not_at_all() -> None:
    text = "A long story.\nFinal answer: 408\nConfidence: 40%"
    assert placed(NUMBER, text, "wer: 408\nConfidence: 40%") == "wer: [408]\nConfidence: 40%"
    assert placed(NUMBER, text, "\nConfidence: 40%") is None


@given(st.text(max_size=60), st.integers(0, 10**6))
def test_a_marked_number_is_placed_where_it_stands(said: str, number: int) -> None:
    text = f"{said.replace(chr(13), ' ')}\nFinal answer: {number}\nConfidence: {number % 100}%"
    if NUMBER.read(text).answer is not None:
        place = place_of(text, NUMBER.read(text).form, strict=True, within=text)
        assert place is not None
        assert text[slice(*place)] == str(number)
