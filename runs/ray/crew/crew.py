"""The workers of one run: as many debates at each as there is room for; where one is lost, they are begun again."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread

from moot.agents.models import endpoint_of
from moot.errors import RuntimeStartError, SpecError
from moot.logs import say, wish
from moot.runs.holding import begun, telling
from moot.runs.journal import DebateRow
from moot.runs.loop import spawn
from moot.runs.ray.crew.desk import Desk, FarEnding
from moot.runs.ray.crew.letters import remembered
from moot.runs.ray.crew.terms import Terms, written
from moot.runs.ray.crew.worker import Worker
from moot.runs.ray.library import library
from moot.runs.ray.runtime import RayRuntime
from moot.runs.ray.settings import Ray
from moot.runs.spec import Spec
from moot.runs.task import Task
from moot.runs.underway import Order, underway

LARGE = 1000
"""Debates from which on a run is conducted by workers, where nobody has said how many: to start them takes as long as
to conduct some hundreds of small debates, and one process conducts what one LLM actor answers."""
MOST = 8
"""Workers that are taken then, at most: one for every two cores and for every LLM actor, and none for fewer than four
cores."""
ROOM = 64
"""Debates that one worker conducts at the same time."""
_METHODS = 16
"""Methods of a worker at once: one that serves, two that carry letters, and those of a driver that came back."""
_PARTING_S = 10.0
_LOSSES = 3
"""So many workers lost in a row, with no answer more on record, are blamed on the debate they conducted."""


def workers_for(debate: Spec, given: Ray, debates: int) -> int:
    """How many workers conduct so many debates there; 0: this process conducts them.

    Raises:
        SpecError: Workers were asked for, and cannot conduct this debate.
    """
    asked = given.workers
    actors = _actors(debate, given)
    pays = debates >= LARGE and actors > 1 and _cores() >= 4
    by_itself = min(MOST, _cores() // 2, actors) if pays else 0
    wanted = by_itself if asked is None else asked
    try:
        if wanted:
            written(debate)
    except SpecError:
        if asked is None:
            return 0
        raise
    return min(wanted, debates)


class Crew:
    """Workers that conduct the debates of one run. Made by `Crew.at`; used on the loop that conducts debates."""

    def __init__(self, task: Task, terms: Terms, runtime: RayRuntime, workers: int) -> None:
        self._task, self._terms, self._runtime = task, terms, runtime
        self._changed = anyio.Event()
        tell = telling(task.listen)
        self._desks = [Desk(self._made, task.journal, task.purse, tell, self._look) for _ in range(workers)]
        self.room = workers * ROOM
        """Debates at the same time."""

    @classmethod
    @asynccontextmanager
    async def at(cls, runtime: RayRuntime, task: Task, workers: int) -> AsyncGenerator["Crew"]:
        """So many workers, let go of in the end; the debate's LLMs have been cast there."""
        budget = task.purse.budget
        terms = Terms(written(task.debate), dict(runtime.actors), budget, task.listen is not None, wish())
        crew = cls(task, terms, runtime, workers)
        services = [_Service(desk) for desk in crew._desks]
        for service in services:
            spawn(service.run)
        try:
            yield crew
        finally:
            with anyio.CancelScope(shield=True):
                for service in services:
                    service.scope.cancel("the run is over")
                for service in services:
                    await service.over.wait()

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        return [desk.pid for desk in self._desks]

    async def hold(self, row: DebateRow) -> FarEnding:
        """Hold one debate of the run.

        Raises:
            RuntimeStartError: There are no workers any more, or the debate ends every worker that conducts it.
            MootError: As where it is conducted here.
        """
        orders = _Orders(row.id)
        with underway(row.id, orders.take):
            return await self._held(row, orders)

    async def _held(self, row: DebateRow, orders: "_Orders") -> FarEnding:
        task, losses, known = self._task, 0, -1
        while True:
            before = await begun(task.debate, row, task.cast, task.journal)
            memory = list(task.journal.remembered(row.id))
            desk = await self._free()
            live = desk.hand(remembered(row, memory, before))
            orders.now_at(desk)
            try:
                await live.over.wait()
            except anyio.get_cancelled_exc_class():
                desk.stop(row.id)
                with anyio.move_on_after(_PARTING_S, shield=True):
                    await live.over.wait()
                raise
            if live.error is not None:
                raise live.error
            if live.ending is not None:
                return live.ending
            say("debate.lost", "warning", debate=row.id, known=len(memory), why="its worker is; it is begun again")
            losses, known = (losses + 1 if len(memory) == known else 0), len(memory)
            if losses == _LOSSES:
                raise RuntimeStartError(
                    f"debate {row.id!r} was lost with its worker {losses + 1} times in a row: conduct it in this "
                    "process to see why, with workers=0"
                )

    async def _free(self) -> Desk:
        """The worker with the fewest debates, once there is one."""
        while True:
            up = [desk for desk in self._desks if desk.up]
            if up:
                return min(up, key=lambda desk: len(desk.live))
            gone = [desk.gone for desk in self._desks if desk.gone is not None]
            if len(gone) == len(self._desks):
                raise gone[0]
            await self._changed.wait()

    def _look(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def _made(self) -> Any:
        def make() -> Any:
            if not library().is_initialized():  # else Ray would start another, unasked
                raise RuntimeStartError("the connection to Ray has ended")
            options = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": 0, "max_concurrency": _METHODS}
            placed = self._runtime.given.placed
            return library().remote(Worker).options(**options, **placed).remote(self._terms)

        return await anyio.to_thread.run_sync(make)


class _Orders:
    """What a person wants of a debate, for whichever worker conducts it."""

    def __init__(self, debate_id: str) -> None:
        self._debate_id = debate_id
        self._desk: Desk | None = None
        self._latest: Order = "resume"

    def take(self, given: Order) -> None:
        """Have it done."""
        self._latest = given
        if self._desk is not None:
            self._desk.order(self._debate_id, given)

    def now_at(self, desk: Desk) -> None:
        """Another worker has the debate: it is told how things stand."""
        self._desk = desk
        if self._latest != "resume":
            desk.order(self._debate_id, self._latest)


class _Service:
    """A desk at work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.scope, self.over = anyio.CancelScope(), anyio.Event()

    async def run(self) -> None:
        try:
            with self.scope:
                await self._desk.run()
        finally:
            self._desk.dismiss()
            self.over.set()


def _actors(debate: Spec, given: Ray) -> int:
    """How many processes answer for the LLMs of its seats."""
    models = {(seat.agent.llm, seat.agent.api_base) for seat in debate.seats if isinstance(seat.agent.llm, str)}
    return sum(map(given.replicas_of, {endpoint_of(model, api_base=base) for model, base in models}))


def _cores() -> int:
    return int(library().cluster_resources().get("CPU", 0)) or os.cpu_count() or 1
