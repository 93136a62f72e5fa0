"""Items made on the loop and consumed in plain and in async code."""

import gc
import threading
from collections.abc import Iterator

import anyio
import anyio.lowlevel
import pytest

from moot.errors import UsageError
from moot.runs.loop import end_loop, on_loop, run_in_loop
from moot.runs.streaming import Feed, Stream


@pytest.fixture(autouse=True)
def own_loop() -> Iterator[None]:
    yield
    end_loop()


async def ten(feed: Feed[int]) -> None:
    for number in range(10):
        await feed.send(number)


class Endless:
    """Makes numbers until it is cancelled, and remembers how far it came."""

    def __init__(self) -> None:
        self.made = 0
        self.ended = threading.Event()

    async def __call__(self, feed: Feed[int]) -> None:
        try:
            while True:
                self.made += 1
                await feed.send(self.made)
                await anyio.lowlevel.checkpoint()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.01)
            self.ended.set()


@pytest.mark.parametrize("bound", [1, 3, 256])
async def test_every_item_arrives_once_and_in_order(bound: int) -> None:
    assert list(Stream(ten, bound=bound)) == list(range(10))
    assert [number async for number in Stream(ten, bound=bound)] == list(range(10))


async def test_items_are_made_on_the_loop_and_read_elsewhere() -> None:
    async def where(feed: Feed[bool]) -> None:
        await feed.send(on_loop())

    async for there in Stream(where):
        assert (there, on_loop()) == (True, False)


def test_a_stream_can_be_read_on_the_loop_itself_by_async_code_only() -> None:
    async def read() -> list[int]:
        with pytest.raises(UsageError):
            next(Stream(ten))
        return [number async for number in Stream(ten, bound=2)]

    assert run_in_loop(read) == list(range(10))


async def test_nothing_is_made_before_the_first_item_is_asked_for() -> None:
    endless = Endless()
    stream = Stream(endless)
    await stream.aclose()
    assert endless.made == 0


def test_a_maker_that_waits_never_runs_ahead_by_more_than_the_bound() -> None:
    endless = Endless()
    stream = Stream(endless, bound=4)
    for taken in stream:
        assert endless.made <= taken + 4
        if taken == 100:
            break
    stream.close()


def test_a_maker_that_cannot_wait_is_never_held_up() -> None:
    made = threading.Event()

    async def burst(feed: Feed[int]) -> None:
        for number in range(1000):
            feed.offer(number)
        made.set()

    stream = Stream(burst, bound=2)
    assert next(stream) == 0
    assert made.wait(10)
    assert list(stream) == list(range(1, 1000))


async def test_what_the_work_raises_comes_after_its_last_item() -> None:
    async def fails(feed: Feed[int]) -> None:
        await feed.send(1)
        raise ExceptionGroup("one", [LookupError("no more")])

    seen: list[int] = []
    with pytest.raises(LookupError, match="no more"):
        seen.extend([number async for number in Stream(fails)])
    stream = Stream(fails)
    assert next(stream) == 1
    with pytest.raises(LookupError, match="no more"):
        next(stream)


async def test_closing_early_cancels_the_work_and_waits_for_its_clean_up() -> None:
    endless = Endless()
    stream = Stream(endless, bound=2)
    async for number in stream:
        if number == 5:
            break
    await stream.aclose()
    assert endless.ended.is_set()


async def test_cancelling_the_reader_cancels_the_work() -> None:
    ended = threading.Event()

    async def silent(feed: Feed[int]) -> None:
        try:
            await feed.send(1)
            await anyio.sleep_forever()
        finally:
            ended.set()

    got: list[int] = []
    with anyio.move_on_after(10) as scope:
        async for number in Stream(silent):
            got.append(number)
            scope.cancel()
    assert got == [1]
    assert ended.is_set()


def test_a_stream_that_is_dropped_cancels_its_work() -> None:
    endless = Endless()
    stream = Stream(endless, bound=2)
    assert next(stream) == 1
    del stream
    gc.collect()
    assert endless.ended.wait(10)
