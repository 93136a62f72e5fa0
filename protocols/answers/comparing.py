"""Computed equality of expressions, in processes that may be killed.

Workers are kept between comparisons, because starting one takes a second or two, and are shared by the
whole process, because none holds anything of a debate. Their main program is a file of ours rather than the
user's script started once more. A comparison waits in a thread, so that no event loop stalls, whichever
loop it is; a cancelled one kills its worker and is gone at once.
"""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from moot.errors import RuntimeStartError

CPU_S = 2.0
"""CPU seconds of one comparison; what takes longer counts as different."""
WALL_S = 30.0
"""Seconds after which a worker that neither answers nor uses CPU is given up."""
START_S = 60.0
"""Seconds in which a worker must be ready."""
WORKERS = 2
"""Comparisons at once, and workers kept."""

_PROGRAM = Path(__file__).with_name("mathworker.py")


class Worker:
    """One process that compares, started when first asked; one comparison at a time."""

    def __init__(self, cpu_s: float = CPU_S, wall_s: float = WALL_S) -> None:
        self._cpu_s, self._wall_s = cpu_s, wall_s
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = threading.Lock()
        self._ended = False

    @property
    def pid(self) -> int | None:
        """Id of the process, None where there is none."""
        process = self._process
        return None if process is None else process.pid

    def equal(self, answer: str, other: str) -> bool | None:
        """Whether two expressions are equal; None where that cannot be told, or not in time.

        Raises:
            RuntimeStartError: The process does not start.
        """
        try:
            with self._busy:
                return self._asked(f"{json.dumps([answer, other])}\n".encode("ascii"))
        finally:
            if self._ended:
                self.end()

    def end(self) -> None:
        """End the process for good, under a comparison that runs in another thread too."""
        self._ended = True
        process = self._process
        if process is not None:
            process.kill()
        if self._busy.acquire(blocking=False):  # else the comparing thread cleans up, being done at once
            try:
                self._drop()
            finally:
                self._busy.release()

    def _asked(self, line: bytes) -> bool | None:
        for _ in range(2):
            process = self._process or self._start()
            if self._ended:
                return None
            try:
                reply = _answer(process, self._wall_s) if _sent(process, line) else b""
            except TimeoutError:
                self._drop()
                return None
            if reply:
                return {b"true": True, b"false": False}.get(reply)
            if self._drop(wait_s=1.0) == -signal.SIGPROF:
                return None
            # It died of something else, perhaps long before this was asked: once more.
        return None

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = process = subprocess.Popen(  # noqa: S603  our own file, by our own interpreter
            # -P: our folder is no place to import from.
            [sys.executable, "-P", str(_PROGRAM), str(self._cpu_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            ready = _answer(process, START_S)
        except TimeoutError:
            ready = b""
        if not ready and not self._ended:
            self._drop()
            raise RuntimeStartError(
                "mathematics cannot be compared: the process for it does not start; is math-verify installed?"
            )
        return process

    def _drop(self, wait_s: float = 0.0) -> int | None:
        """End the process, giving it `wait_s` to end by itself, and how it ended: a signal is negative."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            ended = process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was written may not have been read
                    stream.close()
        return ended


class _Pool:
    """Idle workers of this process."""

    def __init__(self) -> None:
        self._idle: deque[Worker] = deque()
        self._owner = os.getpid()

    def take(self) -> Worker:
        if self._owner != os.getpid():  # forked: these are our parent's
            self._idle, self._owner = deque(), os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return Worker()

    def give_back(self, worker: Worker) -> None:
        if len(self._idle) < WORKERS:
            self._idle.append(worker)
        else:
            worker.end()

    def close(self) -> None:
        while self._idle and self._owner == os.getpid():
            self._idle.pop().end()


_pool = _Pool()
atexit.register(_pool.close)
_limits: RunVar[anyio.CapacityLimiter] = RunVar("moot_math_workers")


def computed_equal_now(answer: str, other: str) -> bool:
    r"""Whether two expressions are equal by computation; blocks, `CPU_S` of computing at most.

    >>> computed_equal_now(r"\sqrt{8}", r"2\sqrt{2}")
    True
    """
    worker = _pool.take()
    try:
        return worker.equal(answer, other) is True
    finally:
        _pool.give_back(worker)


async def computed_equal(answer: str, other: str) -> bool:
    """Whether two expressions are equal by computation; what cannot be told in time counts as different."""
    try:
        limit = _limits.get()
    except LookupError:
        limit = anyio.CapacityLimiter(WORKERS)
        _limits.set(limit)
    async with limit:
        worker = _pool.take()
        try:
            equal = await anyio.to_thread.run_sync(worker.equal, answer, other, abandon_on_cancel=True)
        except BaseException:
            worker.end()
            raise
        _pool.give_back(worker)
    return equal is True


def close_workers() -> None:
    """End idle workers; they start again when needed."""
    _pool.close()


def _sent(process: subprocess.Popen[bytes], line: bytes) -> bool:
    stdin = process.stdin
    if stdin is None or process.poll() is not None:
        return False
    try:
        stdin.write(line)
        stdin.flush()
    except OSError:
        return False
    return True


def _answer(process: subprocess.Popen[bytes], wait_s: float) -> bytes:
    """The next line of the process; empty where it has ended.

    Raises:
        TimeoutError: It stays silent.
    """
    if process.stdout is None:
        return b""
    line, deadline = b"", time.monotonic() + wait_s
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            read = os.read(process.stdout.fileno(), 4096)
            if not read:
                return b""
            line += read
    return line.strip()
