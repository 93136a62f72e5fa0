"""A wedged process is told from a busy one, found within three missed beats, and ended."""

import threading
import time
from collections.abc import Callable
from itertools import count

import anyio
import pytest

from moot.runs.ray.watchdog import BEAT_S, MISSED, watch

_BEAT_S = 0.1


async def watched(work: Callable[[], object], moves: Callable[[], int] = lambda: 0) -> list[float]:
    """When the process would have been ended, in seconds from the beginning of some work on its loop."""
    ended = list[float]()
    watch(moves, beat_s=_BEAT_S, end=lambda _: ended.append(time.monotonic()))
    await anyio.sleep(3 * _BEAT_S)
    began = time.monotonic()
    work()
    await anyio.sleep(3 * _BEAT_S)
    return [at - began for at in ended]


def test_three_beats_are_six_seconds() -> None:
    assert MISSED * BEAT_S == 6.0


@pytest.mark.parametrize("wedge", ["sleeps", "spins"])
async def test_a_loop_that_neither_passes_nor_moves_is_ended_after_three_beats(wedge: str) -> None:
    until = time.monotonic() + 3 * _BEAT_S + 10 * _BEAT_S

    def spin() -> None:
        while time.monotonic() < until:
            pass

    ended = await watched(spin if wedge == "spins" else lambda: time.sleep(10 * _BEAT_S))
    assert len(ended) == 1
    assert ended[0] == pytest.approx((MISSED + 0.5) * _BEAT_S, abs=4 * _BEAT_S)


async def test_a_long_pass_in_which_something_moves_goes_on() -> None:
    moved = count()
    last = [0]

    def busy() -> None:
        for _ in range(40):
            time.sleep(_BEAT_S / 4)
            last[0] = next(moved)

    assert await watched(busy, lambda: last[0]) == []


async def test_a_loop_with_nothing_to_do_goes_on() -> None:
    ended = list[int]()
    watch(lambda: 0, beat_s=0.01, end=ended.append)
    await anyio.sleep(0.3)
    assert ended == []


def test_a_loop_that_has_ended_is_watched_no_more() -> None:
    async def live() -> None:
        watch(lambda: 0, beat_s=0.01, end=lambda _: None)

    before = threading.active_count()
    anyio.run(live)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before
