"""The desk at which LLM actors draw their pace, as an actor of its own; one for all that a driver has made.

It knows accounts by salted names and never sees a key. Where it dies, Ray starts another, which
learns anew; meanwhile every LLM actor keeps to its own part of the pace.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread

from moot.agents.desk import PacingDesk, Part, Place, Report, Standing
from moot.agents.leasing import LeasedLane
from moot.runs.ray.library import library

_CONCURRENCY = 1000
"""Methods at once: for each LLM actor a watch, a report and a draw."""


@dataclass(frozen=True)
class Paced:
    """Where an LLM actor draws its pace."""

    desk: str
    """The desk's name; a handle would lie in Ray's store, and a restart needs it."""
    lane: str
    """The actor's own name there."""
    place: Place

    def opened(self) -> LeasedLane:
        """Its lane, in the process that uses it."""
        return LeasedLane(_FarDesk(self.desk), self.lane, self.place)


class _FarDesk:
    """The desk as another process reaches it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._actor: Any = None

    async def _found(self) -> Any:
        if self._actor is None:
            self._actor = await anyio.to_thread.run_sync(library().get_actor, self._name)
        return self._actor

    async def draw(self, place: Place, tokens: Sequence[int], patience_s: float) -> tuple[int, Standing]:
        """See `Desk`."""
        drawn: tuple[int, Standing] = await (await self._found()).draw.remote(place, tokens, patience_s)
        return drawn

    async def tell(self, place: Place, report: Report) -> Standing:
        """See `Desk`."""
        standing: Standing = await (await self._found()).tell.remote(place, report)
        return standing

    async def watch(self, place: Place, lane: str, news: int) -> Standing:
        """See `Desk`."""
        standing: Standing = await (await self._found()).watch.remote(place, lane, news)
        return standing

    async def greet(self, place: Place, lane: str, kept: Part | None) -> Standing:
        """See `Desk`."""
        standing: Standing = await (await self._found()).greet.remote(place, lane, kept)
        return standing


class DeskHost(PacingDesk):
    """The desk as an actor."""

    async def hello(self) -> int:
        """The id of its process."""
        return os.getpid()


def open_desk(name: str) -> Any:
    """Makes the desk of that name where there is none, and gives its handle; does not wait until it is there."""
    desk = library().remote(DeskHost)
    return desk.options(
        name=name, get_if_exists=True, num_cpus=0, max_restarts=-1, max_task_retries=0, max_concurrency=_CONCURRENCY
    ).remote()
