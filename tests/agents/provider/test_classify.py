"""Errors of any shape."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.provider.classify import RETRY_CAP_S, Problem, classify, problem, retry_after, told
from moot.agents.records import Kind

SAID: list[tuple[int | None, str | None, str, Kind]] = [
    (429, None, "Rate limit reached for gpt-5 in organization org-x on tokens per min", "rate_limited"),
    (429, "insufficient_quota", "You exceeded your current quota, please check your plan", "quota"),
    (429, None, "You exceeded your current quota, please check your plan and billing details.", "quota"),
    (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota. Please retry in 31.2s.", "rate_limited"),
    (429, "RESOURCE_EXHAUSTED", 'Quota exceeded for metric requests [{"retryDelay": "12s"}]', "rate_limited"),
    (402, None, "Insufficient Balance", "quota"),
    (402, None, "", "quota"),
    (400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", "quota"),
    (403, None, "Your team has either used all available credits or reached its monthly spending limit", "quota"),
    (400, "content_filter", "The response was filtered", "refused"),
    (400, None, "The response was filtered due to the prompt triggering content management policy", "refused"),
    (
        400,
        "invalid_prompt",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy",
        "refused",
    ),
    (400, "data_inspection_failed", "Input data may contain inappropriate content.", "refused"),
    (451, None, "", "refused"),
    (400, "context_length_exceeded", "", "context"),
    (400, None, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens", "context"),
    (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", "context"),
    (
        400,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed",
        "context",
    ),
    (413, "rate_limit_exceeded", "Request too large for model on tokens per minute (TPM): Limit 6000", "context"),
    (413, None, "", "context"),
    (400, None, "Unknown parameter: 'foo'", "bad_request"),
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "auth"),
    (401, None, "", "auth"),
    (401, None, "flagged as abusive", "auth"),
    (403, None, "", "auth"),
    (404, None, "model not found", "bad_request"),
    (405, None, "", "bad_request"),
    (408, None, "", "outage"),
    (409, None, "", "outage"),
    (422, None, "extra field", "bad_request"),
    (498, None, "capacity exceeded", "rate_limited"),
    (500, None, "", "outage"),
    (500, None, "the context length service crashed", "outage"),
    (503, "overloaded_error", "Overloaded", "outage"),
    (529, None, "", "outage"),
    (524, None, "<html>a timeout occurred</html>", "outage"),
    (200, None, "", "unreadable"),
    (302, None, "", "bad_request"),
    (None, None, "", "outage"),
    (None, "overloaded", "the model is overloaded", "outage"),
    (None, "rate_limit_exceeded", "slow down", "rate_limited"),
    (None, None, "maximum context length is 4096 tokens", "context"),
]


@pytest.mark.parametrize(("status", "code", "text", "kind"), SAID)
def test_status_code_and_words_give_the_kind(status: int | None, code: str | None, text: str, kind: Kind) -> None:
    assert classify(status, code, text) == kind


@given(st.one_of(st.none(), st.integers(100, 999)), st.one_of(st.none(), st.text()), st.text())
def test_nothing_said_breaks_it(status: int | None, code: str | None, text: str) -> None:
    assert classify(status, code, text) != "ok"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "no", "type": "t", "code": None}}, Problem("t", "no")),
        (
            {"error": {"message": "no", "code": 429, "status": "RESOURCE_EXHAUSTED"}},
            Problem("RESOURCE_EXHAUSTED", "no", 429),
        ),
        ([{"error": {"message": "no", "code": "x"}}], Problem("x", "no")),
        ({"error": "no", "code": "x"}, Problem("x", "no")),
        ({"message": "no", "type": "t"}, Problem("t", "no")),
        ({"detail": "no"}, Problem(None, "no")),
        ({"detail": [{"msg": "no", "type": "t"}]}, None),
        ({"errors": [{"message": "no"}]}, Problem(None, "no")),
        ({"error": {"message": "no", "code": "503"}}, Problem(None, "no", 503)),
        ({"choices": []}, None),
        (3, None),
    ],
)
def test_the_error_is_found_in_every_shape(body: object, expected: Problem | None) -> None:
    assert told(body) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["error", "message", "code", "detail", "errors"]), inner)
        ),
    )
)
def test_any_json_may_be_an_error_body(value: object) -> None:
    assert isinstance(problem(json.dumps(value).encode()).message, str)


@given(st.binary())
def test_any_bytes_may_be_an_error_body(body: bytes) -> None:
    assert len(problem(body).message) <= 1000


NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "text", "expected"),
    [
        ({"retry-after": "1"}, "", 1.0),
        ({"retry-after": "0.25"}, "", 0.25),
        ({"retry-after": "0"}, "", 0.0),
        ({"retry-after-ms": "1500", "retry-after": "60"}, "", 1.5),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, "", 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, "", 0.0),
        ({"retry-after": "99999"}, "", RETRY_CAP_S),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "inf"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "soon"}, "", None),
        ({}, "Please retry in 12.5s.", 12.5),
        ({}, '{"retryDelay": "34s"}', 34.0),
        ({}, "nothing", None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], text: str, expected: float | None) -> None:
    assert retry_after(headers, text, now=NOW) == expected


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms"]), st.text()), st.text())
def test_whatever_a_server_writes_the_wait_is_bounded(headers: dict[str, str], text: str) -> None:
    wait = retry_after(headers, text, now=NOW)
    assert wait is None or 0 <= wait <= RETRY_CAP_S
