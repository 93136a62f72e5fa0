"""A world in which debates are held: simulated models in the weather of a seed, on a clock that jumps."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from tests.simulation.account import Watched
from tests.simulation.clock import Clock
from tests.simulation.disk import store_on_the_clock
from tests.simulation.drawing import Plot
from tests.simulation.weather import Weather

from moot import Budget, Event
from moot.runs import holding
from moot.runs.batch import Batch, hold_batch
from moot.runs.journal import AttemptRow, Journal, Records
from moot.runs.recounting import recounted
from moot.runs.result import Result
from moot.runs.runtime import LocalRuntime

AFTER_S = 10_000.0
"""How long a world is watched when all is over: nothing may happen any more."""


@dataclass
class Story:
    """What happened in a world."""

    plot: Plot
    weather: Weather
    records: Records
    """Of the run `r`."""
    path: Path | None = None
    """Of the file they are in."""
    events: list[Event] = field(default_factory=list[Event])
    """Of all sittings."""
    last: list[Event] = field(default_factory=list[Event])
    """Of the last one."""
    exceeded: Sequence[str] = ()
    """Caps that were exceeded at some instant."""
    over_at: list[float] = field(default_factory=list[float])
    """When each sitting was over."""
    tasks_left: int = 0

    @property
    def batch(self) -> Batch:
        """What was held."""
        return Batch(self.plot.debate, self.plot.questions)

    def results(self) -> Mapping[str, Result]:
        """Of the debates that ended, by id."""
        return {row.id: recounted(self.records.debate(row.id)) for row in self.records.debates("r") if row.status}

    def attempts(self, debate_id: str) -> tuple[AttemptRow, ...]:
        """Those at the calls of a debate."""
        return self.records.attempts(debate_id)

    @property
    def digest(self) -> str:
        """A hash of everything that happened, to the microsecond."""
        told: list[Any] = [[event.kind, event.debate_id, round(event.at_s, 6)] for event in self.events]
        told += [
            [one.key, one.model, round(one.began, 6), one.ended and round(one.ended, 6)] for one in self.weather.log
        ]
        for row in self.records.debates("r"):
            told += [row.status, *(one.model_dump(mode="json") for one in self.attempts(row.id))]
        told += [result.digest for result in self.results().values()]
        return hashlib.blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()


def held(plot: Plot, folder: Path) -> Story:
    """Hold what a seed stands for, and watch."""
    clock = Clock()
    return clock.run(partial(_held, plot, clock, folder / f"{plot.seed}.sqlite" if plot.stored else None), plot.seed)


async def _held(plot: Plot, clock: Clock, path: Path | None) -> Story:
    weather = Weather(plot.seed, plot.mild)
    runtime = LocalRuntime(weather.opening)
    async with AsyncExitStack() as stack:
        journal: Journal = Watched(plot.debate.budget, plot.budget or Budget())
        if path is not None:
            journal = await stack.enter_async_context(store_on_the_clock(path))
        story = Story(plot, weather, journal, path)
        with clock.still():  # models are opened in threads
            await holding.cast(plot.debate, runtime)
        clock.shuffle(plot.seed)
        for cancelled_s in (*plot.cancelled_s, None):
            story.last = []
            with anyio.move_on_after(cancelled_s):
                await hold_batch(
                    story.batch, journal, "r", runtime,
                    concurrency=plot.concurrency, budget=plot.budget, listen=story.last.append,
                )  # fmt: skip
            story.events += story.last
            story.over_at.append(anyio.current_time())
            story.tasks_left += sum(one.ended is None for one in weather.log)
            await anyio.sleep(AFTER_S)
        if isinstance(journal, Watched):
            story.exceeded = journal.exceeded
    return story
