"""A provider that bears only so much, and debates that come to it in lockstep."""

import math
import zlib
from collections.abc import Awaitable, Callable, Sequence

import anyio
import pytest

from moot.agents.actor import LLMActor
from moot.agents.buckets import Bucket
from moot.agents.llm import Capabilities
from moot.agents.rates import spread
from moot.agents.records import Completion, Message, Request, Usage


def request_of(key: str, *, text: str = "x", max_tokens: int | None = None, timeout_s: float = 120) -> Request:
    message = Message(role="user", content=text)
    return Request(key=key, model="m", messages=(message,), max_tokens=max_tokens, timeout_s=timeout_s)


class Bearing:
    """An LLM with a token bucket of its own in front, as providers have."""

    def __init__(self, rate: float = 1e9, burst: float = 1e9, *, latency_s: float = 1.0, hint: str = "whole") -> None:
        self.name, self.capabilities = "m", Capabilities()
        self.sent: list[float] = []
        self.refused = 0
        self.bucket, self._latency_s, self._hint = Bucket(rate, burst), latency_s, hint

    async def complete(self, request: Request) -> Completion:
        now = anyio.current_time()
        self.sent.append(now)
        wait_s = self.bucket.wait_s(now, 1)
        if wait_s > 0:
            self.refused += 1
            await anyio.sleep(0.01)
            told = {"whole": float(math.ceil(wait_s)), "exact": wait_s, "none": None}[self._hint]
            return Completion(kind="rate_limited", retry_after_s=told)
        self.bucket.take(1)
        await anyio.sleep(self._latency_s)
        return Completion(kind="ok", text=request.key, usage=Usage(prompt_tokens=10, completion_tokens=20))


async def held(actors: Sequence[LLMActor], debates: int) -> tuple[float, int]:
    """So many debates of 5 seats and 3 rounds, as patient as doors are; seconds taken, calls lost."""
    lost = list[str]()

    async def call(key: str) -> None:
        actor = actors[zlib.crc32(key.encode()) % len(actors)]
        for attempt in range(7):
            completion = await actor.complete(request_of(f"{key}/{attempt}"))
            if completion.kind == "ok":
                return
            backoff_s = 0.5 * (1 + spread(f"{key}/{attempt}")) / 2
            await anyio.sleep(max(completion.retry_after_s or 0, backoff_s))
        lost.append(key)

    async def debate(number: int) -> None:
        for round_ in range(3):
            await anyio.amap(call, [f"{number}.{round_}.{seat}" for seat in range(5)])

    began = anyio.current_time()
    await anyio.amap(debate, range(debates))
    return anyio.current_time() - began, len(lost)


@pytest.fixture
def asking() -> Callable[..., Request]:
    return request_of


@pytest.fixture
def bearing() -> type[Bearing]:
    return Bearing


@pytest.fixture
def herd() -> Callable[[Sequence[LLMActor], int], Awaitable[tuple[float, int]]]:
    return held
