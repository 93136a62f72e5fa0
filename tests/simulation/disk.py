"""A store in a real file whose writer is a task on the world's clock, in place of a thread on nobody's."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import anyio

from moot.runs.journal import Store
from moot.runs.journal.ledger import Ledger
from moot.runs.journal.recollecting import Sitting
from moot.runs.journal.records import RunRow
from moot.runs.journal.schema import connect_writer
from moot.runs.journal.work import Item, Work
from moot.runs.journal.writing import Writer

COMMIT_S = 0.004
"""How long the disk takes."""


class Disk:
    """Commits whatever is waiting, again and again, as the thread does: also what nobody waits for any more."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[Item] = []
        self._handed = anyio.Event()

    async def written(self, work: Work) -> RunRow | Sitting | None:
        """See `Writer.written`."""
        committed = anyio.Event()
        item = Item(work, committed.set)
        self._waiting.append(item)
        self._handed.set()
        await committed.wait()
        if item.error is not None:
            raise item.error
        return item.answer

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._handed.wait()
            self._handed, items, self._waiting = anyio.Event(), self._waiting, []
            await anyio.sleep(COMMIT_S)
            self._ledger.commit(items)
            for item in items:
                item.settled()


@asynccontextmanager
async def store_on_the_clock(path: Path) -> AsyncGenerator[Store]:
    """The store in that file, alone and for as long as this lasts."""
    ledger = Ledger(connect_writer(path), path, anyio.current_time)
    disk = Disk(ledger)
    async with anyio.create_task_group() as group:
        group.start_soon(disk.run)
        yield Store(path, cast("Writer", disk))
        group.cancel_scope.cancel()
    ledger.close()
