"""The thread that writes: takes what is waiting, commits it at once, tells those who wait."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

import anyio
from anyio import from_thread, to_thread
from anyio.lowlevel import EventLoopToken

from moot.errors import StoreError
from moot.runs.journal.ledger import Ledger
from moot.runs.journal.recollecting import Sitting
from moot.runs.journal.records import RunRow
from moot.runs.journal.work import Item, Work

_GROUP = 1024
"""Items of one commit at most, so that no commit is endless."""


class Writer:
    """A ledger on a thread of its own, which an event loop hands its writes to.

    It commits whatever is waiting as soon as it is free, with one sync of the disk for all of it.
    A thread of its own, because a job of `anyio.to_thread` for each commit costs twice as much.

    Args:
        ledger: Used by nobody else from now on.
        loop: Where those who wait are.
        closed: Called on the thread after the last write.
    """

    def __init__(self, ledger: Ledger, loop: EventLoopToken, closed: Callable[[], None]) -> None:
        self._ledger = ledger
        self._loop = loop
        self._closed = closed
        self._inbox: SimpleQueue[Item | None] = SimpleQueue()
        self._failure: StoreError | None = None
        self._thread = threading.Thread(target=self._run, name="moot journal", daemon=True)
        self._thread.start()

    async def written(self, work: Work) -> RunRow | Sitting | None:
        """Have it written, and return once it is on disk.

        Raises:
            StoreError: It cannot be written, or nothing can any more.
        """
        if self._failure is not None:
            raise _again(self._failure)
        committed = anyio.Event()
        item = Item(work, committed.set)
        self._inbox.put(item)
        await committed.wait()
        if item.error is not None:
            raise item.error
        return item.answer

    async def aclose(self) -> None:
        """Write what is waiting, and close; whatever comes later is refused."""
        self._failure = self._failure or StoreError("the store is closed")
        self._inbox.put(None)
        await to_thread.run_sync(self._thread.join)

    def _run(self) -> None:
        is_open, failure = True, None
        while is_open:
            items, is_open = self._waiting()
            if failure is None:
                failure = _commit(self._ledger, items)
                self._failure = self._failure or failure
            if failure is not None:
                _fail(items, failure)
            try:
                from_thread.run_sync(_publish, items, token=self._loop)
            except anyio.RunFinishedError:
                break  # the loop is gone, and with it everybody who waits
        with suppress(StoreError):  # where the log cannot be written back, the next to open does it
            self._ledger.close()
        self._closed()

    def _waiting(self) -> tuple[list[Item], bool]:
        items: list[Item] = []
        item = self._inbox.get()
        while item is not None:
            items.append(item)
            if len(items) == _GROUP:
                return items, True
            try:
                item = self._inbox.get_nowait()
            except Empty:
                return items, True
        return items, False


def _commit(ledger: Ledger, items: Sequence[Item]) -> StoreError | None:
    try:
        ledger.commit(items)
    except StoreError as error:
        return error
    except Exception as error:  # a defect of ours must not leave the others waiting for ever
        failure = StoreError(f"the journal's writer has failed: {error!r}")
        failure.__cause__ = error
        return failure
    return None


def _fail(items: Sequence[Item], failure: StoreError) -> None:
    for item in items:
        if item.error is None and item.answer is None:
            item.error = _again(failure)


def _publish(items: Sequence[Item]) -> None:
    for item in items:
        item.settled()


def _again(failure: StoreError) -> StoreError:
    # Each who waits raises an error of its own: one raised by many would gather all their tracebacks.
    copy = type(failure)(failure.sentence)
    copy.__cause__ = failure
    return copy
