"""The rungs of structured replies."""

import json
from dataclasses import replace

import pytest
from pydantic import JsonValue

from moot.agents.provider.ladder import Ladder, Rung, asking, response_format
from moot.agents.records import Message, Request

SCHEMA: dict[str, JsonValue] = {"type": "object", "properties": {"answer": {"type": "string"}}}


def request(*contents: str) -> Request:
    messages = tuple(Message(role="user", content=content) for content in contents)
    return Request(key="k", model="m", messages=messages, reply_schema=SCHEMA)


def test_it_steps_down_one_rung_at_a_time_and_remembers() -> None:
    ladder = Ladder()
    words = "HTTP 400: response_format is not supported"
    assert ladder.rung("openai/m", takes_format=True) == "schema"
    assert ladder.refused("openai/m", "schema", "bad_request", words) == "object"
    assert ladder.rung("openai/m", takes_format=True) == "object"
    assert ladder.refused("openai/m", "object", "bad_request", words) == "prompt"
    assert ladder.refused("openai/m", "prompt", "bad_request", words) is None
    assert ladder.rung("openai/m", takes_format=True) == "prompt"
    assert ladder.rung("openai/other", takes_format=True) == "schema"


def test_it_begins_where_a_model_is_known_to_stand() -> None:
    assert Ladder().rung("deepseek/m", takes_format=True) == "object"
    assert Ladder().rung("cohere/m", takes_format=False) == "prompt"


def test_only_a_refusal_of_the_format_steps_down() -> None:
    ladder = Ladder()
    assert ladder.refused("m", "schema", "bad_request", "unknown model") is None
    assert ladder.refused("m", "schema", "outage", "response_format") is None


def test_strict_mode_is_asked_for_where_the_schema_allows_it() -> None:
    closed: dict[str, JsonValue] = {**SCHEMA, "required": ["answer"], "additionalProperties": False}
    assert "strict" not in json.dumps(response_format(SCHEMA, "schema"))
    assert '"strict": true' in json.dumps(response_format(closed, "schema"))
    assert '"strict"' not in json.dumps(response_format({**closed, "properties": {"a": SCHEMA}}, "schema"))
    assert response_format(SCHEMA, "object") == {"type": "json_object"}
    assert response_format(SCHEMA, "prompt") is None


@pytest.mark.parametrize("rung", ["object", "prompt"])
def test_below_the_schema_the_prompt_asks(rung: Rung) -> None:
    told = asking(request("Why?"), rung)
    assert told.messages[-1].content.startswith("Why?\n\n")
    assert json.dumps(SCHEMA) in told.messages[-1].content


def test_a_prompt_that_asks_already_is_left_alone() -> None:
    asked = request('Reply in JSON: <reply_format>{"answer": "…"}</reply_format>')
    assert asking(asked, "object") is asked
    assert asking(request("Why?"), "schema") == request("Why?")


def test_a_prompt_that_ends_with_the_assistant_gets_a_message_of_its_own() -> None:
    asked = request("Why?")
    ended = replace(asked, messages=(*asked.messages, Message(role="assistant", content="Well")))
    assert [message.role for message in asking(ended, "prompt").messages] == ["user", "assistant", "user"]
