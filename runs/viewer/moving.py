"""Whether a store has moved on, as its files tell: what another process puts down reaches the page within a second.

Files are looked at, not opened: that costs their writer nothing, whoever it is.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from moot.runs.viewer.hub import written
from moot.runs.viewer.streaming import HEARTBEAT_S, sent

PACE_S: Final = 0.5
Stamp = tuple[tuple[int, int] | None, tuple[int, int] | None]


async def moves(
    path: Path | None, over: Callable[[], bool], *, pace_s: float = PACE_S, heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[bytes]:
    """Server-sent events: one at first, in case something has changed since the page asked, and one for each move.

    Args:
        path: Of the store; None is one that no other process can reach, and never moves.
        over: Whether to end.
        pace_s: How often its files are looked at.
        heartbeat_s: Longest silence.
    """
    number, seen, silent = 0, await _stamp(path), 0.0
    yield sent(number, written({"kind": "moved"}))
    while not over():
        await anyio.sleep(pace_s)
        now, silent = await _stamp(path), silent + pace_s
        if now != seen:
            number, seen, silent = number + 1, now, 0.0
            yield sent(number, written({"kind": "moved"}))
        elif silent >= heartbeat_s:
            silent = 0.0
            yield b": still here\n\n"


async def _stamp(path: Path | None) -> Stamp:
    """When the store was last written, and its length; of its log as well, which an empty one is as good as none."""
    return (None, None) if path is None else await anyio.to_thread.run_sync(_looked_at, path)


def _looked_at(path: Path) -> Stamp:
    return _file(path), _file(path.with_name(f"{path.name}-wal"))


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found.st_size else None
