"""Pacing on trio's virtual clock: limits kept to the second, gates nobody passes, herds that settle."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from moot.agents.actor import LLMActor
from moot.agents.buckets import Bucket, LearntRate, Slots
from moot.agents.limits import Limits
from moot.agents.llm import Capabilities
from moot.agents.pacing import Account, expected_tokens
from moot.agents.rates import spread
from moot.agents.records import Completion, Request

Bearing = Callable[..., Any]
Asking = Callable[..., Request]
Herd = Callable[[Sequence[LLMActor], int], Awaitable[tuple[float, int]]]

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
"""Whether tests take their full size."""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, MockClock]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Refusing:
    """An LLM that is always busy, and asks to wait so long."""

    name, capabilities = "busy", Capabilities()

    def __init__(self, asked_s: float) -> None:
        self.asked_s = asked_s

    async def complete(self, request: Request) -> Completion:
        return Completion(kind="rate_limited", retry_after_s=self.asked_s)


async def test_requests_per_minute_are_kept_and_used_in_full(bearing: Bearing, asking: Asking) -> None:
    provider = bearing()
    actor = LLMActor(provider, limits=Limits(requests_per_minute=600))
    began = anyio.current_time()
    await anyio.amap(actor.complete, [asking(f"{n}") for n in range(200)])
    sent = [at - began for at in provider.sent]
    assert all(sum(start <= at < start + 60 for at in sent) <= 610 for start in range(30))
    assert max(sent) == pytest.approx(19.0, abs=0.1)


async def test_calls_go_in_the_order_they_came(bearing: Bearing, asking: Asking) -> None:
    provider = bearing()
    heard: list[str] = []
    actor = LLMActor(provider, limits=Limits(requests_per_minute=60))

    async def ask(key: str) -> None:
        heard.append((await actor.complete(asking(key))).text)

    async with anyio.create_task_group() as group:
        for number in range(12):
            group.start_soon(ask, f"{number:02d}")
            await anyio.sleep(0.01)
    assert heard == sorted(heard)


async def test_tokens_per_minute_are_settled_by_what_calls_really_used(bearing: Bearing, asking: Asking) -> None:
    provider = bearing(latency_s=0.0)
    actor = LLMActor(provider, limits=Limits(tokens_per_minute=60 * 300))
    ask = asking("k", text="x" * 176, max_tokens=252)
    assert expected_tokens(ask) == 300
    began = anyio.current_time()
    for number in range(100):
        await actor.complete(replace(ask, key=f"{number}"))
    # In truth 30 tokens each, 10 calls a second, though 300 were expected each time.
    assert anyio.current_time() - began == pytest.approx(99 * 30 / 300, abs=0.2)


async def test_a_call_larger_than_the_whole_limit_still_goes(bearing: Bearing, asking: Asking) -> None:
    actor = LLMActor(bearing(), limits=Limits(tokens_per_minute=60))
    with anyio.fail_after(30):
        assert (await actor.complete(asking("k", text="x" * 4000))).kind == "ok"


async def test_nobody_sends_before_the_gate_opens(bearing: Bearing, asking: Asking) -> None:
    provider = bearing(0.5, 1)
    actor = LLMActor(provider)
    await actor.complete(asking("first"))
    assert (await actor.complete(asking("second"))).kind == "rate_limited"
    shut_s = actor.health().gate_s
    at, before = anyio.current_time(), len(provider.sent)
    await anyio.amap(actor.complete, [asking(f"late{n}") for n in range(5)])
    assert shut_s >= 1
    assert min(provider.sent[before:]) >= at + shut_s


async def test_the_gate_opens_at_an_instant_that_the_key_decides(asking: Asking) -> None:
    actor = LLMActor(Refusing(10.0))
    await actor.complete(asking("some key"))
    assert actor.health().gate_s == pytest.approx(10 * (1 + 0.1 * spread("some key")))


async def test_an_absurd_wait_is_capped(asking: Asking) -> None:
    actor = LLMActor(Refusing(1e9), limits=Limits(retry_after_cap_s=30))
    await actor.complete(asking("k"))
    assert 30 <= actor.health().gate_s <= 33


async def test_a_call_whose_deadline_comes_before_the_gate_opens_is_told_at_once(
    bearing: Bearing, asking: Asking
) -> None:
    provider = bearing(0.01, 1)
    actor = LLMActor(provider)
    await actor.complete(asking("a"))
    await actor.complete(asking("b"))
    before, began = len(provider.sent), anyio.current_time()
    completion = await actor.complete(asking("c", timeout_s=20))
    assert (completion.kind, completion.requests, len(provider.sent)) == ("rate_limited", 0, before)
    assert (completion.retry_after_s or 0) > 20
    assert anyio.current_time() == began
    assert actor.health().outbox == 2  # what was not sent can be asked for again


@pytest.mark.parametrize("hint", ["whole", "exact", "none"])
@pytest.mark.parametrize("actors", [1, 4])
@pytest.mark.parametrize(("rate", "debates"), [(50.0, 400 if CHAOS else 60), (5.0, 20)])
async def test_a_herd_in_lockstep_settles_to_what_the_provider_bears(
    bearing: Bearing, herd: Herd, rate: float, debates: int, actors: int, hint: str
) -> None:
    provider, account = bearing(rate, rate, hint=hint), Account()
    took_s, lost = await herd([LLMActor(provider, pacer=account.lane(f"m{n}")) for n in range(actors)], debates)
    calls = debates * 15
    assert lost == 0
    assert len(provider.sent) <= 1.5 * calls + 40
    assert took_s <= 2 * calls / rate


async def test_a_learnt_rate_grows_back_when_the_provider_recovers(bearing: Bearing, asking: Asking) -> None:
    provider = bearing(2, 2, latency_s=0.1)
    actor = LLMActor(provider)
    await anyio.amap(actor.complete, [asking(f"a{n}") for n in range(20)])
    slow = actor.health().rate
    provider.bucket = Bucket(1e9, 1e9)
    for number in range(400):
        await actor.complete(asking(f"b{number}"))
    fast = actor.health().rate
    assert slow is not None
    assert fast is None or fast > 3 * slow


def test_a_rate_that_was_learnt_elsewhere_is_not_cut_by_calls_from_before() -> None:
    learnt = LearntRate()
    learnt.begin(20.0, now=100.0)
    for _ in range(50):
        assert not learnt.cut(sent_at=99.9, now=100.5)
    assert learnt.bucket is not None
    assert learnt.bucket.rate == 20.0
    assert learnt.cut(sent_at=100.2, now=100.6)  # few went out from here as yet: that tells nothing of what it bears
    assert learnt.bucket.rate == pytest.approx(14.0)


async def test_slots_are_handed_on_in_order_and_none_is_lost_to_those_who_leave() -> None:
    slots, served = Slots(2), list[int]()

    async def hold(number: int, patience_s: float) -> None:
        with anyio.move_on_after(patience_s):
            await slots.take()
            try:
                served.append(number)
                await anyio.sleep(1)
            finally:
                slots.give()

    async with anyio.create_task_group() as group:
        for number in range(12):
            group.start_soon(hold, number, 0.5 if number % 3 == 2 else 100)
            await anyio.sleep(0.01)
    assert served == [0, 1, 3, 4, 6, 7, 9, 10]
    assert slots.waiting == 0
    await slots.take()
    await slots.take()


@given(
    rate=st.floats(0.1, 1000),
    capacity=st.floats(1, 100),
    steps=st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 50)), min_size=1, max_size=60),
)
def test_a_bucket_never_lets_more_through_than_its_rate_and_size(
    rate: float, capacity: float, steps: list[tuple[float, float]]
) -> None:
    bucket, now, passed, largest = Bucket(rate, capacity), 0.0, 0.0, 0.0
    for pause, amount in steps:
        now += pause
        if bucket.wait_s(now, amount) == 0:
            bucket.take(amount)
            passed, largest = passed + amount, max(largest, amount)
    assert passed <= capacity + largest + rate * now + 1e-6


@given(st.text(max_size=30))
def test_the_spread_of_a_key_is_a_fixed_number_from_0_to_1(key: str) -> None:
    assert 0 <= spread(key) < 1
    assert spread(key) == spread(key)


def test_an_actor_made_outside_any_loop_paces_inside_one(bearing: Bearing, asking: Asking) -> None:
    actor = LLMActor(bearing(latency_s=0.0), limits=Limits(requests_per_minute=6000))

    async def ask() -> list[Completion]:
        return await anyio.amap(actor.complete, [asking(f"{n}") for n in range(110)])

    assert {completion.kind for completion in anyio.run(ask)} == {"ok"}
