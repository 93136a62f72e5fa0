"""How likely each token was: asked for, read from either route, bounded, and never a way for a key to leak."""

import math
from collections.abc import Callable

import pytest
from pydantic import JsonValue

from moot.agents.models import capabilities_of
from moot.agents.provider.gateway import Provider
from moot.agents.provider.reply import read
from moot.agents.records import Request
from moot.agents.tokens import LAST, Tokens
from moot.testing import Reply, Stub

Opened = Callable[..., Provider]
Asked = Callable[..., Request]
SAID = (("Because.\n", -0.25), ("Final answer:", 0.0), (" B", -0.5))


@pytest.mark.parametrize("extra", [{}, {"top_k": 5}], ids=["own wire", "litellm"])
async def test_tokens_come_back_by_either_route(
    extra: dict[str, JsonValue], stub: Stub, opened: Opened, asked: Asked
) -> None:
    stub.script("m", Reply("".join(text for text, _ in SAID), logprobs=SAID))
    reply = await opened("openai/m").complete(asked(logprobs=True, extra=extra))
    assert (reply.kind, reply.logprobs) == ("ok", SAID)
    assert stub.log[0].body["logprobs"] is True


async def test_nobody_is_asked_for_tokens_that_are_not_wished_for(stub: Stub, opened: Opened, asked: Asked) -> None:
    reply = await opened("openai/m").complete(asked())
    assert reply.logprobs == ()
    assert "logprobs" not in stub.log[0].body


async def test_of_a_long_reply_the_last_tokens_are_kept(stub: Stub, opened: Opened, asked: Asked) -> None:
    long = [(f"t{place} ", -0.001 * place) for place in range(1000)]
    stub.script("m", Reply("t", logprobs=long))
    reply = await opened("openai/m").complete(asked(logprobs=True))
    assert reply.logprobs == tuple((text, round(logprob, 9)) for text, logprob in long[-LAST:])


async def test_tokens_that_spell_the_key_are_left_out(stub: Stub, opened: Opened, asked: Asked, key: str) -> None:
    stub.script("m", Reply(f"{key}\nFinal answer: B", logprobs=[(key[:9], -0.1), (key[9:], -0.1), (" B", -0.1)]))
    reply = await opened("openai/m").complete(asked(logprobs=True))
    assert (reply.kind, reply.logprobs) == ("ok", ())
    assert key not in reply.text


def body(logprobs: JsonValue) -> JsonValue:
    return {"choices": [{"message": {"content": "B"}, "finish_reason": "stop", "logprobs": logprobs}]}


ODD: list[tuple[JsonValue, Tokens]] = [
    ({"content": [{"token": "B", "logprob": -0.5, "top_logprobs": []}]}, (("B", -0.5),)),
    ({"tokens": ["Final", " B"], "token_logprobs": [0, -0.5]}, (("Final", 0.0), (" B", -0.5))),
    ({"content": [{"token": "B", "logprob": 1e-9}]}, (("B", 0.0),)),
    ({"content": [{"token": "B\x1b\ud800", "logprob": -0.5}]}, (("B\ufffd", -0.5),)),
    ({"content": [{"token": "B", "logprob": None}]}, ()),
    ({"content": [{"token": "A", "logprob": -1}, {"token": 5, "logprob": -1}]}, ()),
    ({"content": [{"token": "B", "logprob": -math.inf}]}, ()),
    ({"content": [{"token": "B", "logprob": True}]}, ()),
    ({"content": ["B"]}, ()),
    ({"content": None}, ()),
    ({"tokens": "B", "token_logprobs": -1}, ()),
    (None, ()),
    ([], ()),
]


@pytest.mark.parametrize(("told", "tokens"), ODD, ids=str)
def test_tokens_are_read_from_bodies_of_any_quality(told: JsonValue, tokens: Tokens) -> None:
    reply = read(body(told))
    assert (reply.text, reply.logprobs) == ("B", tokens)


@pytest.mark.parametrize(
    ("model", "tells"),
    [
        ("openai/gpt-4.1", True),
        ("openai/gpt-5-mini", False),
        ("hosted_vllm/some/model", True),
        ("anthropic/claude-haiku-4-5", False),
        ("sim/debater", True),
        ("sim/exact-voter?init=A", True),
    ],
)
def test_it_is_known_beforehand_who_tells(model: str, tells: bool) -> None:
    assert capabilities_of(model).logprobs is tells
