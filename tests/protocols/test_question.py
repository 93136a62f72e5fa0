"""Questions: their kinds, ids and right answers."""

import pytest

from moot import Question
from moot.errors import QuestionError


@pytest.mark.parametrize(
    ("kind", "given", "gold"),
    [
        ("bool", True, "yes"), ("bool", "Yes", "yes"), ("bool", "TRUE", "yes"), ("bool", 1, "yes"),
        ("bool", False, "no"), ("bool", "False", "no"), ("bool", 0, "no"), ("bool", "No", "no"),
        ("number", 408, "408"), ("number", "1,200", "1200"), ("number", "18 dollars", "18"), ("number", "0.50", "0.50"),
        ("score", "7/10", "7"), ("probability", ".3", "0.3"), ("text", "The sea", "The sea"),
    ],
)  # fmt: skip
def test_a_right_answer_is_read_as_answers_of_its_kind_are(kind: str, given: object, gold: str) -> None:
    assert Question("q?", kind=kind, gold=given).gold == gold  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given"),
    [("number", "abc"), ("number", "nan"), ("number", "#### 18"), ("bool", "perhaps"), ("score", "11")],
)
def test_a_right_answer_that_no_answer_could_equal_is_refused(kind: str, given: str) -> None:
    with pytest.raises(QuestionError, match="is no answer of kind"):
        Question("q?", kind=kind, gold=given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "gold"), [("B", "B"), ("C", "fish"), ("c", "fish"), (1, "cow"), ("fish", "fish")])
def test_of_a_choice_the_text_comes_first_then_the_letter_then_the_place(given: str | int, gold: str) -> None:
    assert Question("q?", options=["B", "cow", "fish"], gold=given).gold == gold


def test_an_id_follows_from_what_is_asked() -> None:
    same = Question("q?", kind="number", gold=3).id
    assert Question("q?", kind="number", gold=4).id == same
    assert len({same, Question("q?", kind="text").id, Question("p?", kind="number").id}) == 3
