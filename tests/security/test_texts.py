"""Long texts made to keep a reader busy: every function that meets words from outside is through them at once."""

import json
import time
from collections.abc import Callable, Mapping, Sequence

import pytest

from moot.agents.cleaning import clean, printable
from moot.agents.provider.classify import problem
from moot.agents.provider.reply import parsed, read
from moot.agents.provider.secrets import scrubbed, seeker
from moot.agents.records import Message
from moot.agents.sim import reader
from moot.agents.structured import parsed_object
from moot.protocols.answers import read_confidence, space_of
from moot.protocols.ballots.reading import ballot_space
from moot.protocols.floor.quotes import checked_quotes
from moot.protocols.question import Question, QuestionKind
from moot.protocols.quoting import tagged

LENGTH = 100_000
PIECES = (
    *(" ", "\n", "\t", "\u2028", "0", "9,", "-", "(", ")", "[", "]", "{", "}"),
    *("<", '"', "\\", "'", "_", "*", "x", "A) ", "**a", "\\boxed{", "\\frac{", "$", "1/", "1e", "> ", "```\n"),
    *("Final answer: ", "answer: ", "<think>", "<quote>", "<message ", '{"a":', '{"answer": "', "&lt;"),
    *("key=", "sk-", "bearer ", "A > B > ", "I cannot ", "Confidence: "),
)
KINDS: tuple[QuestionKind, ...] = ("number", "math", "bool", "text", "probability", "score")
QUESTIONS = [Question("Which?", options=["red", "green"]), *(Question("What?", kind=kind) for kind in KINDS)]
CHOICE = space_of(QUESTIONS[0])


def from_a_provider(text: str) -> object:
    return read(parsed(json.dumps({"choices": [{"message": {"content": text}}]}).encode()))


READERS: Mapping[str, Callable[[str], object]] = {
    **{f"answers of kind {question.kind}": space_of(question).read for question in QUESTIONS},
    "confidence": read_confidence,
    "ballots": ballot_space("ranking", ["red", "green"], CHOICE).read,
    "structured replies": parsed_object,
    "quotes": lambda text: checked_quotes(text, "a document"),
    "tags": lambda text: tagged("message", text, author="bo"),
    "prompts": lambda text: reader.read([Message(role="user", content=text)]),
    "replies of providers": from_a_provider,
    "errors of providers": lambda text: problem(json.dumps({"error": {"message": text}}).encode()),
    "keys": scrubbed,
    "keys in stores": seeker(),
    "terminals": lambda text: printable(clean(text)),
}
MOST_S = 3.0
"""What grows with the square of the length takes minutes."""


def pumped(pieces: Sequence[str]) -> list[str]:
    long = [piece * (LENGTH // len(piece)) for piece in pieces]
    return [f"sk-{'x' * LENGTH}", *(text + end for text in long for end in ("", "x", "\nFinal answer: ("))]


@pytest.mark.parametrize("name", READERS)
def test_no_text_keeps_a_reader_busy(name: str) -> None:
    slow: list[str] = []
    for text in pumped(PIECES):
        began = time.process_time()
        READERS[name](text)
        if time.process_time() - began > MOST_S:
            slow.append(f"{text[:20]!r}…{text[-5:]!r}")
    assert slow == []
