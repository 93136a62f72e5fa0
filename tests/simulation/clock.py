"""Hours in no time, the same every time: trio's virtual clock, and a scheduler that draws from a seed."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import trio
from trio._core import _run as scheduler  # pyright: ignore[reportPrivateUsage]  (made for tools like this one)
from trio.testing import MockClock

T = TypeVar("T")


class Clock:
    """A clock that jumps to the next thing that happens."""

    def __init__(self) -> None:
        self._clock = MockClock(autojump_threshold=0)

    def run(self, work: Callable[[], Awaitable[T]], seed: int) -> T:
        """Do the work from the time 0 on."""
        scheduler._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[misc]  # pyright: ignore[reportPrivateUsage, reportConstantRedefinition]
        self.shuffle(seed)
        return trio.run(work, clock=self._clock)

    def shuffle(self, seed: int) -> None:
        """Let tasks that are ready at the same time go on in an order drawn from this seed."""
        scheduler._r.seed(seed)  # pyright: ignore[reportPrivateUsage]

    @contextmanager
    def still(self) -> Generator[None]:
        """No time passes within, for threads are at work."""
        self._clock.autojump_threshold = float("inf")
        try:
            yield
        finally:
            self._clock.autojump_threshold = 0
