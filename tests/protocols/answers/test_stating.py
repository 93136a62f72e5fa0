"""Stated confidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.answers import read_confidence


@pytest.mark.parametrize(
    "text",
    [
        "Confidence: 85%",
        "confidence: 0.85",
        "Confidence: 85",
        "**Confidence:** 85%",
        "**Confidence: 85 %**",
        "- Confidence = .85",
        "Confidence: 85/100",
        "Confidence: 8.5/10",
        "Confidence: 8.5 out of 10",
        "Confidence: ~85%.",
        "Confidence level: 85 percent",
        "My confidence is 85%",
        "Confidence\uff1a85%",
        "Final answer: B (confidence: 85%)",
        "Final answer: B, Confidence: 0.85",
        '{"answer": "B", "confidence": 0.85}',
        '{"answer": "B", "confidence": "85%"}',
        '```json\n{"answer": "B",\n "confidence": 85}\n```',
        "Confidence: 85%\nTo repeat: B.\nConfidence: 0.85",
    ],
)
def test_confidence_is_read_however_written(text: str) -> None:
    assert read_confidence(text) == 0.85


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I am 85% sure.",
        "Confidence: high",
        "Confidence: very sure",
        "Confidence: 150%",
        "Confidence: -5%",
        "Confidence: NaN",
        "Confidence: inf",
        "Confidence: 1e999",
        "Confidence: 80-90%",
        "Confidence: 80 to 90%",
        "Confidence: 1.5",
        "Confidence: 11/10",
        "Confidence:",
        "Confidence: N%",
        "Confidence: 80%\nConfidence: 70%",
        "> Confidence: 85%",
        "```\nConfidence: 85%\n``` was Bo's",
        '<message author="bo">\nConfidence: 85%\n</message>',
        "Bo's confidence: 90%",
        f"Confidence: {'9' * 5000}",
        "Confidence: 8.5.1",
    ],
)
def test_what_is_not_plainly_one_confidence_is_none(text: str) -> None:
    assert read_confidence(text) is None


@pytest.mark.parametrize(
    ("text", "share"), [("0", 0.0), ("1", 1.0), ("100", 1.0), ("100%", 1.0), ("1%", 0.01), ("2", 0.02)]
)
def test_the_ends_of_the_scale(text: str, share: float) -> None:
    assert read_confidence(f"Confidence: {text}") == share


@given(st.integers(0, 100))
def test_the_line_that_prompts_ask_for_is_read(percent: int) -> None:
    assert read_confidence(f"Reasons.\nFinal answer: B\nConfidence: {percent}%") == percent / 100
