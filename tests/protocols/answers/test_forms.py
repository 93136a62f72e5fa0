"""Where an answer may stand, and what happens where several stand."""

from collections.abc import Callable

import pytest

from moot.protocols.answers import Reading

Read = Callable[[str, str], Reading]


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: B",
        "final answer: B",
        "FINAL ANSWER: B",
        "Final Answer : B",
        "**Final answer: B**",
        "**Final Answer:** B",
        "**Final answer**: **B**",
        "__Final answer:__ B",
        "*Final answer:* *B*",
        "### Final answer: B",
        "- Final answer: B",
        "4. Final answer: B",
        "Final answer\uff1a B",
        "Final answer = B",
        "The final answer is: B",
        "The final answer is B.",
        "So, my final answer: B",
        "Therefore the final answer is **B**",
        "Final answer (one letter): B",
        "Some reasons first. Final answer: B",
        "   Final answer: B   ",
        "Final answer: B</s>",
        "Final answer: B<|im_end|>",
        "Final answer:\nB",
        "### Final answer\n\n**B**\n",
        "**Final answer:**\n\nB\n\nConfidence: 80%",
        "Final answer: B\nConfidence: 80%",
        "Final answer: B, confidence: 80%",
        "Final answer: B (Confidence: 80%)",
        "Final answer: B\n\nA. Paris\nB. London\nC. Rome",
    ],
)
def test_the_final_answer_mark_is_read_in_every_dress(read: Read, text: str) -> None:
    assert read("choice", text) == Reading(answer="London", form="mark")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("boxed", r"so \boxed{B}"),
        ("boxed", r"$$\boxed{\text{B}}$$"),
        ("boxed", r"\fbox{B}"),
        ("braces", "I say {final answer: B}."),
        ("braces", "{The final answer is: (B)}"),
        ("tag", "<answer>B</answer>"),
        ("tag", "<ANSWER> B </ANSWER>"),
        ("tag", "<final_answer>B</final_answer>"),
        ("json", '{"answer": "B"}'),
        ("json", 'Here it is: {"reason": "a {brace}", "Answer": "B"} as asked'),
        ("json", '```json\n{"answer": "B"}\n```'),
        ("line", "Reasons.\nAnswer: B"),
        ("line", "Reasons. The correct answer is B.\nConfidence: 60%"),
        ("bare", "B"),
        ("bare", "**London**"),
        ("bare", "B\nConfidence: 70%"),
    ],
)
def test_other_forms_are_read_where_no_mark_stands(read: Read, form: str, text: str) -> None:
    reading = read("choice", text)
    assert (reading.answer, reading.form) == ("London", form)


def test_the_first_form_in_the_documented_order_decides(read: Read) -> None:
    parts = [
        "Final answer: A",
        r"\boxed{B}",
        "{final answer: C}",
        "<answer>D</answer>",
        '{"answer": "A"}',
        "Answer: B",
    ]
    answers = [read("choice", "\n".join(parts[start:])).answer for start in range(len(parts))]
    assert answers == ["Paris", "London", "Rome", "Berlin", "Paris", "London"]


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: B\nLet me check.\nFinal answer: (B) London",
        r"\boxed{B} and again \boxed{London}",
        '{"answer": "B"} {"answer": "London"}',
        "<answer>B</answer><answer>b</answer>",
    ],
)
def test_several_equal_answers_are_one(read: Read, text: str) -> None:
    assert read("choice", text).answer == "London"


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: A\nWait.\nFinal answer: B",
        "Final answer: A. Final answer: B",
        r"\boxed{A} \boxed{B}",
        r"Final answer: \boxed{A} or \boxed{B}",
        "{final answer: A} {final answer: B}",
        "<answer>A</answer> <answer>B</answer>",
        '{"answer": "A", "answer": "B"}',
    ],
)
def test_answers_that_differ_are_an_abstention(read: Read, text: str) -> None:
    reading = read("choice", text)
    assert (reading.answer, reading.reason) == (None, "ambiguous")


def test_the_last_mark_must_be_readable(read: Read) -> None:
    assert read("choice", "Final answer: A\nFinal answer: none of these").reason == "unparsed"
    assert read("choice", "Final answer: hm\nFinal answer: A").answer == "Paris"


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: X, where X is the letter of the option you choose.",
        "Final answer: <letter>",
        "Final answer: <the letter of your option>",
        "Final answer: [your answer]",
        "Final answer: ...",
        "Final answer: ____",
        "End with one last line of the form `Final answer: X`, where X is the letter of your option.",
    ],
)
@pytest.mark.parametrize("kind", ["choice", "number", "bool", "text", "math"])
def test_a_request_repeated_is_no_answer(read: Read, kind: str, text: str) -> None:
    assert read(kind, text) == Reading(reason="unparsed")
    assert read("choice", f"{text}\nFinal answer: B").answer == "London"


@pytest.mark.parametrize("text", ["Final answer:", "**Final answer:**", "Final answer:\n\n", "Final answer: **"])
def test_an_empty_mark_is_no_answer(read: Read, text: str) -> None:
    assert read("choice", text) == Reading(reason="unparsed")


def test_an_empty_mark_takes_the_next_line_only_if_it_is_the_last(read: Read) -> None:
    assert read("choice", "Final answer:\nA. Paris\nB. London").answer is None
    assert read("text", "Final answer:\nI hope this helps!").answer is None
    assert read("math", "Final answer:\nI hope this helps!").answer is None
    assert read("math", "Final answer:\n$$\\frac{1}{2}$$").answer == "\\frac{1}{2}"


@pytest.mark.parametrize("answer", ["I don't know", "I don’t know.", "abstain", "N/A", "no answer"])
@pytest.mark.parametrize("kind", ["choice", "number", "bool", "text", "math", "probability", "score"])
def test_saying_that_there_is_none_is_an_abstention(read: Read, kind: str, answer: str) -> None:
    assert read(kind, f"Final answer: {answer}") == Reading(reason="abstained", form="mark")


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot assist with this request.",
        "I am not able to help with this question.",
        "I would rather not take a position on this.",
        "As an AI language model, I can’t provide an answer to that.",
    ],
)
def test_a_refusal_is_told_from_a_reply_without_an_answer(read: Read, text: str) -> None:
    assert read("choice", text) == Reading(reason="refused")
    assert read("choice", f"{text}\nFinal answer: B").answer == "London"


def test_nothing_at_all_is_empty(read: Read) -> None:
    assert read("choice", "") == read("text", " \n\t ") == Reading(reason="empty")


def test_prose_about_the_final_answer_is_no_text_answer(read: Read) -> None:
    for text in (
        "The final answer is in dispute.",
        "Final answers differ: see above",
        "Paris",
        "The answer is unknown.",
    ):
        assert read("text", text).answer is None
