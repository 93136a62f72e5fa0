"""Pacing across processes on trio's virtual clock: four replicas bear down on one account no harder than one."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio
import pytest
from trio.testing import MockClock

from moot.agents.actor import LLMActor
from moot.agents.desk import HEARTBEAT_S, PacingDesk, Part, Place, Report, Standing
from moot.agents.leasing import LeasedLane
from moot.agents.limits import Limits
from moot.agents.records import Completion, Request

Bearing = Callable[..., Any]
Asking = Callable[..., Request]
Herd = Callable[[Sequence[LLMActor], int], Awaitable[tuple[float, int]]]
T = TypeVar("T")

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
"""Whether tests take their full size."""
JOURNEY_S = 0.002


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, MockClock]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class FarDesk:
    """A desk in another process: journeys take time, and it may die, be deaf, and begin anew."""

    def __init__(self, journey_s: float = JOURNEY_S) -> None:
        self.desk, self.journey_s = PacingDesk(), journey_s
        self.up, self.deaf = True, False
        self.draws = self.tells = 0

    async def draw(self, place: Place, tokens: Sequence[int], patience_s: float) -> tuple[int, Standing]:
        self.draws += 1
        return await self._journey(lambda: self.desk.draw(place, tokens, patience_s))

    async def tell(self, place: Place, report: Report) -> Standing:
        self.tells += 1
        return await self._journey(lambda: self.desk.tell(place, report))

    async def watch(self, place: Place, lane: str, news: int) -> Standing:
        return await self._journey(lambda: self.desk.watch(place, lane, news))

    async def greet(self, place: Place, lane: str, kept: Part | None) -> Standing:
        return await self._journey(lambda: self.desk.greet(place, lane, kept))

    async def _journey(self, asked: Callable[[], Awaitable[T]]) -> T:
        await anyio.sleep(self.journey_s)
        if self.deaf:
            await anyio.sleep_forever()
        if not self.up:
            raise ConnectionError("the desk has died")
        answer = await asked()
        if not self.up:
            raise ConnectionError("the desk has died")
        await anyio.sleep(self.journey_s)
        return answer


@asynccontextmanager
async def replicas(
    desk: FarDesk, llm: Any, number: int = 4, *, models: int = 1, limits: Limits | None = None
) -> AsyncGenerator[list[LLMActor]]:
    """Actors in processes of their own, each with its lane at the desk."""
    shared = limits or Limits()
    lanes = [LeasedLane(desk, f"lane {n}", Place("an account", f"m{n % models}", shared=shared)) for n in range(number)]
    async with anyio.create_task_group() as group:
        for lane in lanes:
            group.start_soon(lane.run)
        await anyio.sleep(0.1 + 2 * desk.journey_s)
        yield [LLMActor(llm, pacer=lane) for lane in lanes]
        group.cancel_scope.cancel()


@pytest.mark.parametrize("hint", ["whole", "none"])
@pytest.mark.parametrize("models", [1, 2])
@pytest.mark.parametrize(("rate", "debates"), [(50.0, 400 if CHAOS else 60), (5.0, 20)])
@pytest.mark.parametrize("journey_s", [JOURNEY_S, 0.05])
async def test_replicas_of_one_account_settle_together_to_what_it_bears(
    bearing: Bearing, herd: Herd, journey_s: float, rate: float, debates: int, models: int, hint: str
) -> None:
    provider, desk = bearing(rate, rate, hint=hint), FarDesk(journey_s)
    async with replicas(desk, provider, models=models) as actors:
        took_s, lost = await herd(actors, debates)
    calls = debates * 15
    assert lost == 0
    assert len(provider.sent) <= 1.5 * calls + 40
    assert took_s <= 2 * calls / rate


async def test_without_limits_no_call_waits_for_the_desk(bearing: Bearing, asking: Asking) -> None:
    provider, desk = bearing(latency_s=0.5), FarDesk()
    async with replicas(desk, provider) as actors:
        began = anyio.current_time()
        for number in range(10):
            await actors[number % 4].complete(asking(f"{number}"))
        assert anyio.current_time() - began == pytest.approx(10 * 0.5, abs=1e-6)
    assert desk.draws == 0


async def test_a_refusal_at_one_holds_back_all_at_once(bearing: Bearing, asking: Asking) -> None:
    provider, desk = bearing(0.1, 1, latency_s=0.0), FarDesk()
    async with replicas(desk, provider) as actors:
        await actors[0].complete(asking("first"))
        assert (await actors[0].complete(asking("second"))).kind == "rate_limited"
        await anyio.sleep(3 * JOURNEY_S)
        now, sent = anyio.current_time(), len(provider.sent)
        shut_s = [actor.health().gate_s for actor in actors]
        assert min(shut_s) == pytest.approx(max(shut_s), abs=4 * JOURNEY_S)
        await actors[1].complete(asking("third"))
        assert provider.sent[sent] >= now + min(shut_s) > now + 9


async def test_stated_limits_hold_for_all_replicas_and_models_together(bearing: Bearing, asking: Asking) -> None:
    provider, desk = bearing(latency_s=0.0), FarDesk()
    async with replicas(desk, provider, models=2, limits=Limits(requests_per_minute=600)) as actors:
        began = anyio.current_time()

        async def ask(number: int) -> Completion:
            return await actors[number % 4].complete(asking(f"{number}"))

        await anyio.amap(ask, range(210))
        assert anyio.current_time() - began == pytest.approx(20.0, abs=0.2)
    assert desk.draws <= 210


async def test_permits_are_drawn_by_the_dozen_where_many_wait(bearing: Bearing, asking: Asking) -> None:
    provider, desk = bearing(latency_s=0.0), FarDesk()
    async with replicas(desk, provider, 1, limits=Limits(requests_per_minute=60_000)) as (actor,):
        began = anyio.current_time()
        await anyio.amap(actor.complete, [asking(f"{number}") for number in range(500 + 1000)])
        assert anyio.current_time() - began == pytest.approx(0.5, abs=0.1)
    assert desk.draws < 100


async def test_a_model_that_is_always_refused_holds_up_no_other(bearing: Bearing, asking: Asking) -> None:
    ill, well, desk = bearing(1e-6, 1, hint="none"), bearing(latency_s=0.1), FarDesk()
    async with replicas(desk, ill, 1) as (at_ill,):
        lane = LeasedLane(desk, "another", Place("an account", "well"))
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run)
            await anyio.sleep(0.1)
            for number in range(8):
                group.start_soon(at_ill.complete, asking(f"i{number}"))
            actor, began = LLMActor(well, pacer=lane), anyio.current_time()
            for number in range(50):
                await actor.complete(asking(f"w{number}"))
            assert anyio.current_time() - began == pytest.approx(5.0, abs=0.1)
            group.cancel_scope.cancel()


@pytest.mark.parametrize("death", ["dead", "deaf"])
async def test_without_the_desk_each_keeps_its_part_of_the_pace_and_comes_back_to_it(
    bearing: Bearing, herd: Herd, death: str
) -> None:
    provider, desk = bearing(20.0, 20.0, hint="whole"), FarDesk()

    async def die() -> None:
        await anyio.sleep(15)
        desk.up, desk.deaf, desk.desk = death == "deaf", death == "deaf", PacingDesk()
        await anyio.sleep(30)
        desk.up, desk.deaf, desk.draws = True, False, 0

    async with replicas(desk, provider) as actors, anyio.create_task_group() as group:
        group.start_soon(die)
        took_s, lost = await herd(actors, 120)
        calls = 120 * 15
        assert lost == 0
        assert len(provider.sent) <= 1.5 * calls + 40
        assert took_s <= 1.5 * calls / 20.0
        assert desk.draws > 0


async def test_a_caller_that_leaves_the_line_takes_no_permit_with_it(bearing: Bearing, asking: Asking) -> None:
    provider, desk = bearing(latency_s=0.0), FarDesk()
    async with replicas(desk, provider, 1, limits=Limits(requests_per_minute=60)) as (actor,):
        await actor.complete(asking("0"))
        async with anyio.create_task_group() as group:
            for number in range(1, 5):
                group.start_soon(actor.complete, asking(f"{number}"))
            await anyio.sleep(0.5)
            group.cancel_scope.cancel()
        began = anyio.current_time()
        await actor.complete(asking("last"))
        assert anyio.current_time() - began <= 1.0 + HEARTBEAT_S
