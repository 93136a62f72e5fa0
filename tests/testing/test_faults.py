"""Every fault of the stub, observed at the bytes."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import moot.testing
from moot.errors import SpecError, UnknownNameError
from moot.testing import FAULTS, Fault, Reply, Stub


def head_and_body(read: bytes) -> tuple[bytes, bytes]:
    head, _, body = read.partition(b"\r\n\r\n")
    return head, body


def promised(head: bytes) -> int:
    return int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])


@pytest.mark.parametrize("status", [400, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529, 599])
def test_any_error_status_can_be_served(ask: Callable[..., httpx.Response], status: int) -> None:
    response = ask(f"fault-{status}")
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_a_rate_limit_says_when_to_come_back_in_seconds_in_milliseconds_and_as_a_date(
    stub: Stub, ask: Callable[..., httpx.Response]
) -> None:
    forms = [Fault("429", retry_after=2, retry_form=form) for form in ("seconds", "ms", "date")]
    stub.script("m", [*forms, Fault("429")])
    seconds, ms, date, bare = (ask("m") for _ in range(4))
    assert seconds.headers["retry-after"] == "2"
    assert ms.headers["retry-after-ms"] == "2000"
    assert 0 <= parsedate_to_datetime(date.headers["retry-after"]).timestamp() - time.time() <= 2
    assert "retry-after" not in bare.headers
    assert bare.json()["error"]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("quota", 429, "insufficient_quota"),
        ("content_filter", 400, "content_filter"),
        ("context", 400, "context_length_exceeded"),
        ("auth", 401, "invalid_api_key"),
    ],
)
def test_refusals_carry_the_providers_code(
    ask: Callable[..., httpx.Response], kind: str, status: int, code: str
) -> None:
    response = ask(f"fault-{kind}")
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_a_refused_key_is_echoed_to_the_client_and_kept_nowhere(stub: Stub, ask: Callable[..., httpx.Response]) -> None:
    assert "canary-key" in ask("fault-auth").text
    assert stub.log[0].authorized
    assert "canary-key" not in repr(stub.log)


def test_hang_sends_nothing_and_keeps_the_connection(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-hang")
        assert connection.read(patience_s=0.2) == b""
        assert connection.is_open()


def test_hang_body_sends_a_head_that_promises_a_body_and_nothing_else(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-hang_body")
        head, body = head_and_body(connection.read(patience_s=0.2))
        assert promised(head) > 0
        assert body == b""
        assert connection.is_open()


def test_drip_sends_one_byte_at_a_time(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-drip-0.02")
        began = time.monotonic()
        head, body = head_and_body(connection.read(patience_s=0.019))
        while len(body) < 10:
            body += connection.read(patience_s=0.019)
        assert promised(head) > 100
        assert time.monotonic() - began >= 0.15
        assert body == b'{"id": "ch'[: len(body)]


def test_drip_to_the_end_is_a_good_reply(stub: Stub, ask: Callable[..., httpx.Response]) -> None:
    stub.script("m", Fault("drip", 0.0001))
    assert ask("m").json()["choices"][0]["message"]["content"]
    assert stub.log[0].completed


def test_reset_comes_before_any_byte(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-reset")
        with pytest.raises(ConnectionResetError):
            connection.read(patience_s=2)


def test_reset_body_comes_in_the_middle(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-reset_body")
        head, body = head_and_body(connection.read(patience_s=0.02))
        assert 0 < len(body) < promised(head)
        with pytest.raises(ConnectionResetError):
            connection.read(patience_s=2)


def test_short_body_ends_in_order_before_the_promised_length(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-short_body")
        head, body = head_and_body(connection.read(patience_s=2))
        assert 0 < len(body) < promised(head)
        assert not connection.is_open()


@pytest.mark.parametrize("kind", ["truncated_json", "bad_utf8", "empty_body"])
def test_bodies_that_are_no_json_are_complete_as_http(bare: Callable[[], Any], kind: str) -> None:
    with bare() as connection:
        connection.post(f"fault-{kind}")
        head, body = head_and_body(connection.read(patience_s=0.2))
        assert len(body) == promised(head)
        with pytest.raises(ValueError):  # noqa: PT011  JSON's and Unicode's errors are both of this kind
            json.loads(body)


def test_html_comes_with_any_status(ask: Callable[..., httpx.Response]) -> None:
    for model, status in (("fault-html", 200), ("fault-html-502", 502)):
        response = ask(model)
        assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize(("kind", "body"), [("json_null", None), ("json_list", [1, 2]), ("json_number", 42)])
def test_json_that_is_no_object(ask: Callable[..., httpx.Response], kind: str, body: object) -> None:
    response = ask(f"fault-{kind}")
    assert (response.status_code, response.json()) == (200, body)


def test_an_error_object_may_come_with_status_200(ask: Callable[..., httpx.Response]) -> None:
    response = ask("fault-error_200")
    assert response.status_code == 200
    assert set(response.json()) == {"error"}


@pytest.mark.parametrize(
    ("kind", "content", "finish"),
    [
        ("empty", "", "stop"),
        ("null_content", None, "stop"),
        ("filtered", None, "content_filter"),
        ("odd_finish", "Final answer: A", "banana"),
    ],
)
def test_replies_that_say_nothing_or_end_oddly(
    ask: Callable[..., httpx.Response], kind: str, content: str | None, finish: str
) -> None:
    choice = ask(f"fault-{kind}").json()["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == (content, finish)


def test_a_refusal_stands_in_its_own_field(ask: Callable[..., httpx.Response]) -> None:
    message = ask("fault-refusal").json()["choices"][0]["message"]
    assert (message["content"], message["refusal"]) == (None, "I cannot help with that.")


def test_a_cut_reply_has_no_final_line(ask: Callable[..., httpx.Response]) -> None:
    choice = ask("fault-length").json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert "Final answer" not in choice["message"]["content"]


def test_no_choices_is_an_empty_list(ask: Callable[..., httpx.Response]) -> None:
    assert ask("fault-no_choices").json()["choices"] == []


def test_hostile_characters_arrive(ask: Callable[..., httpx.Response]) -> None:
    assert "\ud800" in ask("fault-surrogate").json()["choices"][0]["message"]["content"]
    controls = ask("fault-control").json()["choices"][0]["message"]["content"]
    assert {"\x1b", "\x00", "\x07", "\x9b", "\u202e"} <= set(controls)


def test_nan_is_written_as_python_would(ask: Callable[..., httpx.Response]) -> None:
    assert b"NaN" in ask("fault-nan").content


def test_deep_json_breaks_a_recursive_parser(ask: Callable[..., httpx.Response]) -> None:
    body = ask("fault-deep").content
    assert len(body) == 200_000
    with pytest.raises(RecursionError):
        json.loads(body)


def test_a_huge_reply_has_the_size_asked_for(ask: Callable[..., httpx.Response]) -> None:
    assert len(ask("fault-huge-3").content) == pytest.approx(3 * 2**20, rel=0.01)
    assert FAULTS["huge"].endswith("(20)")


def test_usage_may_be_missing_negative_words_or_a_lie(ask: Callable[..., httpx.Response]) -> None:
    truth = ask("plain").json()["usage"]
    assert "usage" not in ask("fault-usage_missing").json()
    assert ask("fault-usage_negative").json()["usage"]["prompt_tokens"] < 0
    assert ask("fault-usage_text").json()["usage"]["prompt_tokens"] == "many"
    assert ask("fault-usage_lies").json()["usage"]["prompt_tokens"] == 100 * truth["prompt_tokens"]
    assert ask("fault-usage_lies-0").json()["usage"]["prompt_tokens"] == 0


def test_a_redirect_points_to_another_host_and_the_log_shows_who_followed_with_what(
    stub: Stub, client: httpx.Client, ask: Callable[..., httpx.Response]
) -> None:
    stub.script("m", [Fault("redirect"), Reply("there")])
    response = ask("m")
    assert response.status_code == 307
    followed = client.send(response.next_request) if response.next_request else response
    assert followed.json()["choices"][0]["message"]["content"] == "there"
    assert [seen.host.partition(":")[0] for seen in stub.log] == ["127.0.0.1", "localhost"]
    assert [seen.authorized for seen in stub.log] == [True, False]  # this client keeps the key to itself


def test_a_shape_may_be_wrong_where_nothing_is_missing(ask: Callable[..., httpx.Response]) -> None:
    body = ask("fault-wrong_types").json()
    assert (type(body["choices"]), type(body["usage"])) == (dict, list)


def test_a_reply_may_repeat_the_key(ask: Callable[..., httpx.Response]) -> None:
    assert "canary-key" in ask("fault-key_echo").json()["choices"][0]["message"]["content"]


def test_a_bomb_is_small_on_the_wire(bare: Callable[[], Any], ask: Callable[..., httpx.Response]) -> None:
    with bare() as connection:
        connection.post("fault-gzip_bomb-8")
        head, body = head_and_body(connection.read(patience_s=0.5))
    assert b"content-encoding: gzip" in head
    assert len(body) == promised(head) < 2**16
    assert len(ask("fault-gzip_bomb-8").content) > 8 * 2**20


def test_an_interim_answer_may_be_all_there_is(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-continue_stall")
        assert connection.read(patience_s=0.1) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert connection.is_open()


def test_http_10_ends_its_reply_by_closing(bare: Callable[[], Any], ask: Callable[..., httpx.Response]) -> None:
    with bare() as connection:
        connection.post("fault-http_10")
        head, body = head_and_body(connection.read(patience_s=2))
        assert not connection.is_open()
    assert head.startswith(b"HTTP/1.0 200 ")
    assert b"content-length" not in head
    assert json.loads(body)["choices"]
    assert ask("fault-http_10").json()["choices"]


def test_two_lengths_differ(bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("fault-double_length")
        head, body = head_and_body(connection.read(patience_s=0.1))
    assert head.count(b"content-length: ") == 2
    assert promised(head) == len(body) != 7


def events(read: bytes) -> list[str]:
    return [line.removeprefix("data: ") for line in read.decode().split("\n\n") if line]


def said(read: bytes) -> str:
    """What a careful client has heard: the pieces of whole events."""
    text = ""
    for event in events(read):
        with suppress(ValueError, KeyError):
            text += json.loads(event)["choices"][0]["delta"].get("content", "")
    return text


@pytest.mark.parametrize(
    ("kind", "whole", "finished", "done"),
    [
        ("sse_no_done", True, True, False),
        ("sse_no_finish", True, False, True),
        ("sse_cut", False, False, False),
        ("sse_bad_json", False, True, True),
        ("sse_error", False, False, False),
        ("sse_hang", False, False, False),
        ("sse_reset", False, False, False),
        ("sse_drip", False, False, False),
        ("sse_keepalive", False, False, False),
        ("sse_endless", False, False, False),
    ],
)
def test_streams_go_wrong_in_their_own_ways(
    stub: Stub, bare: Callable[[], Any], *, kind: str, whole: bool, finished: bool, done: bool
) -> None:
    stub.script("m", Fault(kind, 60))
    with bare() as connection:
        connection.post("m")
        with suppress(ConnectionResetError):
            head, body = head_and_body(connection.read(patience_s=0.15))
            assert b"text/event-stream" in head
            assert ("Final answer" in said(body)) == whole
            assert (b'"finish_reason": "stop"' in body) == finished
            assert (b"[DONE]" in body) == done


def test_a_stream_for_ever_goes_on(bare: Callable[[], Any]) -> None:
    for kind, again in (("sse_keepalive", b": keep-alive"), ("sse_endless", b'"content": "Note ')):
        with bare() as connection:
            connection.post(f"fault-{kind}-0.005")
            read = b""
            while read.count(again) < 5:
                read += connection.read(patience_s=0.003)


def test_a_stream_may_repeat_itself_or_be_none(ask: Callable[..., httpx.Response]) -> None:
    pieces = [event for event in events(ask("fault-sse_repeats", stream=True).content) if '"content": "Note' in event]
    assert (len(pieces), len(set(pieces))) == (300, 1)
    assert ask("fault-sse_plain", stream=True).json()["choices"][0]["finish_reason"] == "stop"


def test_every_fault_has_a_test_here() -> None:
    source = Path(__file__).read_text()
    assert [kind for kind in FAULTS if f'"{kind}"' not in source and f"fault-{kind}" not in source] == []


def test_every_fault_stands_in_the_guide() -> None:
    assert [kind for kind in FAULTS if f"`{kind}`" not in (moot.testing.__doc__ or "")] == []


def test_the_server_outlives_every_fault(
    stub: Stub, ask: Callable[..., httpx.Response], bare: Callable[[], Any]
) -> None:
    for kind in FAULTS:
        with bare() as connection:
            connection.post(f"fault-{kind}" if kind != "huge" else "fault-huge-1")
            with suppress(ConnectionResetError):
                connection.read(patience_s=0.02)
    assert ask("m").status_code == 200
    until = time.monotonic() + 5
    while stub.in_flight and time.monotonic() < until:  # it hears of the last partings a moment later
        time.sleep(0.005)
    assert stub.in_flight == 0
    assert {seen.served for seen in stub.log} == {*FAULTS, "reply"}


def test_an_unknown_fault_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="'drip'"):
        Fault("dripp")
    with pytest.raises(SpecError, match="400 to 599"):
        Fault("200")
