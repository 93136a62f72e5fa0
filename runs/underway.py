"""Debates under way in this process, and the reins by which a person holds one back or ends it."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal

import anyio
from anyio.lowlevel import current_token

from moot.protocols.floor.door import Halt
from moot.runs.background import post

Order = Literal["pause", "resume", "stop"]
"""pause: no further wave of turns is begun, while what is in flight comes in. resume: go on. stop: end
the debate now; what is in flight is cancelled, and what was said is what it comes to."""

STOPPED = "stopped by hand"


class CalledOff(Halt):
    """A person has ended the debate."""


class Reins:
    """Of one debate, on the loop that conducts it."""

    def __init__(self) -> None:
        self._going, self._stopped = anyio.Event(), anyio.Event()
        self._going.set()

    @property
    def paused(self) -> bool:
        """Whether it is held back."""
        return not self._going.is_set()

    def take(self, order: Order) -> None:
        """Do as ordered; on the loop."""
        if order == "pause":
            if self._going.is_set():
                self._going = anyio.Event()
            return
        if order == "stop":
            self._stopped.set()
        self._going.set()

    async def ready(self) -> None:
        """Wait while it is held back."""
        while self.paused:
            await self._going.wait()

    async def stopped(self) -> CalledOff:
        """Wait until it is to end."""
        await self._stopped.wait()
        return CalledOff(STOPPED)


_lock = threading.Lock()
_underway: dict[str, Callable[[Order], bool]] = {}


def order(debate_id: str, given: Order) -> bool:
    """Give an order to a debate under way, from any thread; False where there is none of that id."""
    with _lock:
        take = _underway.get(debate_id)
    return take is not None and take(given)


@contextmanager
def underway(debate_id: str, take: Callable[[Order], object]) -> Generator[None]:
    """For as long as the block lasts the debate takes orders, on the loop that is running here."""
    token = current_token()

    def posted(given: Order) -> bool:
        return post(token, take, given)

    with _lock:
        _underway[debate_id] = posted
    try:
        yield
    finally:
        with _lock:
            if _underway.get(debate_id) is posted:
                del _underway[debate_id]
