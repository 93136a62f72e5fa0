"""Bodies of any quality."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from moot.agents.provider.reply import parsed, read
from moot.agents.records import Kind


def body(message: JsonValue, finish: JsonValue = "stop", **choice: JsonValue) -> JsonValue:
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish, **choice}]}


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (body({"content": "B"}), "ok", "B"),
        (body({"content": "B"}, None), "ok", "B"),
        (body({"content": "B"}, "banana"), "ok", "B"),
        (
            body({"content": [{"type": "text", "text": "a"}, {"type": "thinking", "text": "no"}, {"text": "b"}]}),
            "ok",
            "ab",
        ),
        (body({"content": ""}), "empty", ""),
        (body({"content": " \n"}), "empty", " \n"),
        (body({"content": None}), "empty", ""),
        (body({}), "empty", ""),
        (body(None), "empty", ""),
        (body({"content": 5}), "empty", ""),
        (body({"content": None, "tool_calls": [{"id": "x"}]}, "tool_calls"), "empty", ""),
        (body({"content": "half", "refusal": None}, "length"), "truncated", "half"),
        (body({"content": None}, "length"), "truncated", ""),
        (body({"content": "half"}, "MAX_TOKENS"), "truncated", "half"),
        (body({"content": None}, "content_filter"), "refused", ""),
        (body({"content": "half"}, "SAFETY"), "refused", "half"),
        (body({"content": None, "refusal": "I cannot."}), "refused", "I cannot."),
        (body({"content": "B", "refusal": ""}), "ok", "B"),
        (body({"content": "a\ud800b\x1b[0m\x00"}), "ok", "a\ufffdb[0m"),
        ({"choices": [{"text": "old style", "finish_reason": "stop"}]}, "ok", "old style"),
        ({"choices": []}, "unreadable", ""),
        ({"choices": [5]}, "unreadable", ""),
        ({"choices": {"a": 1}}, "unreadable", ""),
        ({}, "unreadable", ""),
        (None, "unreadable", ""),
        ([1, 2], "unreadable", ""),
        ({"error": {"message": "overloaded"}}, "outage", ""),
        (body({"content": ""}, "error", error={"message": "upstream", "code": 502}), "outage", ""),
    ],
)
def test_what_a_body_holds(value: JsonValue, kind: Kind, text: str) -> None:
    reply = read(value)
    assert (reply.kind, reply.text) == (kind, text)
    assert reply.about or reply.problem or kind == "ok"


def test_a_tool_asked_for_is_told() -> None:
    assert "tool" in read(body({"content": None, "tool_calls": [{}]})).about


def test_an_unknown_ending_is_kept_in_the_providers_words() -> None:
    assert read(body({"content": "B"}, "banana")).finish == "banana"
    assert read(body({"content": "B"}, "b\x1b" * 100)).finish == "b" * 40


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "finish_reason", "error", "usage"]), inner
            )
        ),
    )
)
def test_no_body_breaks_the_reader(value: JsonValue) -> None:
    read(value)
    read(body(value))
    read({"choices": [value]})


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff{}", b"[" * 100_000, b"1" * 5000, b"<html>"])
def test_what_is_not_json_is_one_kind_of_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed(raw)


def test_constants_that_are_not_json_become_none() -> None:
    assert parsed(b'{"a": NaN, "b": [Infinity, -Infinity]}') == {"a": None, "b": [None, None]}
    assert parsed(json.dumps({"a": 1}).encode()) == {"a": 1}
