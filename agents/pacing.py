"""Pacing: as many calls as an endpoint takes, and no more; one pacer per endpoint, shared by all its callers.

Three things hold a call back: the Retry-After gate (nobody sends before it opens), the given limits
per minute, and a rate learnt from refusals. Back-off of each call by itself is not enough: debates
run their rounds in lockstep, and a herd that waits a second is still a herd.
"""

import hashlib

import anyio
from pydantic import BaseModel, Field

from moot.agents.buckets import Bucket, LearntRate
from moot.agents.records import FREE, Completion, Request

_SPREAD = 0.1
_BACKOFF_S, _BACKOFF_CAP_S = 0.25, 8.0
_REPLY_TOKENS = 512
"""What a reply is taken to cost before it is there, where the request names no `max_tokens`."""


class Limits(BaseModel, frozen=True, extra="forbid"):
    """What an endpoint may be asked."""

    concurrency: int = Field(default=512, ge=1)
    """Calls at once."""
    requests_per_minute: float | None = Field(default=None, gt=0)
    """None leaves it to what refusals teach."""
    tokens_per_minute: float | None = Field(default=None, gt=0)
    """Prompt and reply together; settled by what each call really used."""
    retry_after_cap_s: float = Field(default=120.0, gt=0)
    """Longest wait that a Retry-After may ask for."""
    breaker_after: int = Field(default=5, ge=1)
    """Failures in a row that open the breaker."""
    breaker_pause_s: float = Field(default=1.0, gt=0)
    """The breaker's first pause; it doubles with every failed probe."""
    breaker_pause_cap_s: float = Field(default=60.0, gt=0)
    """Its longest pause."""


class Pacer:
    """Lets calls out at the pace an endpoint bears."""

    def __init__(self, limits: Limits) -> None:
        self._cap_s = limits.retry_after_cap_s
        self._requests = _per_minute(limits.requests_per_minute)
        self._tokens = _per_minute(limits.tokens_per_minute)
        self._learnt = LearntRate()
        self._gate_at = float("-inf")
        self._refusals = 0
        self._line = anyio.Lock(fast_acquire=True)

    async def admitted(self, request: Request) -> Completion | None:
        """Wait, first come first served, until the call may go.

        Returns:
            None where it may. Where the gate stays shut for longer than the call's own deadline:
            at once the outcome of a call that was not sent.
        """
        now = anyio.current_time()
        if now >= self._gate_at and not self._buckets:
            self._learnt.sending(now)
            return None
        if (shut := self._shut(request, now)) is not None:
            return shut
        async with self._line:
            return await self._next(request)

    def note(self, request: Request, completion: Completion, *, sent_at: float, now: float) -> None:
        """Learn from how a call ended that was let out at `sent_at`."""
        if self._tokens is not None:
            usage = completion.usage
            self._tokens.take(usage.prompt_tokens + usage.completion_tokens - expected_tokens(request))
        if completion.kind == "rate_limited":
            self._limited(request, completion, sent_at=sent_at, now=now)
        elif completion.kind == "ok":
            self._refusals = 0
            self._learnt.rise(now)

    def gate_s(self, now: float) -> float:
        """Seconds until the gate opens; 0 where it is open."""
        return max(0.0, self._gate_at - now)

    @property
    def rate(self) -> float | None:
        """Calls per second it has learnt to keep to; None before the first refusal."""
        return None if self._learnt.bucket is None else self._learnt.bucket.rate

    @property
    def _buckets(self) -> list[Bucket]:
        return [bucket for bucket in (self._requests, self._learnt.bucket, self._tokens) if bucket is not None]

    async def _next(self, request: Request) -> Completion | None:
        """The call at the head of the line waits for gate and buckets; whatever changes meanwhile counts."""
        tokens = expected_tokens(request) if self._tokens is not None else 0
        while True:
            now = anyio.current_time()
            if (shut := self._shut(request, now)) is not None:
                return shut
            buckets = [(bucket, tokens if bucket is self._tokens else 1) for bucket in self._buckets]
            wait_s = max(self.gate_s(now), *(bucket.wait_s(now, amount) for bucket, amount in buckets), 0.0)
            if wait_s <= 0:
                break
            await anyio.sleep(wait_s)
        for bucket, amount in buckets:
            bucket.take(amount)
        self._learnt.sending(now)
        return None

    def _shut(self, request: Request, now: float) -> Completion | None:
        wait_s = self.gate_s(now)
        if wait_s <= request.timeout_s:
            return None
        detail = f"not sent: the provider asked to wait, {wait_s:.1f} s more, beyond this call's deadline"
        return Completion(kind="rate_limited", usage=FREE, requests=0, detail=detail, retry_after_s=wait_s)

    def _limited(self, request: Request, completion: Completion, *, sent_at: float, now: float) -> None:
        if self._learnt.cut(sent_at=sent_at, now=now):
            self._refusals += 1
        backoff_s = min(_BACKOFF_CAP_S, _BACKOFF_S * 2.0 ** min(self._refusals - 1, 10))
        asked_s = backoff_s if completion.retry_after_s is None else completion.retry_after_s
        self._gate_at = max(self._gate_at, now + min(asked_s, self._cap_s) * (1 + _SPREAD * spread(request.key)))


def _per_minute(limit: float | None) -> Bucket | None:
    """A bucket that holds a second's worth and fills at the rate of the limit."""
    return None if limit is None else Bucket(limit / 60, max(1.0, limit / 60))


def spread(key: str) -> float:
    """A number from 0 to 1 by the key's hash: gates of several processes open apart, and each the same way twice."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32


def expected_tokens(request: Request) -> int:
    """What a call is taken to use before it has: a token per 4 characters, and a full reply."""
    prompt = sum(len(message.content) for message in request.messages) // 4 + 4 * len(request.messages)
    return prompt + (request.max_tokens or _REPLY_TOKENS)
