"""Debates of equals: what becomes of a tie, and of a reply without an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from moot import Question

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
APART = {"ada": "Final answer: 2", "bo": "Final answer: 1", "cy": "Who knows?"}


@pytest.mark.parametrize(("variant", "answer"), [("paper", None), ("reference", "2")])
def test_of_a_tie_the_reference_takes_the_earliest_agents_answer(
    variant: str, answer: str | None, hold: Callable[..., Any]
) -> None:
    result = hold(f"du?variant={variant}", QUESTION, APART).result
    assert result.answer == answer
    assert (set(result.outcome.ties) == {"1", "2"}) == (answer is None)


@pytest.mark.parametrize("variant", ["paper", "reference"])
def test_a_reply_without_an_answer_is_never_right(variant: str, hold: Callable[..., Any]) -> None:
    result = hold(f"du?variant={variant}", QUESTION, dict.fromkeys(APART, "Who knows?")).result
    assert (result.answer, bool(result.correct)) == (None, False)
