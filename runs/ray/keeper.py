"""Ray for this process: begun early in a thread, waited for where it is needed, ended once."""

import concurrent.futures
import os
import threading

import anyio
from anyio.lowlevel import current_token

from moot.errors import RuntimeStartError
from moot.runs.background import post
from moot.runs.loop import end_first, exiting
from moot.runs.ray.connection import Connection, Place, place
from moot.runs.ray.start import connect


class _Keeper:
    """A thread that connects and then stays: on Linux the kernel ends a Ray with the thread that started it."""

    def __init__(self, address: str | None) -> None:
        self.address = address
        self.connected: concurrent.futures.Future[Connection] = concurrent.futures.Future()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="moot-ray", daemon=True)
        self._thread.start()

    @property
    def failed(self) -> bool:
        return self.connected.done() and self.connected.exception() is not None

    def leave(self) -> None:
        """End the connection; one that is still starting while the process ends is left to end with it."""
        self._leave.set()
        if self.connected.done() or not exiting():
            self._thread.join()

    def _keep(self) -> None:
        try:
            connection = connect(place(self.address))
            end_first()  # importing Ray has registered an end of its own
        except BaseException as error:
            self.connected.set_exception(error)
            return
        self.connected.set_result(connection)
        self._leave.wait()
        connection.close()


class _Process:
    """What there is one of in a process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keeper: _Keeper | None = None
        self.forked = False

    def forget(self) -> None:
        """What a forked child does: Ray's connection cannot be shared with it."""
        self.forked = self.keeper is not None
        self.lock, self.keeper = threading.Lock(), None


_process = _Process()
os.register_at_fork(after_in_child=_process.forget)


def prepare(address: str | None = None) -> "concurrent.futures.Future[Connection]":
    """Begin to start or attach, if that has not begun; returns at once.

    Raises:
        RuntimeStartError: This process is connected elsewhere, or was forked from one that is connected.
    """
    with _process.lock:
        if _process.forked:
            raise RuntimeStartError(
                "this process was forked from one that uses Ray, and Ray cannot be shared so: start processes "
                "with the method 'spawn', or run before forking"
            )
        if _process.keeper is None or _process.keeper.failed:
            _process.keeper = _Keeper(address)
        elif _process.keeper.address != address:
            held = Place(None).words if _process.keeper.address is None else _process.keeper.address
            raise RuntimeStartError(
                f"this process is connected to {held}, and Ray knows one connection at a time: "
                "call moot.shutdown() first"
            )
        return _process.keeper.connected


async def ready(address: str | None = None) -> Connection:
    """The connection, once it stands.

    Raises:
        RuntimeStartError: It cannot be had.
    """
    connected = prepare(address)
    over, token = anyio.Event(), current_token()

    def told(_: "concurrent.futures.Future[Connection]") -> None:
        post(token, over.set)

    connected.add_done_callback(told)
    await over.wait()
    return connected.result()


def leave() -> None:
    """End the connection and whatever was started for it; the next `prepare` starts anew."""
    with _process.lock:
        keeper, _process.keeper = _process.keeper, None
    if keeper is not None:
        keeper.leave()
