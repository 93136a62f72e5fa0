"""A message is its text, in however many parts it is kept."""

import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from moot.agents.message import Message
from moot.agents.records import Request

PARTS = Message(role="user", content=("Why is ", "the sky blue?"))
WHOLE = Message(role="user", content="Why is the sky blue?")


def test_parts_make_no_difference() -> None:
    assert PARTS == WHOLE
    assert hash(PARTS) == hash(WHOLE)
    assert repr(PARTS) == repr(WHOLE)
    assert Message(role="assistant", content=WHOLE.content) != WHOLE


def test_it_comes_through_pickle_and_json_as_it_was() -> None:
    anyone = TypeAdapter(Message)
    assert pickle.loads(pickle.dumps(PARTS)) == WHOLE
    assert anyone.dump_python(PARTS) == {"role": "user", "content": "Why is the sky blue?"}
    assert anyone.validate_json(anyone.dump_json(PARTS)) == WHOLE


@pytest.mark.parametrize(
    "message", [{"role": "user"}, {"role": "king", "content": "x"}, {"role": "user", "content": 7}]
)
def test_a_request_refuses_what_is_no_message(message: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Request(key="k", model="m", messages=(message,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_nothing_is_to_be_said_besides() -> None:
    with pytest.raises(ValidationError, match="extra"):
        TypeAdapter(Message).validate_python({"role": "user", "content": "x", "name": "ada"})
