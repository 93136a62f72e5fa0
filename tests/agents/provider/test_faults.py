"""Every fault, over HTTP, on both routes: the right kind, requests as the server counted them, in time, no key told."""

import base64
import logging
import os
from collections.abc import Callable
from time import perf_counter
from typing import Literal
from urllib.parse import quote

import anyio
import pytest

from moot.agents.provider.gateway import Provider
from moot.agents.records import Kind, Request
from moot.testing import Fault, Reply, Stub
from moot.testing.steps import FAULTS

Opened = Callable[..., Provider]
Asked = Callable[..., Request]
Form = Literal["seconds", "date", "ms"]

DEADLINE_S = 0.4
PATIENCE_S = 30.0
"""For what ends by itself, on a busy machine too."""
OUTCOMES: dict[str, Kind] = {
    "quota": "quota",
    "content_filter": "refused",
    "context": "context",
    "auth": "auth",
    "hang": "timeout",
    "hang_body": "timeout",
    "drip": "timeout",
    "reset": "outage",
    "reset_body": "unreadable",
    "short_body": "unreadable",
    "truncated_json": "unreadable",
    "html": "unreadable",
    "json_null": "unreadable",
    "json_list": "unreadable",
    "json_number": "unreadable",
    "empty_body": "unreadable",
    "error_200": "outage",
    "no_choices": "unreadable",
    "empty": "empty",
    "null_content": "empty",
    "refusal": "refused",
    "length": "truncated",
    "filtered": "refused",
    "odd_finish": "ok",
    "surrogate": "ok",
    "control": "ok",
    "bad_utf8": "unreadable",
    "deep": "unreadable",
    "huge": "too_large",
    "nan": "ok",
    "usage_missing": "ok",
    "usage_negative": "ok",
    "usage_text": "ok",
    "usage_lies": "ok",
    "wrong_types": "unreadable",
    "key_echo": "ok",
    "redirect": "bad_request",
    "gzip_bomb": "too_large",
    "continue_stall": "timeout",
    "http_10": "ok",
    "double_length": "outage",
    "sse_drip": "timeout",
    "sse_keepalive": "timeout",
    "sse_endless": "timeout",
    "sse_no_done": "unreadable",
    "sse_no_finish": "unreadable",
    "sse_cut": "unreadable",
    "sse_bad_json": "unreadable",
    "sse_error": "unreadable",
    "sse_hang": "timeout",
    "sse_reset": "unreadable",
    "sse_repeats": "unreadable",
    "sse_plain": "ok",
    "400": "bad_request",
    "401": "auth",
    "402": "quota",
    "403": "auth",
    "404": "bad_request",
    "408": "outage",
    "409": "outage",
    "413": "context",
    "422": "bad_request",
    "429": "rate_limited",
    "500": "outage",
    "502": "outage",
    "503": "outage",
    "504": "outage",
    "529": "outage",
}
ESTIMATED = {"usage_missing", "usage_negative", "usage_text", "usage_lies", "hang", "drip", "reset", "html", "huge"}
ROUTES = {"translated": "openai", "carried by litellm": "perplexity"}
DIALECTS = {**ROUTES, "Anthropic's": "anthropic", "Gemini's": "gemini"}
OTHERWISE: dict[tuple[str, str], Kind] = {
    ("Anthropic's", "no_choices"): "empty",  # a message without blocks
    ("Anthropic's", "usage_missing"): "unreadable",  # litellm does not read what these never leave out
    ("Gemini's", "usage_missing"): "unreadable",
    ("Gemini's", "usage_text"): "unreadable",
}
CHAOS = bool(os.environ.get("MOOT_CHAOS"))
LATE_S = 0.1 if CHAOS else 2.0
"""How much later than its deadline an outcome may come; on a machine that does other things too, later."""


def test_every_fault_of_the_stub_has_its_outcome() -> None:
    assert set(FAULTS) <= set(OUTCOMES)


@pytest.mark.parametrize("route", DIALECTS)
@pytest.mark.parametrize("fault", OUTCOMES)
async def test_a_fault_becomes_its_outcome(
    *,
    fault: str,
    route: str,
    stub: Stub,
    opened: Opened,
    asked: Asked,
    key: str,
    caplog: pytest.LogCaptureFixture,
    shown: Callable[..., None],
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.script("m", [Reply("warm"), Fault(fault)])
    provider = opened(f"{DIALECTS[route]}/m", price=(1.0, 2.0))
    kind = OTHERWISE.get((route, fault), OUTCOMES[fault])
    await provider.complete(asked())
    began = perf_counter()
    deadline_s = DEADLINE_S if kind == "timeout" else PATIENCE_S
    completion = await provider.complete(asked(timeout_s=deadline_s))
    took_s = perf_counter() - began

    assert (completion.kind, completion.requests) == (kind, len(stub.log) - 1)
    assert completion.requests == 1
    assert took_s <= deadline_s + LATE_S
    assert completion.detail or completion.kind == "ok"
    assert completion.usage.cost_nano_usd is not None
    assert completion.usage.estimated or fault not in ESTIMATED
    told = f"{completion!r} {provider!r} {caplog.text}"
    assert [form for form in forms(key) if form in told] == []
    shown(faults_met=1, ended_late=0, taken_for_a_success=0, requests_not_on_record=0)


def forms(key: str) -> list[str]:
    """What an attentive reader would know the key by."""
    inner = [
        base64.b64encode(b"Bearer " + key.encode()),
        base64.b64encode(key.encode()),
        base64.b64encode(b"x" + key.encode()),
    ]
    return [key, key[:12], quote(key, safe=""), *(code.decode()[12:36] for code in inner)]


@pytest.mark.parametrize("route", ROUTES)
async def test_what_a_refused_attempt_costs_is_nothing(route: str, stub: Stub, opened: Opened, asked: Asked) -> None:
    stub.script("m", Fault("429", retry_after=7))
    completion = await opened(f"{ROUTES[route]}/m", price=(1.0, 2.0)).complete(asked())
    assert completion.usage.cost_nano_usd == 0
    assert completion.retry_after_s == 7
    assert completion.status == 429


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("form", ["seconds", "date", "ms"])
async def test_how_long_to_wait_is_read_in_every_form(
    form: Form, route: str, stub: Stub, opened: Opened, asked: Asked
) -> None:
    stub.script("m", Fault("503", retry_after=90, retry_form=form))
    completion = await opened(f"{ROUTES[route]}/m").complete(asked())
    assert completion.retry_after_s == pytest.approx(90, abs=2)


@pytest.mark.parametrize("route", ROUTES)
async def test_a_redirect_is_not_followed_so_no_key_goes_to_another_host(
    route: str, stub: Stub, opened: Opened, asked: Asked
) -> None:
    with Stub() as elsewhere:
        stub.script("m", Fault("redirect", to=f"{elsewhere.url}/v1/chat/completions"))
        completion = await opened(f"{ROUTES[route]}/m").complete(asked())
        assert completion.kind == "bad_request"
        assert elsewhere.log == ()


@pytest.mark.parametrize("route", ROUTES)
async def test_a_large_body_is_given_up_at_the_cap(route: str, stub: Stub, opened: Opened, asked: Asked) -> None:
    stub.script("m", Fault("huge", amount=64))
    completion = await opened(f"{ROUTES[route]}/m").complete(asked(max_tokens=50))
    assert completion.kind == "too_large"
    assert completion.usage.completion_tokens == 50


@pytest.mark.parametrize("route", ROUTES)
async def test_nobody_at_the_address_is_an_outage_without_a_request(route: str, opened: Opened, asked: Asked) -> None:
    with Stub() as gone:
        address = gone.api_base
    completion = await opened(f"{ROUTES[route]}/m", api_base=address, price=(1.0, 2.0)).complete(asked())
    assert (completion.kind, completion.requests, completion.usage.cost_nano_usd) == ("outage", 0, 0)
    assert completion.detail.startswith("no connection")


@pytest.mark.parametrize(("route", "counted"), [("translated", 0), ("carried by litellm", 1)])
async def test_a_handshake_that_hangs_ends_at_the_deadline(
    route: str, counted: int, stub: Stub, opened: Opened, asked: Asked
) -> None:
    provider = opened(f"{ROUTES[route]}/m", api_base=stub.deaf_base, price=(1.0, 2.0))
    await provider.ready()
    began = perf_counter()
    completion = await provider.complete(asked(timeout_s=DEADLINE_S))
    assert perf_counter() - began <= DEADLINE_S + LATE_S
    # Deep inside litellm nobody can tell whether it was sent, so there it counts, and what it may have cost too.
    assert (completion.kind, completion.requests) == ("timeout", counted)
    assert (completion.usage.cost_nano_usd == 0) == (counted == 0)


async def test_a_server_that_accepts_late_is_waited_for_until_the_deadline(opened: Opened, asked: Asked) -> None:
    with Stub(accept_s=0.2) as slow:
        provider = opened("openai/m", api_base=slow.api_base)
        await provider.ready()
        assert (await provider.complete(asked(timeout_s=0.05))).kind == "timeout"
        assert (await provider.complete(asked())).kind == "ok"


@pytest.mark.parametrize("route", ROUTES)
async def test_a_reset_while_many_calls_are_under_way_sends_none_twice(
    route: str, stub: Stub, opened: Opened, asked: Asked
) -> None:
    stub.script("m", lambda request: Fault("reset") if request.number % 3 == 0 else Reply("Final answer: A"))
    provider = opened(f"{ROUTES[route]}/m")

    async def once(seed: int) -> int:
        return (await provider.complete(asked(seed=seed))).requests or 0

    counted = await anyio.amap(once, range(30))
    assert sum(counted) == len(stub.log) == 30
