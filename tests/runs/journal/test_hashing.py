"""The identity of requests and calls."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.records import Message, Request
from moot.runs.journal import CallKey, call_id, request_hash

ASKED = Request(
    key="k", model="openai/gpt-5-mini", messages=(Message(role="user", content="Why?"),), seed=7, extra={"top_k": 5}
)
chats = st.lists(
    st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=st.text(max_size=20)), max_size=4
)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "openai/gpt-5"},
        {"messages": (Message(role="user", content="Why"),)},
        {"messages": (Message(role="system", content="Why?"),)},
        {"messages": ()},
        {"seed": 8},
        {"seed": None},
        {"temperature": 0.0},
        {"top_p": 0.5},
        {"max_tokens": 10},
        {"reply_schema": {"answer": "a letter"}},
        {"extra": {"top_k": 6}},
        {"extra": {}},
        {"logprobs": True},
    ],
    ids=str,
)
def test_whatever_changes_the_reply_changes_the_hash(change: dict[str, Any]) -> None:
    assert request_hash(replace(ASKED, **change)) != request_hash(ASKED)


@pytest.mark.parametrize(
    "change",
    [
        {"key": "other"},
        {"timeout_s": 1.0},
        {"turn": 3},
        {"extra": {"top_k": 5, "api_key": "canary"}},
        {"extra": {"Authorization": "canary", "top_k": 5}},
    ],
    ids=str,
)
def test_place_deadline_and_credentials_do_not_count(change: dict[str, Any]) -> None:
    assert request_hash(replace(ASKED, **change)) == request_hash(ASKED)


def test_the_address_counts() -> None:
    hashes = {request_hash(ASKED, base) for base in (None, "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1")}
    assert len(hashes) == 3


def test_extras_count_by_name_not_by_order() -> None:
    one: dict[str, Any]
    other: dict[str, Any]
    one, other = {"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1}
    assert request_hash(replace(ASKED, extra=one)) == request_hash(replace(ASKED, extra=other))


def test_the_hash_is_the_same_in_every_process_and_version() -> None:
    assert request_hash(ASKED, "http://127.0.0.1/v1") == "28b085183e6046f92f5e11d66b103b2c"
    assert call_id(CallKey("s", "ada", 1, 0, 2), "28b085183e6046f92f5e11d66b103b2c") == "64495439d405f825"


@given(chats, chats)
def test_two_chats_have_one_hash_only_if_they_are_one(one: list[Message], other: list[Message]) -> None:
    hashes = [request_hash(replace(ASKED, messages=tuple(chat))) for chat in (one, other)]
    assert (hashes[0] == hashes[1]) == (one == other)


@given(st.lists(st.sampled_from(["a", "\nuser 1\nb", "user 1\n", "\n", ""]), max_size=5))
def test_no_text_can_pass_for_a_border_between_messages(texts: list[str]) -> None:
    split = replace(ASKED, messages=tuple(Message(role="user", content=text) for text in texts))
    joined = replace(ASKED, messages=(Message(role="user", content="".join(texts)),))
    assert (request_hash(split) == request_hash(joined)) == (split.messages == joined.messages)


def test_text_that_is_no_valid_unicode_has_a_hash() -> None:
    broken = replace(ASKED, messages=(Message(role="user", content="half \ud83d"),))
    assert request_hash(broken) != request_hash(ASKED)


def test_an_extra_that_no_json_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        request_hash(replace(ASKED, extra={"bias": math.nan}))


def test_a_call_is_named_by_each_part_of_its_place_and_by_its_request() -> None:
    places = [
        CallKey("s", "ada", 0, 0, 0),
        CallKey("t", "ada", 0, 0, 0),
        CallKey("s", "bo", 0, 0, 0),
        CallKey("s", "ada", 1, 0, 0),
        CallKey("s", "ada", 0, 1, 0),
        CallKey("s", "ada", 0, 0, 1),
    ]
    names = [call_id(place, "0" * 32) for place in places] + [call_id(places[0], "1" * 32)]
    assert len(set(names)) == 7
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)
