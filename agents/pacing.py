"""Pacing: as many calls as a provider takes, and no more; one account for all who share its key and address.

Three things hold a call back: the Retry-After gate (nobody sends before it opens), the given limits
per minute, and a rate learnt from refusals. Back-off of each call by itself is not enough: debates
run their rounds in lockstep, and a herd that waits a second is still a herd.

Providers limit some keys as a whole and others model by model, and do not say which. So a refusal is
first taken for its model's own, and one model that is always refused holds up nobody else; when
two models of an account are refused at about the same time, it is the account's.
"""

from typing import Protocol

import anyio

from moot.agents.limits import Limits
from moot.agents.rates import Rates
from moot.agents.records import FREE, Completion, Request

_REPLY_TOKENS = 512
"""What a reply is taken to cost before it is there, where the request names no `max_tokens`."""
_TOGETHER_S = 2.0
"""Refusals of two models within this time are the account's."""


class Pacer(Protocol):
    """What an LLM actor asks before it sends, and tells afterwards."""

    async def admitted(self, request: Request) -> Completion | None:
        """Wait, first come first served, until the call may go.

        Returns:
            None where it may. Where the gate stays shut for longer than the call's own deadline:
            at once the outcome of a call that was not sent.
        """
        ...

    def note(self, request: Request, completion: Completion, *, sent_at: float, now: float) -> None:
        """Learn from how a call ended that was let out at `sent_at`."""
        ...

    def gate_s(self, now: float) -> float:
        """Seconds until the gate opens; 0 where it is open."""
        ...

    @property
    def rate(self) -> float | None:
        """Calls per second it has learnt to keep to; None before the first refusal."""
        ...


class Account:
    """Who is billed: one key of a provider at one address. Its models share what refusals teach."""

    def __init__(self) -> None:
        self.rates = Rates()
        self._lanes: dict[str, Lane] = {}

    def lane(self, model: str, limits: Limits | None = None) -> "Lane":
        """The pace of one of its models, the same for all who ask; given limits hold from now on."""
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = Lane(self)
        if limits is not None:
            lane.rates.limit(limits)
        return lane

    def refused(self, by: "Lane", key: str, asked_s: float | None, *, sent_at: float, now: float) -> None:
        """One of its models refused a call."""
        others = [lane.rates for lane in self._lanes.values() if lane is not by]
        if any(rates.refused_within(_TOGETHER_S, now) for rates in others):
            self.rates.refused(key, asked_s, sent_at=sent_at, now=now)


class Lane:
    """Lets calls of one model out at the pace that it and its account bear."""

    def __init__(self, account: Account) -> None:
        self.rates, self._account = Rates(), account
        self._both = (self.rates, account.rates)
        self._line = anyio.Lock(fast_acquire=True)

    async def admitted(self, request: Request) -> Completion | None:
        """See `Pacer`."""
        tokens = 0 if self.open(anyio.current_time()) else expected_tokens(request)
        shut_s = await self.passed(tokens, request.timeout_s)
        return None if shut_s is None else not_sent(shut_s)

    async def passed(self, tokens: float, patience_s: float) -> float | None:
        """Wait in line until a call of so many tokens may go, and let it.

        Returns:
            None once it went; at once how long the gate stays shut, where that is longer than `patience_s`.
        """
        now = anyio.current_time()
        if self.open(now):
            self.take(now, tokens)
            return None
        if self.gate_s(now) > patience_s:
            return self.gate_s(now)
        async with self._line:
            return await self._next(tokens, patience_s)

    def open(self, now: float) -> bool:
        """Whether any number of calls may go now."""
        return all(rates.free for rates in self._both) and self.gate_s(now) <= 0

    def wait_s(self, now: float, tokens: float) -> float:
        """How long until a call of so many tokens may go, as things stand."""
        return max(rates.wait_s(now, tokens) for rates in self._both)

    def take(self, now: float, tokens: float, calls: int = 1) -> None:
        """So many calls go."""
        for rates in self._both:
            rates.take(now, tokens, calls)

    def sent_unasked(self, now: float, calls: int) -> None:
        """So many calls went without asking, some time ago, since nobody knew better."""
        for rates in self._both:
            rates.sent_unasked(now, calls)

    def note(self, request: Request, completion: Completion, *, sent_at: float, now: float) -> None:
        """See `Pacer`."""
        if not all(rates.free for rates in self._both):
            self.used(overdrawn(request, completion))
        if completion.kind == "rate_limited":
            self.refused(request.key, completion.retry_after_s, sent_at=sent_at, now=now)
        elif completion.kind == "ok":
            self.answered(now)

    def used(self, tokens: float) -> None:
        """Calls used so many tokens more than they were taken to; a negative number gives back."""
        for rates in self._both:
            rates.used(tokens)

    def answered(self, now: float) -> None:
        """A call was answered well."""
        for rates in self._both:
            rates.answered(now)

    def refused(self, key: str, asked_s: float | None, *, sent_at: float, now: float) -> None:
        """The provider refused a call; see `Rates.refused`."""
        self.rates.refused(key, asked_s, sent_at=sent_at, now=now)
        self._account.refused(self, key, asked_s, sent_at=sent_at, now=now)

    @property
    def cuts(self) -> int:
        """How often refusals have lowered its rate, or its account's."""
        return sum(rates.cuts for rates in self._both)

    @property
    def groping(self) -> bool:
        """Whether nothing is learnt but first guesses."""
        return all(rates.groping for rates in self._both if rates.rate is not None)

    def gate_s(self, now: float) -> float:
        """See `Pacer`."""
        return max(rates.gate_s(now) for rates in self._both)

    @property
    def rate(self) -> float | None:
        """See `Pacer`."""
        return min((rates.rate for rates in self._both if rates.rate is not None), default=None)

    async def _next(self, tokens: float, patience_s: float) -> float | None:
        """The call at the head of the line waits for gates and buckets; whatever changes meanwhile counts."""
        while True:
            now = anyio.current_time()
            if self.gate_s(now) > patience_s:
                return self.gate_s(now)
            wait_s = self.wait_s(now, tokens)
            if wait_s <= 0:
                self.take(now, tokens)
                return None
            await anyio.sleep(wait_s)


def not_sent(shut_s: float) -> Completion:
    """The outcome of a call whose deadline comes before the gate opens."""
    detail = f"not sent: the provider asked to wait, {shut_s:.1f} s more, beyond this call's deadline"
    return Completion(kind="rate_limited", usage=FREE, requests=0, detail=detail, retry_after_s=shut_s)


def expected_tokens(request: Request) -> int:
    """What a call is taken to use before it has: a token per 4 characters, and a full reply."""
    prompt = sum(len(message.content) for message in request.messages) // 4 + 4 * len(request.messages)
    return prompt + (request.max_tokens or _REPLY_TOKENS)


def overdrawn(request: Request, completion: Completion) -> int:
    """How many tokens a call used beyond what it was taken to."""
    return completion.usage.prompt_tokens + completion.usage.completion_tokens - expected_tokens(request)
