"""The events of a hub as one response that goes on: server-sent events, numbered, taken up again by number."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final

import anyio
import anyio.to_thread
from anyio.lowlevel import current_token

from moot.runs.background import post
from moot.runs.viewer.documents import DebateDocument
from moot.runs.viewer.hub import written
from moot.runs.viewer.live import Live
from moot.runs.viewer.scene import Scene

HEARTBEAT_S: Final = 15.0
"""A comment is sent when nothing happened for so long, so that a connection that broke is noticed."""
_GATHER_S: Final = 0.02
"""Events of so long travel together."""


async def stream(
    live: Live, last: int | None, begun: Callable[[str], DebateDocument | None], *, heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[bytes]:
    """The events after a number; where they are not kept, or there is no number, how things stand, and what follows.

    Args:
        live: What happens.
        last: The latest event that the listener has.
        begun: What the record has of a debate under way; it may take time.
        heartbeat_s: Longest silence.
    """
    while not live.hub.over:
        events = None if last is None else live.hub.since(last)
        if last is None or events is None:
            last, scenes = live.standing()
            told = {"kind": "standing", "debates": [scene.started.debate_id for scene in scenes]}
            yield sent(last, written(told))
            for scene in scenes:
                yield sent(last, await anyio.to_thread.run_sync(partial(_standing, scene, begun)))
        elif events:
            last = events[-1][0]
            yield b"".join(sent(number, data) for number, data in events)
            await anyio.sleep(_GATHER_S)
        elif not await _news(live, last, heartbeat_s):
            yield b": still here\n\n"


async def _news(live: Live, last: int, patience_s: float) -> bool:
    """Wait for the next event; False where none came in that time."""
    there = anyio.Event()
    wake = partial(post, current_token(), there.set)
    if not live.hub.wait(last, wake):
        return True
    try:
        with anyio.move_on_after(patience_s):
            await there.wait()
            return True
        return False
    finally:
        live.hub.leave(wake)


def _standing(scene: Scene, begun: Callable[[str], DebateDocument | None]) -> bytes:
    """How a debate stands: all of it under one number."""
    return b"\n\ndata: ".join(written(event) for event in scene.standing(begun(scene.started.debate_id)))


def sent(number: int, data: bytes) -> bytes:
    """One event as it is sent."""
    return b"id: %d\ndata: %s\n\n" % (number, data)
