"""What one conductor has under way in an actor, without Ray."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest
from trio.testing import MockClock

from moot.agents.actor import LLMActor
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Message, Request
from moot.errors import ScriptError
from moot.runs.ray.session import Session
from moot.runs.ray.wire import completed


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


class Sleeper:
    """Sleeps as long as the seed says, in milliseconds, and knows what was cut short."""

    name = "sleeper"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.cut: list[str] = []
        self.was_cut = anyio.Event()

    async def complete(self, request: Request) -> Completion:
        try:
            await anyio.sleep((request.seed or 0) / 1000)
        except anyio.get_cancelled_exc_class():
            self.cut.append(request.key)
            self.was_cut.set()
            raise
        if request.model == "raises":
            raise KeyboardInterrupt
        if request.model == "scripted":
            raise ScriptError("no such line")
        return Completion(kind="ok", text=request.key)


def call(key: str, ms: int = 0, model: str = "m") -> Request:
    return Request(key=key, model=model, messages=(Message(role="user", content="?"),), seed=ms)


@asynccontextmanager
async def session(llm: Sleeper, lease_s: float = 30.0) -> AsyncGenerator[Session]:
    held = Session(LLMActor(llm), lease_s=lease_s)
    async with anyio.create_task_group() as group:
        group.start_soon(held.run)
        yield held
        group.cancel_scope.cancel()


async def test_a_batch_that_ends_at_once_comes_back_with_its_submission() -> None:
    async with session(Sleeper()) as held:
        await held.begin([call("a"), call("b"), call("c")])
        outcomes = await held.settled(5)
    assert sorted(key for key, _, _ in outcomes) == ["a", "b", "c"]


async def test_patience_bounds_the_wait_and_what_comes_later_is_news() -> None:
    async with session(Sleeper()) as held:
        await held.begin([call("quick"), call("slow", 60)])
        first = await held.settled(0.02)
        second = await held.news(5)
        nothing = await held.news(0.01)
    assert [key for key, _, _ in first] == ["quick"]
    assert [key for key, _, _ in second] == ["slow"]
    assert nothing == []


async def test_a_cancelled_call_is_cut_short_and_has_no_outcome() -> None:
    llm = Sleeper()
    async with session(llm) as held:
        await held.begin([call("unwanted", 60_000), call("wanted", 5)])
        first = await held.news(5)
        held.cancel(["unwanted", "unknown"])
        assert await held.settled(5) == []
    assert [key for key, _, _ in first] == ["wanted"]
    assert llm.cut == ["unwanted"]


async def test_calls_of_a_conductor_that_fell_silent_are_stopped_and_end_in_doubt() -> None:
    llm = Sleeper()
    async with session(llm, lease_s=0.04) as held:
        await held.begin([call("long", 60_000)])
        with anyio.fail_after(30):
            await llm.was_cut.wait()
        outcomes = await held.news(5)
    (key, plain, error) = outcomes[0]
    assert (key, error) == ("long", None)
    assert plain is not None
    assert (completed(plain).kind, completed(plain).requests) == ("crashed", None)


@pytest.mark.parametrize("anyio_backend", [("trio", {"clock": MockClock(autojump_threshold=0)})], ids=["virtual clock"])
async def test_a_conductor_that_keeps_asking_keeps_its_calls() -> None:
    llm = Sleeper()
    async with session(llm, lease_s=0.05) as held:
        await held.begin([call("long", 300)])
        outcomes: list[object] = []
        with anyio.fail_after(30):
            while not outcomes:
                outcomes += await held.news(0.02)
    assert llm.cut == []


async def test_an_interrupt_in_the_model_is_an_outcome_and_a_failed_script_an_error() -> None:
    async with session(Sleeper()) as held:
        await held.begin([call("a", model="raises"), call("b", model="scripted"), call("c")])
        outcomes = {key: (plain, error) for key, plain, error in await held.settled(5)}
    interrupted, script, fine = outcomes["a"][0], outcomes["b"][1], outcomes["c"][0]
    assert interrupted is not None
    assert completed(interrupted).kind == "crashed"
    assert isinstance(script, ScriptError)
    assert fine is not None
    assert completed(fine) == Completion(kind="ok", text="c")
