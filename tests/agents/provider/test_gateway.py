"""The provider over HTTP: what is sent, structured replies, dialects, keys, locks, deadlines, closing."""

import gzip
import json
import os
import subprocess
import sys
import warnings
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
from pydantic import JsonValue

from moot.agents.llm import LLM, Endpoint
from moot.agents.provider.facts import providers
from moot.agents.provider.gateway import Provider, load
from moot.agents.provider.translation import SPOKEN, Translation
from moot.agents.records import Message, Request
from moot.errors import ForbiddenCallError
from moot.testing import Fault, Reply, Stub, forbid_calls

Opened = Callable[..., Provider]
Asked = Callable[..., Request]
Answer = tuple[int, dict[str, str], bytes]
Speaks = Callable[[Callable[[str, bytes], Answer]], Any]

SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
STRICT: JsonValue = {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA, "strict": True}}
CHAT = (
    Message(role="system", content="You are careful."),
    Message(role="user", content="Why?"),
    Message(role="assistant", content="Because of ünïcödé."),
    Message(role="user", content="Answer in JSON."),
)


@pytest.fixture
async def litellm() -> AsyncIterator[Any]:
    """litellm itself, its clients closed after the test."""
    module = load()
    yield module
    await module.close_litellm_async_clients()
    module.in_memory_llm_clients_cache.flush_cache()


def chat(content: str, **fields: JsonValue) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **fields}
    return json.dumps(body).encode()


async def test_it_is_an_llm(opened: Opened) -> None:
    provider = opened("openai/m")
    assert isinstance(provider, LLM)
    assert provider.name == "openai/m"
    assert provider.capabilities.json_reply


async def test_a_good_reply_comes_back_with_usage_and_price(stub: Stub, opened: Opened, asked: Asked) -> None:
    stub.script("m", Reply("Blue.\nFinal answer: B", usage=(50, 8)))
    completion = await opened("openai/m", price=(2.0, 10.0)).complete(asked())
    assert (completion.kind, completion.text, completion.finish) == ("ok", "Blue.\nFinal answer: B", "stop")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (50, 8)
    assert completion.usage.cost_nano_usd == 50 * 2000 + 8 * 10000
    assert not completion.usage.estimated
    assert completion.latency_s > 0


async def test_a_price_nobody_knows_is_none(opened: Opened, asked: Asked) -> None:
    assert (await opened("openai/m").complete(asked())).usage.cost_nano_usd is None


async def test_sampling_parameters_and_extras_reach_the_server(stub: Stub, opened: Opened, asked: Asked) -> None:
    request = asked(temperature=0.3, top_p=0.9, max_tokens=77, seed=5, extra={"stop": ["END"], "top_k": 4})
    completion = await opened("hosted_vllm/m").complete(request)
    body = stub.log[0].body
    assert (body["temperature"], body["top_p"], body["max_tokens"], body["seed"]) == (0.3, 0.9, 77, 5)
    assert (body["stop"], body["top_k"]) == (["END"], 4)
    assert body["messages"] == [{"role": "user", "content": request.messages[0].content}]
    assert completion.requests == 1


@pytest.mark.parametrize("name", ["api_base", "api_key", "mock_response", "max_retries", "headers"])
async def test_an_extra_cannot_move_a_call_or_its_key(name: str, stub: Stub, opened: Opened, asked: Asked) -> None:
    completion = await opened("openai/m").complete(asked(extra={name: "x"}))
    assert (completion.kind, completion.requests) == ("bad_request", 0)
    assert name in completion.detail
    assert stub.log == ()


@pytest.mark.parametrize("provider", sorted(SPOKEN))
async def test_our_letter_is_the_one_litellm_would_send(
    provider: str, stub: Stub, key: str, asked: Asked, litellm: Any
) -> None:
    formats: list[JsonValue] = [None, {"type": "json_object"}, STRICT]
    for model in ("m", "gpt-5-mini", "deepseek-reasoner"):  # families whose parameters are translated differently
        for seed, response_format in enumerate(formats):
            name = f"{provider}/{model}"
            request = asked(temperature=1.0, max_tokens=600, seed=seed, messages=CHAT)
            letter = Translation(litellm, name, stub.api_base, key).letter(request, response_format)
            stub.reset()
            with suppress(Exception):  # what it makes of the answer is another matter
                await litellm.acompletion(
                    model=name,
                    messages=[{"role": message.role, "content": message.content} for message in CHAT],
                    api_base=stub.api_base,
                    api_key=key,
                    **{"temperature": 1.0, "max_tokens": 600, "seed": seed, "response_format": response_format},
                    **{"max_retries": 0, "drop_params": True, "no-log": True},
                )
            (seen,) = stub.log
            assert json.loads(letter.body) == seen.body, name
            assert letter.url == f"{stub.url}{seen.path}"
            assert letter.headers["Authorization"] == f"Bearer {key}"


async def test_a_structured_reply_is_asked_for_by_schema(stub: Stub, opened: Opened, asked: Asked) -> None:
    completion = await opened("openai/m").complete(asked(reply_schema=SCHEMA))
    assert stub.log[0].body["response_format"] == STRICT
    assert json.loads(completion.text).keys() == {"answer"}
    assert completion.requests == 1


async def test_an_endpoint_that_refuses_a_format_is_asked_once_more_and_remembered(
    speaks: Speaks, opened: Opened, asked: Asked
) -> None:
    def answer(_: str, body: bytes) -> Answer:
        if b'"json_schema"' in body:
            return 400, {}, b'{"error": {"message": "response_format type json_schema is not supported"}}'
        return 200, {}, chat('{"answer": "B"}')

    server = speaks(answer)
    provider = opened("openai/m", api_base=server.url)
    first = await provider.complete(asked(reply_schema=SCHEMA))
    again = await provider.complete(asked(reply_schema=SCHEMA, key="k2"))
    assert (first.kind, first.requests, again.kind, again.requests) == ("ok", 2, "ok", 1)
    kinds = [json.loads(body)["response_format"]["type"] for _, _, body in server.seen]
    assert kinds == ["json_schema", "json_object", "json_object"]
    assert '"answer"' in json.loads(server.seen[1][2])["messages"][-1]["content"]


async def test_an_endpoint_without_formats_is_asked_in_words(speaks: Speaks, opened: Opened, asked: Asked) -> None:
    def answer(_: str, body: bytes) -> Answer:
        if "response_format" in json.loads(body):
            return 422, {}, b'{"detail": "unknown field response_format"}'
        return 200, {}, chat('{"answer": "B"}')

    completion = await opened("openai/m", api_base=speaks(answer).url).complete(asked(reply_schema=SCHEMA))
    assert (completion.kind, completion.requests) == ("ok", 3)


async def test_other_refusals_do_not_step_down(stub: Stub, opened: Opened, asked: Asked) -> None:
    stub.script("m", Fault("400"))
    assert (await opened("openai/m").complete(asked(reply_schema=SCHEMA))).requests == 1


ANTHROPIC: dict[str, JsonValue] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5",
    "content": [{"type": "text", "text": "Final answer: B"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 40, "output_tokens": 6},
}
GEMINI: dict[str, JsonValue] = {
    "candidates": [{"content": {"parts": [{"text": "Final answer: B"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 40, "candidatesTokenCount": 6, "totalTokenCount": 46},
}
DIALECTS = {"anthropic/claude-haiku-4-5": ANTHROPIC, "gemini/gemini-2.5-flash": GEMINI}


@pytest.mark.parametrize("model", DIALECTS)
async def test_other_dialects_are_carried_by_litellm_and_counted(
    model: str, speaks: Speaks, opened: Opened, asked: Asked
) -> None:
    server = speaks(
        lambda _path, _body: (200, {"content-type": "application/json"}, json.dumps(DIALECTS[model]).encode())
    )
    completion = await opened(model, api_base=server.url).complete(asked(seed=3, max_tokens=500))
    assert (completion.kind, completion.text, completion.requests) == ("ok", "Final answer: B", 1)
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (40, 6)
    assert completion.usage.cost_nano_usd
    assert len(server.seen) == 1


@pytest.mark.parametrize("model", DIALECTS)
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (529, b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}', "outage"),
        (400, b'{"error": {"message": "Your credit balance is too low to access the API"}}', "quota"),
        (400, b'{"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}', "context"),
        (401, b'{"error": {"type": "authentication_error", "message": "invalid x-api-key"}}', "auth"),
        (429, b'{"error": {"code": 429, "message": "Quota exceeded. Please retry in 12.5s."}}', "rate_limited"),
        (200, b"<html>welcome</html>", "unreadable"),
        (200, b'{"unexpected": true}', "unreadable"),
    ],
)
async def test_errors_of_other_dialects_are_read_from_the_wire(
    *, status: int, body: bytes, kind: str, model: str, speaks: Speaks, opened: Opened, asked: Asked
) -> None:
    server = speaks(lambda _path, _body: (status, {"content-type": "application/json"}, body))
    completion = await opened(model, api_base=server.url).complete(asked())
    assert (completion.kind, completion.requests, len(server.seen)) == (kind, 1, 1)
    assert completion.retry_after_s == (12.5 if status == 429 else None)


@pytest.mark.parametrize("model", ["openai/m", "perplexity/m"])
@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_packed_body_nobody_asked_for_is_read_and_a_bomb_is_not(
    packing: str, model: str, speaks: Speaks, opened: Opened, asked: Asked
) -> None:
    pack = gzip.compress if packing == "gzip" else zlib.compress
    bodies = iter([chat("Final answer: B"), chat("x" * 30 * 2**20)])
    server = speaks(lambda _path, _body: (200, {"content-encoding": packing}, pack(next(bodies))))
    provider = opened(model, api_base=server.url)
    assert (await provider.complete(asked())).text == "Final answer: B"
    assert (await provider.complete(asked())).kind == "too_large"
    assert server.seen[0][1]["accept-encoding"] == "identity"


async def test_a_reply_that_repeats_the_key_does_not_tell_it(
    speaks: Speaks, opened: Opened, asked: Asked, key: str
) -> None:
    server = speaks(lambda _path, _body: (200, {}, chat(f"your key is {key}")))
    assert key not in repr(await opened("openai/m", api_base=server.url).complete(asked()))


async def test_a_missing_key_is_told_before_any_request(monkeypatch: pytest.MonkeyPatch, asked: Asked) -> None:
    monkeypatch.delenv("XAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-somebody-else-entirely")
    completion = await Provider(Endpoint(id="x", kind="provider", model="xai/grok-4.6")).complete(asked())
    assert (completion.kind, completion.requests) == ("auth", 0)
    assert "XAI_API_KEY" in completion.detail


async def test_no_provider_is_sent_the_key_of_another(
    monkeypatch: pytest.MonkeyPatch, speaks: Speaks, opened: Opened, asked: Asked, key: str
) -> None:
    monkeypatch.delenv("SCW_SECRET_KEY", raising=False)
    server = speaks(lambda _path, _body: (200, {}, chat("B")))
    for model in ("scaleway/m", "aiml/m", "lm_studio/m"):
        await opened(model, api_base=server.url).complete(asked())
    assert len(server.seen) == 3
    assert [headers for _, headers, _ in server.seen if key in str(headers)] == []


async def test_calls_that_would_leave_the_machine_are_stopped_under_the_lock(
    stub: Stub, opened: Opened, asked: Asked
) -> None:
    with forbid_calls():
        assert (await opened("openai/m").complete(asked())).kind == "ok"
        with pytest.raises(ForbiddenCallError):
            await opened("openai/m", api_base="https://api.example.org/v1").complete(asked())


@pytest.mark.parametrize("model", ["openai/m", "perplexity/m"])
async def test_cancelling_a_call_frees_its_caller_at_once(model: str, stub: Stub, opened: Opened, asked: Asked) -> None:
    stub.script("m", [Reply("warm"), Fault("hang")])
    provider = opened(model)
    await provider.complete(asked())
    with anyio.move_on_after(0.2) as scope:
        await provider.complete(asked(timeout_s=60))
    assert scope.cancelled_caught
    assert len(stub.log) == 2


async def test_after_closing_it_opens_again(opened: Opened, asked: Asked) -> None:
    for model in ("openai/m", "perplexity/m"):
        provider = opened(model)
        for _ in range(2):
            assert (await provider.complete(asked())).kind == "ok"
            await provider.close()


def test_many_loops_one_after_the_other_leave_nothing_behind() -> None:
    program = """
import anyio, gc, logging
from moot.agents.llm import Endpoint
from moot.agents.provider.gateway import Provider
from moot.agents.records import Message, Request
from moot.testing import Stub

request = Request(key="k", model="m", messages=(Message(role="user", content="Why?"),))

async def main(provider):
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(provider.complete, request)
    completion = await provider.complete(request)
    assert (completion.kind, completion.requests) == ("ok", 1), completion
    await provider.close()

with Stub() as stub:
    for model in ("openai/m", "perplexity/m", "azure/m"):
        provider = Provider(Endpoint(id="x", kind="provider", model=model, api_base=stub.api_base))
        for _ in range(3):
            anyio.run(main, provider)
            gc.collect()
"""
    environment = {**os.environ, "AZURE_API_VERSION": "2024-10-21"}
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (run.returncode, run.stderr) == (0, "")


async def test_the_transport_keeps_its_manners_with_calls_that_are_not_ours(stub: Stub, litellm: Any) -> None:
    response = await litellm.acompletion(
        model="perplexity/m",
        messages=[{"role": "user", "content": "Why?"}],
        api_base=stub.api_base,
        api_key="k",
        **{"no-log": True},
    )
    assert response.choices[0].message.content


LOGGED_IN_TO = {"bedrock", "sagemaker", "vertex_ai", "ollama", "ollama_chat"}
"""What litellm asks of these is an account, a project or an address, no key."""


def test_the_table_of_providers_agrees_with_litellm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_KEY", "_TOKEN")):
            monkeypatch.delenv(name)
    litellm = load()
    for name, facts in providers().items():
        asked_for = set(litellm.validate_environment(f"{name}/m")["missing_keys"])
        assert name in LOGGED_IN_TO or not asked_for or asked_for & set(facts.keys), name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of records that litellm builds when first used
            supported: list[str] = litellm.get_supported_openai_params(model="m", custom_llm_provider=name) or []
        assert name == "bedrock" or {"seed", "response_format", "logprobs"} & {*supported} == set(facts.takes), name


@pytest.mark.parametrize("model", ["openai/m", "perplexity/m"])
async def test_an_address_in_the_environment_is_where_calls_go(
    model: str, stub: Stub, key: str, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{model.partition('/')[0].upper()}_API_BASE", stub.api_base)
    provider = Provider(Endpoint(id=model, kind="provider", model=model))
    try:
        with forbid_calls():
            assert (await provider.complete(asked())).kind == "ok"
    finally:
        await provider.close()
    assert len(stub.log) == 1
