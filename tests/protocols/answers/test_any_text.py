"""Whatever is written is read without raising; what prompts ask for is read as it was meant."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.protocols.answers import AnswerSpace, read_confidence, space_of
from moot.protocols.answers.trimming import bared, folded, is_abstention, is_template
from moot.protocols.question import LETTERS, Question, QuestionKind

PIECES = [
    "Final answer: ", "**Final answer:**", "\\boxed{", "}", "{final answer: ", "<answer>", "</answer>",
    '{"answer": "', '"}', "Answer: ", "```", "~~~", "> ", "<message ", 'author="bo">', "</message>", "<think>",
    "</think>", "\n", " ", "A", "B", "408", "1,200", "1e999999", "½", "10⁶", "−", "\\frac{1}{2}", "$",
    "Confidence: ", "85%", "yes", "no", "NaN", "\ud800", "\u2028", "\u202e", "İ", "：", "А", "…", '"', "'", "\\",
    "[", "]", "(", ")", "*", "_", "`", "X, where X is ", "or", "of the", "\x00", "\u200b",
]  # fmt: skip
WRITTEN = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30).map("".join),
    st.binary(max_size=200).map(lambda body: body.decode("latin-1")),
)
PROSE = st.sampled_from(
    [
        "",
        "Reasons.\n",
        "I looked at A and B.\n\n1. One\n2. Two\n",
        "> Final answer: A\n\nNo.\n",
        "```\n\\boxed{9}\n```\n",
        "{x} = 5.\n",
    ]
)
LINES = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="*_`\"'“”‘’«»$\\<>[]{}()"), min_size=1, max_size=40
)


@settings(max_examples=600)
@given(text=WRITTEN)
def test_no_text_makes_reading_raise(spaces: Mapping[QuestionKind, AnswerSpace], text: str) -> None:
    for space in spaces.values():
        reading = space.read(text)
        assert (reading.answer is None) == bool(reading.reason)
        if reading.answer is not None:
            assert space.key(reading.answer) == space.key(reading.answer)
            assert reading.answer.strip() == reading.answer
    confidence = read_confidence(text)
    assert confidence is None or 0 <= confidence <= 1


@settings(max_examples=300)
@given(text=WRITTEN)
def test_an_answer_read_is_read_again_from_the_line_asked_for(
    spaces: Mapping[QuestionKind, AnswerSpace], text: str
) -> None:
    for kind in ("choice", "number", "bool", "probability", "score"):
        answer = spaces[kind].read(text).answer
        if answer is not None:
            assert spaces[kind].read(f"Final answer: {answer}").answer == answer


@given(prose=PROSE, options=st.lists(LINES, min_size=2, max_size=8, unique_by=str.casefold), data=st.data())
def test_an_option_is_read_from_its_letter_and_from_its_text(
    prose: str, options: list[str], data: st.DataObject
) -> None:
    space = space_of(Question("Which?", options=options))
    option = data.draw(st.sampled_from(options))
    letter = LETTERS[options.index(option)]
    assert space.read(f"{prose}Final answer: {option}").answer == option
    if folded(letter) not in {folded(bared(other)) for other in options}:  # ª is an A as well
        assert space.read(f"{prose}Final answer: {letter}").answer == option
        assert space.read(f"{prose}**Final answer:** ({letter})").answer == option


@given(prose=PROSE, number=st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_written(spaces: Mapping[QuestionKind, AnswerSpace], prose: str, number: object) -> None:
    written = str(number).replace("E+", "e").replace("E", "e")
    reading = spaces["number"].read(f"{prose}Final answer: {written}")
    assert reading.answer == written


@given(prose=PROSE, text=LINES)
def test_a_short_text_is_read_as_written(spaces: Mapping[QuestionKind, AnswerSpace], prose: str, text: str) -> None:
    if is_abstention(text) or is_template(text) or not re.search(r"\w", text) or "onfidence" in text.casefold():
        return
    assert spaces["text"].read(f"{prose}Final answer: {text}").answer == text


@pytest.mark.parametrize(
    "expression",
    [r"\frac{1}{2}", "x^2+1", r"(-\infty, 2]", r"\{1, 2\}", "2\\sqrt{2}", "a_1 * b_2", "[0, 1)", "no solution"],
)
@given(prose=PROSE)
def test_an_expression_is_read_as_written(
    spaces: Mapping[QuestionKind, AnswerSpace], prose: str, expression: str
) -> None:
    for line in (f"Final answer: {expression}", f"Final answer: ${expression}$", f"\\boxed{{{expression}}}"):
        assert spaces["math"].read(f"{prose}{line}").answer == expression


@given(prose=PROSE, percent=st.integers(0, 100), score=st.integers(1, 10), yes=st.sampled_from(["yes", "no"]))
def test_the_other_kinds_are_read_as_written(
    spaces: Mapping[QuestionKind, AnswerSpace], prose: str, percent: int, score: int, yes: str
) -> None:
    chance = f"{percent / 100:.2f}"
    assert spaces["probability"].read(f"{prose}Final answer: {chance}").answer == chance
    assert spaces["score"].read(f"{prose}Final answer: {score}").answer == str(score)
    assert spaces["bool"].read(f"{prose}Final answer: {yes}").answer == yes


def test_every_kind_asks_for_the_line_from_which_it_reads(spaces: Mapping[QuestionKind, AnswerSpace]) -> None:
    for space in spaces.values():
        assert "`Final answer: X`" in space.ask()
        assert space.read(space.ask()).answer is None
        assert space.read(space.ask().replace("`", "")).answer is None
