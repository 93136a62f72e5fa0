"""The journal in a SQLite file: one writer, and every await returns when its write is on disk."""

import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

import anyio
from anyio import lowlevel, to_thread
from pydantic import JsonValue

from moot.agents.records import Completion
from moot.runs.journal.ledger import Ledger
from moot.runs.journal.lock import WriterLock
from moot.runs.journal.pulse import Pulse
from moot.runs.journal.reading import Reader
from moot.runs.journal.recollecting import Answer, Sitting
from moot.runs.journal.records import NO_TERMS, CallKey, DebateRow, Intent, RunRow
from moot.runs.journal.remembered import Remembered
from moot.runs.journal.schema import abandon, connect_writer, told
from moot.runs.journal.work import BeginDebate, BeginRun, EndDebate, IndexReplies, Send, Settle
from moot.runs.journal.writing import Writer


@asynccontextmanager
async def open_store(
    path: str | Path, *, now: Callable[[], float] = time.time, vfs: str | None = None
) -> AsyncGenerator["Store"]:
    """The journal kept in a file, for the one process that may write to it.

    Opening takes the writer's lock, makes the folder and the file (mode 0600) where they are
    missing, and puts down as in doubt whatever an earlier writer left in flight. Leaving waits
    until everything handed over is on disk. Not for network file systems, whose locks and syncs
    cannot be relied on.

    Args:
        path: Of the file; while it is open its log and its lock lie beside it.
        now: Seconds since 1970.
        vfs: SQLite's name of another file system layer.

    Raises:
        StoreBusyError: Another process, or this one, is writing to it.
        StoreError: It is no store, of a later version, or cannot be written.
    """
    file, ledger, lock = await to_thread.run_sync(_opened, Path(path), now, vfs)
    writer = Writer(ledger, lowlevel.current_token(), lock.release)
    try:
        yield Store(file, writer)
    finally:
        with anyio.CancelScope(shield=True):
            await writer.aclose()


class Store(Reader):
    """A `Journal` in a file. Made by `open_store`; used on the event loop it was opened on."""

    def __init__(self, path: Path, writer: Writer) -> None:
        super().__init__(path)
        self._writer = writer
        self.pulse = Pulse()
        """What has passed since it was opened."""
        self._remembered: dict[str, Remembered[Answer]] = {}

    async def begin_run(
        self,
        name: str | None,
        spec: Mapping[str, object],
        *,
        growable: Collection[str] = (),
        terms: Mapping[str, JsonValue] = NO_TERMS,
    ) -> RunRow:
        """See `Journal.begin_run`."""
        return cast(RunRow, await self._writer.written(BeginRun(name, spec, growable, terms)))

    async def begin_debate(self, row: DebateRow, *, doubtful: bool = False) -> None:
        """See `Journal.begin_debate`."""
        sitting = cast(Sitting, await self._writer.written(BeginDebate(row, doubtful)))
        self._remembered[row.id] = sitting.remembered

    async def end_debate(self, debate_id: str, status: str, result: Mapping[str, JsonValue]) -> None:
        """See `Journal.end_debate`."""
        await self._writer.written(EndDebate(debate_id, status, result))
        self._remembered.pop(debate_id, None)

    async def index_replies(self) -> None:
        """Have replies found by the hash of their request alone, as a cache does; once done it stays so."""
        await self._writer.written(IndexReplies())

    def recall(self, debate_id: str, key: CallKey, request_hash: str) -> Completion | None:
        """See `Journal.recall`."""
        remembered = self._remembered.get(debate_id)
        return None if remembered is None else remembered.recall(key, request_hash)

    def mismatch(self, debate_id: str, key: CallKey, request_hash: str) -> bool:
        """See `Journal.mismatch`."""
        remembered = self._remembered.get(debate_id)
        return remembered is not None and remembered.mismatch(key, request_hash)

    def remembered(self, debate_id: str) -> Iterator[tuple[CallKey, str, Completion | None]]:
        """See `Journal.remembered`."""
        yield from self._remembered[debate_id].calls()

    async def intend(self, intents: Sequence[Intent]) -> None:
        """See `Journal.intend`."""
        await self._writer.written(Send(tuple(intents)))
        self.pulse.sent(len(intents))

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """See `Journal.settle`."""
        await self._writer.written(Settle(intent, completion))
        self.pulse.ended(completion)


def _opened(path: Path, now: Callable[[], float], vfs: str | None) -> tuple[Path, Ledger, WriterLock]:
    path = path.expanduser().resolve()  # one store by two links must meet one lock
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(path)
    with ExitStack() as undone:
        undone.callback(lock.release)
        connection = connect_writer(path, vfs=vfs)
        undone.callback(abandon, connection)
        ledger = Ledger(connection, path, now)
        undone.pop_all()
    return path, ledger, lock
