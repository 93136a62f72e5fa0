"""A thread with an asyncio event loop on it, and a group in which all its work runs.

A thread rather than `anyio.to_thread`: it has to outlive every loop a caller may have. Asyncio
whatever callers use, because litellm and Ray know nothing else.
"""

import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
from anyio.lowlevel import EventLoopToken, current_token

_LEAVE_S = 10.0
"""How long `leave` waits for work to clean up; the thread is a daemon, so the process ends all the same."""


class Background:
    """The thread, from when its loop runs until its work has ended."""

    def __init__(self) -> None:
        self.open = True
        """Whether it takes work."""
        self._ready: concurrent.futures.Future[EventLoopToken] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._live, name="moot", daemon=True)
        self._thread.start()
        self._token = self._ready.result()

    @property
    def here(self) -> bool:
        """Whether the caller is on it."""
        return threading.get_ident() == self._thread.ident

    @property
    def alive(self) -> bool:
        """Whether its thread lives."""
        return self._thread.is_alive()

    def post(self, function: Callable[..., object], *args: object) -> bool:
        """Call a plain function on the loop, soon and in order; False where the loop has ended."""
        return post(self._token, function, *args)

    def spawn(self, async_fn: Callable[..., Coroutine[Any, Any, object]], *args: object) -> None:
        """Start a task beside all others; to be called on the loop."""
        self._tasks.start_soon(async_fn, *args)

    def leave(self) -> None:
        """Cancel all work, wait until it has cleaned up, and end; not to be called on the loop."""
        self.post(self._cancel)
        self._thread.join(_LEAVE_S)

    def _cancel(self) -> None:
        self.open = False
        self._tasks.cancel_scope.cancel("moot is shutting down")

    def _live(self) -> None:
        try:
            anyio.run(self._serve, backend="asyncio")
        except BaseException as error:  # an interrupt raised by work ends a loop, having cancelled the rest
            if not self._ready.done():
                self._ready.set_exception(error)
        finally:
            self.open = False

    async def _serve(self) -> None:
        async with anyio.create_task_group() as self._tasks:
            self._ready.set_result(current_token())
            try:
                await anyio.sleep_forever()
            finally:
                self.open = False


def post(token: EventLoopToken, function: Callable[..., object], *args: object) -> bool:
    """Call a plain function soon on the loop of a token; False where that loop has ended.

    Args:
        token: What `anyio.lowlevel.current_token` gives there.
        function: Must not raise.
        args: Its arguments.
    """
    try:
        token.backend_class.run_sync_soon(function, args, token.native_token)
    except anyio.RunFinishedError:
        return False
    return True
