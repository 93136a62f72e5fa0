"""Answer spaces of each kind, and what reading a reply in one of them gives."""

from collections.abc import Callable, Mapping

import pytest

from moot.protocols.answers import AnswerSpace, Reading, space_of
from moot.protocols.question import Question, QuestionKind

Read = Callable[[QuestionKind, str], Reading]


@pytest.fixture(scope="session")
def spaces() -> Mapping[QuestionKind, AnswerSpace]:
    """One answer space of each kind; the choice is between four capitals."""
    kinds: tuple[QuestionKind, ...] = ("number", "math", "bool", "text", "probability", "score")
    capitals = Question("Which is the capital?", options=["Paris", "London", "Rome", "Berlin"])
    questions = [capitals, *(Question("What?", kind=kind) for kind in kinds)]
    return {question.kind: space_of(question) for question in questions}


@pytest.fixture(scope="session")
def read(spaces: Mapping[QuestionKind, AnswerSpace]) -> Read:
    """Reads a reply as an answer of a kind."""
    return lambda kind, text: spaces[kind].read(text)
