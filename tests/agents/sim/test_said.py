"""What one reply says."""

import time

import pytest

from moot.agents.sim.said import said


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("Because.\nFinal answer: B", "B"),
        ("Because.\n**Final Answer:** B.", "B"),
        ("Final answer: A\nNo, wait.\nFinal answer: B", "B"),
        ("FINAL ANSWER: (C)\n", "(C)"),
        ("So {final answer: 12}", "12"),
        ("Final answer: \\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("Thus \\boxed{x^{2}} it is", "x^{2}"),
        ("Then <answer>Canberra</answer> it is", "Canberra"),
        ('{"reason": "so", "answer": "B"}', "B"),
        ("Canberra", "Canberra"),
        ("**Canberra**\nConfidence: 80%", "Canberra"),
        ("I have nothing to say to this.", None),
        ("So I would go with B, I think. It is the better one of the two that were named.", None),
        ("The final answer will follow later, once I have thought about all of it some more.", None),
        ("", None),
    ],
)
def test_the_last_mark_says_the_answer_and_no_mark_says_none(body: str, answer: str | None) -> None:
    assert said(body).answer == answer


@pytest.mark.parametrize(
    ("line", "confidence"),
    [
        ("Confidence: 85%", 0.85),
        ("**Confidence:** 85 %", 0.85),
        ("Confidence: 0.85", 0.85),
        ("Confidence: 85", 0.85),
        ("Confidence: very sure", 0.9),
        ("Confidence: 300%", None),
        ("Confidence: high", None),
        ("", None),
    ],
)
def test_confidence_is_read_in_per_cent_decimals_and_words(line: str, confidence: float | None) -> None:
    assert said(f"Confidence: 10% was my first thought.\nFinal answer: B\n{line}").confidence == confidence


def test_confidence_is_read_from_json() -> None:
    assert said('{"answer": "B", "confidence": 70}').confidence == 0.7


def test_reasons_are_the_sentences_before_the_mark() -> None:
    assert said("One. Two! Is it 3.14?\nFinal answer: B. Yes.").reasons == 3


@pytest.mark.parametrize(
    "piece", ["final answer ", "Confidence: ", "<answer>", "\\boxed{", "{", "Final answer: \\boxed{"]
)
def test_hostile_replies_are_read_in_linear_time(piece: str) -> None:
    said(piece * 1000)
    start = time.process_time()
    said(piece * 100_000)
    assert time.process_time() - start < 2.0
