"""Rounds without a barrier: a turn starts when those it hears are done, so x(i, r) = max of x(j, r-1) + latency.

Latencies are slept by a clock that jumps, so hours pass in no time and finishing times are exact.
"""

import random
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import anyio
import pytest
import trio.testing

from moot import Debate, Question, topologies
from moot.protocols import society
from moot.runs.holding import cast, hold
from moot.runs.journal import MemoryJournal
from moot.runs.runtime import LocalRuntime
from moot.topologies import Topology

ASKED = Question("Tea or coffee?", options=["tea", "coffee"])
Latencies = Sequence[Sequence[float]]


def drawn(seats: int, rounds: int, seed: int) -> Latencies:
    """Lognormal latencies of mean 1 and sigma 1, by seat and round."""
    source = random.Random(seed)
    return [[round(source.lognormvariate(-0.5, 1.0), 6) for _ in range(rounds)] for _ in range(seats)]


def finish(topology: str | Topology, latencies: Latencies, pace: Any) -> float:
    """When a whole debate is over, by a clock that jumps to the next thing that happens."""
    agents = [f"sim/exact-zealot?init=A&latency={','.join(map(str, seat))}" for seat in latencies]
    debate = Debate(agents, topology, society(rounds=len(latencies[0]), pace=pace), seed=1)

    async def held() -> float:
        journal = MemoryJournal()
        row = await journal.begin_run(None, debate.spec())
        voices = await cast(debate, LocalRuntime())
        result = await hold(debate, ASKED, voices, journal, row.name)
        assert result.status == "decided"
        assert result.notes == ()
        return result.usage.wall_s

    clock = trio.testing.MockClock(autojump_threshold=0)
    return anyio.run(held, backend="trio", backend_options={"clock": clock})


def recursion(topology: Topology, latencies: Latencies) -> tuple[float, float]:
    """When it is over by round, and freely."""
    rounds = range(len(latencies[0]))
    barrier = sum(max(seat[number] for seat in latencies) for number in rounds)
    over = [seat[0] for seat in latencies]
    for number in rounds[1:]:
        over = [
            max(over[seat], *(over[peer] for peer in topology.heard_by(seat))) + latencies[seat][number]
            for seat in range(len(latencies))
        ]
    return barrier, max(over)


def test_on_a_ring_nobody_waits_for_those_far_away() -> None:
    speed: list[float] = []
    for seed in range(3):
        latencies = drawn(64, 10, seed)
        barrier, free = recursion(topologies.ring(64), latencies)
        assert finish("ring", latencies, "round") == pytest.approx(barrier, abs=1e-3)
        assert finish("ring", latencies, "free") == pytest.approx(free, abs=1e-3)
        speed.append(barrier / free)
    assert min(speed) > 1.6
    assert fmean(speed) == pytest.approx(1.94, abs=0.35)


def test_where_everyone_hears_everyone_there_is_nothing_to_gain() -> None:
    latencies = drawn(24, 5, seed=1)
    by_round, free = (finish("complete", latencies, pace) for pace in ("round", "free"))
    assert free == pytest.approx(by_round, rel=0.02)
    assert free == pytest.approx(recursion(topologies.complete(24), latencies)[1], abs=1e-3)


@pytest.mark.parametrize("name", ["star", "chain", "ring?k=2", "small_world?seed=1"])
def test_other_graphs_finish_when_the_recursion_says(name: str) -> None:
    latencies = drawn(12, 4, seed=2)
    topology = Debate(["sim/exact-zealot?init=A"] * 12, name).topology
    barrier, free = recursion(topology, latencies)
    assert finish(name, latencies, "round") == pytest.approx(barrier, abs=1e-3)
    assert finish(name, latencies, "free") == pytest.approx(free, abs=1e-3)


def test_one_slow_seat_delays_others_only_by_their_distance() -> None:
    latencies = [[5.0] * 3, *([[1.0] * 3] * 5)]
    barrier, free = recursion(topologies.ring(6), latencies)
    assert (barrier, free) == (15.0, 15.0)
    agents = [f"sim/exact-zealot?init=A&latency={','.join(map(str, seat))}" for seat in latencies]
    debate = Debate(agents, "ring", society(rounds=3, pace="free"), seed=1)
    over: dict[str, float] = {}

    async def held() -> None:
        journal = MemoryJournal()
        row = await journal.begin_run(None, debate.spec())
        voices = await cast(debate, LocalRuntime())

        def note(event: Any) -> None:
            if event.kind == "turn_ended" and event.turn.round == 2:
                over[event.turn.seat] = event.at_s

        await hold(debate, ASKED, voices, journal, row.name, listen=note)

    anyio.run(held, backend="trio", backend_options={"clock": trio.testing.MockClock(autojump_threshold=0)})
    assert [over[f"a{place}"] for place in range(1, 7)] == pytest.approx([15, 11, 7, 3, 7, 11], abs=1e-3)
