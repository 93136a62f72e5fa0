"""The LLM actor on asyncio and trio: nothing an LLM does hangs or breaks it, and one key is one attempt."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from moot.agents.actor import LLMActor
from moot.agents.limits import Limits
from moot.agents.llm import Capabilities
from moot.agents.metering import Health
from moot.agents.records import Completion, Kind, Message, Request, Usage
from moot.errors import ScriptError

FINE = Completion(kind="ok", text="Final answer: A", usage=Usage(prompt_tokens=3, completion_tokens=4, cost_nano_usd=5))

Answering = Callable[[Request], Awaitable[Any]]  # some return what no LLM should


class Speaker:
    """An LLM made of one function; counts its attempts and how many were under way at once."""

    def __init__(self, answering: Answering) -> None:
        self.name, self.capabilities = "speaker", Capabilities()
        self.attempts = self.now = self.most = 0
        self.answering = answering

    async def complete(self, request: Request) -> Completion:
        self.attempts += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            completion: Completion = await self.answering(request)
            return completion
        finally:
            self.now -= 1


class Patient(Speaker):
    """An LLM that declares a deadline of its own, as a person does."""

    timeout_s = 5.0


def request(key: str = "k", *, timeout_s: float = 5.0) -> Request:
    return Request(key=key, model="speaker", messages=(Message(role="user", content="x"),), timeout_s=timeout_s)


async def fine(_request: Request) -> Completion:
    return FINE


async def fine_after(seconds: float, _request: Request) -> Completion:
    await anyio.sleep(seconds)
    return FINE


async def hang(_request: Request) -> Completion:
    await anyio.sleep_forever()
    raise AssertionError


async def in_group(error: BaseException, _request: Request) -> Completion:
    async def fail() -> None:
        raise error

    async with anyio.create_task_group() as group:
        group.start_soon(fail)
        await anyio.sleep_forever()
    return FINE


async def _raising(error: BaseException, _request: Request) -> Completion:
    await checkpoint()
    raise error


class Custom(BaseException):
    """What no `except Exception` catches."""


RAISED = [KeyboardInterrupt(), SystemExit(3), Custom("odd"), ValueError("bad"), MemoryError(), RecursionError()]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
async def test_whatever_the_llm_raises_becomes_an_outcome_and_the_next_call_is_served(error: BaseException) -> None:
    speaker = Speaker(partial(_raising, error))
    actor = LLMActor(speaker)
    completion = await actor.complete(request("a"))
    assert (completion.kind, completion.requests) == ("crashed", None)
    assert type(error).__name__ in completion.detail
    speaker.answering = fine
    assert await actor.complete(request("b")) == FINE


# An interrupt raised in a task that the LLM started itself ends asyncio's loop before anybody can catch it.
@pytest.mark.parametrize("error", RAISED[2:], ids=lambda error: type(error).__name__)
async def test_an_error_inside_the_llms_own_task_group_becomes_an_outcome(error: BaseException) -> None:
    actor = LLMActor(Speaker(partial(in_group, error)))
    assert (await actor.complete(request())).kind == "crashed"


@given(name=st.text(max_size=40), secret=st.text("abcdefgh0123", min_size=8, max_size=20))
@settings(max_examples=50, deadline=None)
def test_no_key_of_the_environment_is_in_an_outcome(name: str, secret: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOME_PROVIDER_API_KEY", secret)
        actor = LLMActor(Speaker(partial(_raising, ValueError(f"{name} {secret} sk-{secret}"))))
        completion = anyio.run(actor.complete, request())
    assert secret not in repr(completion)


async def test_a_cancellation_the_llm_makes_up_is_an_outcome(anyio_backend: str) -> None:
    actor = LLMActor(Speaker(partial(_raising, asyncio.CancelledError())))
    assert (await actor.complete(request())).kind == "crashed"


@pytest.mark.parametrize("returned", [None, "Final answer: A", {"kind": "ok"}, asdict(FINE)])
async def test_what_is_no_completion_is_an_outcome(returned: object) -> None:
    async def strange(_request: Request) -> object:
        return returned

    completion = await LLMActor(Speaker(strange)).complete(request())
    assert completion.kind == "crashed"
    assert type(returned).__name__ in completion.detail


async def test_control_characters_never_leave_the_actor() -> None:
    async def noisy(_request: Request) -> Completion:
        return Completion(kind="ok", text="a\x1b[2Jb\r\nc\td\x00")

    assert (await LLMActor(Speaker(noisy)).complete(request())).text == "a[2Jb\nc\td"


async def test_a_hanging_llm_is_cut_off_just_after_its_deadline() -> None:
    began = time.monotonic()
    completion = await LLMActor(Speaker(hang)).complete(request(timeout_s=0.2))
    assert completion.kind == "timeout"
    assert 0.2 <= time.monotonic() - began < 5


async def test_an_llm_that_swallows_its_cancellation_is_still_cut_off() -> None:
    async def stubborn(_request: Request) -> Completion:
        for _ in range(3):
            try:
                await anyio.sleep_forever()
            except BaseException:
                continue
        return await hang(_request)

    began = time.monotonic()
    completion = await LLMActor(Speaker(stubborn)).complete(request(timeout_s=0.1))
    assert completion.kind == "timeout"
    assert time.monotonic() - began < 10


async def test_an_llm_with_a_deadline_of_its_own_has_until_then() -> None:
    speaker = Patient(partial(fine_after, 0.2))
    assert (await LLMActor(speaker).complete(request(timeout_s=0.01))).kind == "ok"


async def test_what_the_testing_kit_raises_passes_through() -> None:
    unexpected = ScriptError("an unexpected call")
    for answering in (partial(_raising, unexpected), partial(in_group, unexpected)):
        with pytest.raises(ScriptError, match="unexpected call"):
            await LLMActor(Speaker(answering)).complete(request())


async def test_two_calls_with_one_key_at_once_are_one_attempt() -> None:
    speaker = Speaker(partial(fine_after, 0.05))
    actor = LLMActor(speaker)
    assert await anyio.amap(actor.complete, [request()] * 5) == [FINE] * 5
    assert speaker.attempts == 1


async def test_an_outcome_is_kept_until_it_is_acknowledged() -> None:
    speaker = Speaker(fine)
    actor = LLMActor(speaker)
    for _ in range(3):
        await actor.complete(request())
    assert (speaker.attempts, actor.health().outbox) == (1, 1)
    actor.forget(["k", "never heard of"])
    assert actor.health().outbox == 0
    await actor.complete(request())
    assert speaker.attempts == 2


async def test_different_keys_are_different_attempts_whatever_else_is_equal() -> None:
    speaker = Speaker(fine)
    await anyio.amap(LLMActor(speaker).complete, [request("a"), request("b")])
    assert speaker.attempts == 2


async def test_cancelling_the_only_caller_cancels_the_attempt_at_once() -> None:
    speaker = Speaker(hang)
    actor = LLMActor(speaker)
    with anyio.move_on_after(0.05) as scope:
        await actor.complete(request())
    health = actor.health()
    assert scope.cancelled_caught
    assert (speaker.now, health.in_flight, health.outbox, health.counts) == (0, 0, 0, {"cancelled": 1})
    speaker.answering = fine
    assert await actor.complete(request()) == FINE


async def test_cancelling_one_of_two_callers_leaves_the_attempt_to_the_other() -> None:
    for first_is_cancelled in (True, False):
        speaker = Speaker(partial(fine_after, 0.2))
        heard = await _two_callers(LLMActor(speaker), cancel_first=first_is_cancelled, after_s=0.05)
        assert (heard, speaker.attempts) == ([FINE], 1)


async def test_cancelling_both_callers_cancels_the_attempt() -> None:
    speaker = Speaker(hang)
    actor = LLMActor(speaker)
    began = time.monotonic()
    async with anyio.create_task_group() as group:
        group.start_soon(actor.complete, request())
        group.start_soon(actor.complete, request())
        await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    assert (speaker.now, actor.health().in_flight) == (0, 0)
    assert time.monotonic() - began < 10


async def test_one_after_the_other_both_callers_can_leave() -> None:
    speaker = Speaker(hang)
    actor = LLMActor(speaker)
    scopes = [anyio.CancelScope(), anyio.CancelScope()]

    async def ask(scope: anyio.CancelScope) -> None:
        with scope:
            await actor.complete(request())

    async with anyio.create_task_group() as group:
        for scope in scopes:
            group.start_soon(ask, scope)
            await anyio.sleep(0.02)
        scopes[0].cancel()
        await anyio.sleep(0.02)
        assert speaker.now == 1  # the second still wants it
        scopes[1].cancel()
    assert (speaker.now, speaker.attempts) == (0, 1)


async def _two_callers(actor: LLMActor, *, cancel_first: bool, after_s: float) -> list[Completion]:
    heard: list[Completion] = []
    scopes = [anyio.CancelScope(), anyio.CancelScope()]

    async def ask(scope: anyio.CancelScope) -> None:
        with scope:
            completion = await actor.complete(request())
            await checkpoint()  # where a cancelled caller learns that it is
            heard.append(completion)

    async with anyio.create_task_group() as group:
        for scope in scopes:
            group.start_soon(ask, scope)
            await anyio.sleep(after_s / 5)
        await anyio.sleep(after_s)
        scopes[0 if cancel_first else 1].cancel()
    return heard


async def test_a_caller_cut_off_by_force_leaves_an_outcome_to_those_who_wait(anyio_backend: str) -> None:
    if anyio_backend == "trio":
        pytest.skip("trio has no cancellation that pierces a shield")
    speaker = Speaker(hang)
    actor = LLMActor(speaker)
    forced = asyncio.ensure_future(actor.complete(request()))
    await anyio.sleep(0.02)
    heard: list[Completion] = []

    async def wait() -> None:
        heard.append(await actor.complete(request()))

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await anyio.sleep(0.02)
        forced.cancel()
    assert ([completion.kind for completion in heard], speaker.attempts) == (["cancelled"], 1)


async def test_no_more_calls_are_out_than_the_limit_and_all_are_served() -> None:
    speaker = Speaker(partial(fine_after, 0.01))
    actor = LLMActor(speaker, limits=Limits(concurrency=7))
    completions = await anyio.amap(actor.complete, [request(f"{n}") for n in range(60)])
    assert ({completion.kind for completion in completions}, speaker.most) == ({"ok"}, 7)


async def test_those_who_leave_the_line_take_no_slot_with_them() -> None:
    speaker = Speaker(partial(fine_after, 0.02))
    actor = LLMActor(speaker, limits=Limits(concurrency=2))
    for round_ in range(5):
        with anyio.move_on_after(0.03):
            await anyio.amap(actor.complete, [request(f"{round_}.{n}") for n in range(20)])
    assert actor.health().waiting == 0
    completions = await anyio.amap(actor.complete, [request(f"after.{n}") for n in range(6)])
    assert ([completion.kind for completion in completions], speaker.most) == (["ok"] * 6, 2)


async def test_the_books_add_up() -> None:
    kinds: list[Kind] = ["ok", "ok", "empty", "truncated"]

    async def varied(asked: Request) -> Completion:
        return replace(FINE, kind=kinds[int(asked.key)])

    actor = LLMActor(Speaker(varied))
    for number in range(4):
        await actor.complete(request(f"{number}"))
    health = actor.health()
    assert health.counts == {"ok": 2, "empty": 1, "truncated": 1}
    assert (health.requests, health.prompt_tokens, health.completion_tokens, health.cost_nano_usd) == (4, 12, 16, 20)
    assert (sum(health.latencies), health.unpriced, health.in_flight) == (4, 0, 0)


async def test_health_is_a_record_that_travels() -> None:
    actor = LLMActor(Speaker(fine))
    await actor.complete(request())
    health = actor.health()
    assert isinstance(health, BaseModel)
    assert Health.model_validate_json(health.model_dump_json()) == health


async def test_a_blocked_loop_shows_in_health() -> None:
    actors = [LLMActor(Speaker(fine)) for _ in range(16)]  # trio runs tasks in any order: some look while it blocks

    async def block() -> None:
        for _ in range(3):
            time.sleep(0.05)  # noqa: ASYNC251  the defect that health is to show
            await checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(block)
        for actor in actors:
            group.start_soon(actor.complete, request())
    assert max(actor.health().loop_lag_s for actor in actors) > 0.04


async def test_an_instant_call_costs_little() -> None:
    actor = LLMActor(Speaker(fine))
    requests = [request(f"{n}") for n in range(2000)]
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for one in requests:
            await actor.complete(one)
        best = min(best, time.process_time() - began)
        actor.forget(one.key for one in requests)
    assert best / len(requests) < 200e-6  # 16 µs on a quiet machine
