"""Journals by path. Debates of one process that write to one file share its writer."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from moot.runs.journal import Journal, MemoryJournal, Store, open_store


@dataclass
class _Shared:
    """A store that is open, and how many use it."""

    store: Store
    opened: AsyncExitStack
    users: int = 0


_open: RunVar[dict[Path, _Shared]] = RunVar("moot open stores")
_line: RunVar[anyio.Lock] = RunVar("moot stores line")


@asynccontextmanager
async def journal_at(path: str | Path | None, memory: Callable[[], Journal] = MemoryJournal) -> AsyncGenerator[Journal]:
    """The store of that path, or a memory that ends with its user.

    Args:
        path: None for the memory.
        memory: Makes that.

    Raises:
        StoreBusyError: Another process is writing to it.
        StoreError: It is no store, of a later version, or cannot be written.
    """
    if path is None:
        yield memory()
        return
    file = await anyio.to_thread.run_sync(_resolved, Path(path))
    shared = await _taken(file)
    try:
        yield shared.store
    finally:
        with anyio.CancelScope(shield=True):
            await _given_back(file, shared)


async def _taken(file: Path) -> _Shared:
    stores, line = _here()
    async with line:
        if file not in stores:
            opened = AsyncExitStack()
            stores[file] = _Shared(await opened.enter_async_context(open_store(file)), opened)
        stores[file].users += 1
        return stores[file]


async def _given_back(file: Path, shared: _Shared) -> None:
    stores, line = _here()
    async with line:
        shared.users -= 1
        if not shared.users:
            del stores[file]
            await shared.opened.aclose()


def _here() -> tuple[dict[Path, _Shared], anyio.Lock]:
    """Of this event loop."""
    try:
        return _open.get(), _line.get()
    except LookupError:
        _open.set({})
        _line.set(anyio.Lock())
        return _open.get(), _line.get()


def _resolved(path: Path) -> Path:
    return path.expanduser().resolve()
