"""The one event loop of a process on which every debate is conducted.

`run` and `arun` both hand their work to it: scripts, notebooks and other event loops, trio's
included, are served alike, and what lives long (connections, actors, pace) belongs to one loop.
"""

import atexit
import concurrent.futures
import os
import threading
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Generic, TypeVar, TypeVarTuple, cast

import anyio
from anyio.lowlevel import current_token

from moot.errors import UsageError
from moot.runs.background import Background, post

T = TypeVar("T")
Args = TypeVarTuple("Args")

_LOOK_S = 1.0
"""How often a blocked caller looks whether the loop is still there."""
_CLEAN_UP_S = 10.0


class _Process:
    """What there is one of in a process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: Background | None = None
        self.jobs: set[Job[Any]] = set()
        self.closing: list[Callable[[], Coroutine[Any, Any, object]]] = []
        self.exiting = False

    def forget(self) -> None:
        """What a forked child does: the loop's thread stayed with its parent, and maybe held the lock."""
        self.lock, self.loop, self.jobs, self.closing = threading.Lock(), None, set(), []


_process = _Process()


def run_in_loop(async_fn: Callable[[*Args], Coroutine[Any, Any, T]], *args: *Args) -> T:
    """Do async work on the loop and wait for it, blocking the calling thread.

    Exceptions arrive unchanged, a group of one unwrapped. A keyboard interrupt cancels the work,
    waits until it has cleaned up, and is raised again; a second one does not wait.

    Raises:
        UsageError: The caller is on the loop itself, where waiting would stop everything.
    """
    refuse_on_loop()
    while True:
        job = Job[T](async_fn, args)
        try:
            job.start()
            job.wait()
        except KeyboardInterrupt:
            job.cancel()
            job.wait()
            raise
        if not job.missed:
            return job.result()


async def await_in_loop(async_fn: Callable[[*Args], Coroutine[Any, Any, T]], *args: *Args) -> T:
    """Do async work on the loop, from a task of any asyncio or trio loop; on the loop itself, right here.

    Exceptions arrive unchanged, a group of one unwrapped. Cancelling the caller cancels the work;
    the caller is released when it has cleaned up.
    """
    if on_loop():
        try:
            return await async_fn(*args)
        except BaseExceptionGroup as group:
            raise unwrapped(group) from None
    token = current_token()
    while True:
        over = anyio.Event()
        job = Job[T](async_fn, args, partial(post, token, over.set))
        job.start()
        try:
            await over.wait()
        except anyio.get_cancelled_exc_class():
            job.cancel()
            with anyio.CancelScope(shield=True):
                await over.wait()
            raise
        if not job.missed:
            return job.result()


def on_loop() -> bool:
    """Whether the caller is on the loop that conducts debates."""
    return _process.loop is not None and _process.loop.here


def refuse_on_loop() -> None:
    """Raise where the caller is on the loop and is about to wait for it.

    Raises:
        UsageError: It is.
    """
    if on_loop():
        raise UsageError(
            "this is the thread that conducts debates, so it cannot wait for one: in async code await the "
            "async form (arun, adebate); in a listen callback hand the work to a thread of your own"
        )


def spawn(async_fn: Callable[..., Coroutine[Any, Any, object]], *args: object) -> None:
    """Start a task that lives until it ends or the loop does; to be called on the loop."""
    _current().spawn(async_fn, *args)


def before_end(close: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Have something closed, on the loop, before the loop ends: once, the last one named first."""
    with _process.lock:
        if close not in _process.closing:
            _process.closing.append(close)


def end_loop() -> None:
    """Cancel what the loop conducts, close what lives on it, and end it; the next call starts another.

    Raises:
        UsageError: Called on the loop itself.
    """
    refuse_on_loop()
    jobs = list(_process.jobs)
    for job in jobs:
        job.cancel()
    for job in jobs:
        job.over.wait(_CLEAN_UP_S)
    while _process.closing:
        run_in_loop(_process.closing.pop())
    with _process.lock:
        loop, _process.loop = _process.loop, None
    if loop is not None:
        loop.leave()


def end_first() -> None:
    """At the end of the process, end the loop before whatever has asked so far to be ended there."""
    atexit.unregister(_at_exit)
    atexit.register(_at_exit)


def exiting() -> bool:
    """Whether the process is ending."""
    return _process.exiting


class Job(Generic[T]):
    """One piece of work on the loop, seen from another thread.

    Whatever it ends with is kept as data, so that not even a keyboard interrupt raised in there
    reaches the loop itself.

    Args:
        async_fn: The work.
        args: Its arguments.
        ended: A plain function called then as well, on the loop's thread.
    """

    def __init__(
        self,
        async_fn: Callable[..., Coroutine[Any, Any, T]],
        args: tuple[object, ...],
        ended: Callable[[], object] | None = None,
    ) -> None:
        self._async_fn, self._args, self._ended = async_fn, args, ended
        self.over = threading.Event()
        """Set when it has ended and cleaned up."""
        self._scope: anyio.CancelScope | None = None
        self._cancelled = False
        self.missed = False
        """Whether it came too late for a loop that was just ending; nothing of it was done."""
        self._value: T | None = None
        self._error: BaseException | None = None
        self._loop = _current()

    def start(self) -> None:
        """Hand it to the loop, in the caller's context variables."""
        _process.jobs.add(self)
        if not self._loop.post(self._begin):
            self._miss()

    def cancel(self) -> None:
        """Ask it to stop; it ends when it has cleaned up."""
        self._loop.post(self._cancel)

    def wait(self, other: threading.Event | None = None) -> None:
        """Block until it has ended, or until the other thing has happened."""
        while not (other or self.over).wait(_LOOK_S):
            if not self._loop.alive and not self.over.is_set():
                self._miss()

    def result(self) -> T:
        """What the work returned; what it raised is raised here.

        Raises:
            concurrent.futures.CancelledError: It was cancelled.
        """
        if self._error is not None:
            raise self._error
        if self._cancelled or self.missed:
            raise concurrent.futures.CancelledError("the debate was cancelled: moot was shut down")
        return cast("T", self._value)

    def _begin(self) -> None:
        if not self._loop.open:
            self._miss()
        elif not self._cancelled:
            self._scope = anyio.CancelScope()
            self._loop.spawn(self._run)

    def _miss(self) -> None:
        self.missed = True
        self._end()

    def _cancel(self) -> None:
        if self.over.is_set():
            return
        self._cancelled = True
        if self._scope is None:  # it never began, and now never will
            self._end()
        else:
            self._scope.cancel("its caller has gone")

    async def _run(self) -> None:
        try:
            with cast("anyio.CancelScope", self._scope):
                self._value = await self._async_fn(*self._args)
                self._cancelled = False  # a cancellation that came too late
        except anyio.get_cancelled_exc_class():
            self._cancelled = True
            raise
        except BaseException as error:
            self._error = unwrapped(error)
        finally:
            self._end()

    def _end(self) -> None:
        _process.jobs.discard(self)
        self.over.set()
        if self._ended is not None:
            self._ended()


def unwrapped(error: BaseException) -> BaseException:
    """The error itself, out of however many groups of one; the first of several that say the same.

    >>> unwrapped(ExceptionGroup("", [ExceptionGroup("", [ValueError(7)]), ValueError(7)]))
    ValueError(7)
    """
    within = [unwrapped(one) for one in _within(error)]
    return within[0] if len({(type(one), str(one)) for one in within}) == 1 else error


def _within(error: BaseException) -> Sequence[BaseException]:
    return cast("BaseExceptionGroup[BaseException]", error).exceptions if isinstance(error, BaseExceptionGroup) else ()


def _current() -> Background:
    with _process.lock:
        if _process.loop is None or not _process.loop.open:
            _process.loop = Background()
        return _process.loop


def _at_exit() -> None:
    _process.exiting = True
    end_loop()


os.register_at_fork(after_in_child=_process.forget)
atexit.register(_at_exit)
