"""Items made on the loop, consumed elsewhere: by a `for` in any thread or an `async for` on any loop.

The buffer between the two is bounded for a maker that waits (`send`); one that cannot wait
(`offer`, for plain callbacks) may run ahead of its consumer by as much as it makes.
"""

import threading
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, Self, TypeVar, cast

import anyio
from anyio.lowlevel import current_token

from moot.runs.background import post
from moot.runs.loop import Job, refuse_on_loop

T = TypeVar("T")

_NOTHING = object()


class Feed(Generic[T]):
    """Where the maker puts items; to be used on the loop."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._lock = threading.Lock()
        self._items: deque[T] = deque()
        self._wake: Callable[[], object] | None = None
        self._room: Callable[[], object] | None = None
        self._over = False

    def offer(self, item: T) -> None:
        """Put an item there at once, whatever waits already."""
        with self._lock:
            self._items.append(item)
            wake, self._wake = self._wake, None
        if wake is not None:
            wake()

    async def send(self, item: T) -> None:
        """Put an item there, then wait while the buffer is full."""
        self.offer(item)
        while len(self._items) >= self._bound:
            room = anyio.Event()
            with self._lock:
                self._room = partial(post, current_token(), room.set)
                full = len(self._items) >= self._bound
            if full:
                await room.wait()

    def taken(self, wake: Callable[[], object]) -> T | object:
        """The next item; a marker where there is none now, in which case `wake` is called when that changes."""
        with self._lock:
            if not self._items:
                if not self._over:
                    self._wake = wake
                return _NOTHING
            item = self._items.popleft()
            room, self._room = self._room, None
        if room is not None:
            room()
        return item

    @property
    def over(self) -> bool:
        """Whether nothing will be added and nothing is left."""
        with self._lock:
            return self._over and not self._items

    def end(self) -> None:
        """No more items will come."""
        with self._lock:
            self._over = True
            wake, self._wake = self._wake, None
        if wake is not None:
            wake()


class Stream(Generic[T]):
    """What a piece of work on the loop makes, as an iterator for plain and for async code.

    The work starts with the first item asked for. Leaving the iteration early cancels it, at the
    latest when the stream is collected; `close` and `aclose` also wait for its clean-up.

    Args:
        work: Gets the feed to put its items into. What it raises is raised after its last item.
        bound: Items that may wait before `Feed.send` does.
    """

    def __init__(self, work: Callable[[Feed[T]], Coroutine[Any, Any, object]], *, bound: int = 256) -> None:
        self._feed = Feed[T](bound)
        self._job = Job[object](work, (self._feed,), self._feed.end)
        self._started = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        refuse_on_loop()
        self._start()
        while True:
            changed = threading.Event()
            item = self._feed.taken(changed.set)
            if item is not _NOTHING:
                return cast("T", item)
            if self._feed.over:
                self._job.result()
                raise StopIteration
            try:
                self._job.wait(changed)
            except KeyboardInterrupt:
                self.close()
                raise

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        self._start()
        while True:
            changed = anyio.Event()
            item = self._feed.taken(partial(post, current_token(), changed.set))
            if item is not _NOTHING:
                return cast("T", item)
            if self._feed.over:
                self._job.result()
                raise StopAsyncIteration
            try:
                await changed.wait()
            except anyio.get_cancelled_exc_class():
                with anyio.CancelScope(shield=True):
                    await self.aclose()
                raise

    def close(self) -> None:
        """Cancel the work and wait until it has cleaned up; items not yet taken are lost."""
        self._cancel()
        while not self._job.over.is_set() and self._started:
            changed = threading.Event()
            if self._feed.taken(changed.set) is _NOTHING and not self._feed.over:
                self._job.wait(changed)

    async def aclose(self) -> None:
        """Cancel the work and wait until it has cleaned up; items not yet taken are lost."""
        self._cancel()
        while not self._job.over.is_set() and self._started:
            changed = anyio.Event()
            if self._feed.taken(partial(post, current_token(), changed.set)) is _NOTHING and not self._feed.over:
                await changed.wait()

    def __del__(self) -> None:
        if self._started and not self._job.over.is_set():
            self._job.cancel()

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._job.start()

    def _cancel(self) -> None:
        if self._started:
            self._job.cancel()
