"""The one writer: a lock on a file beside the store, which ends with the process that holds it."""

import fcntl
import os
import socket
from pathlib import Path

from moot.errors import StoreBusyError

_HELD: set[int] = set()


class WriterLock:
    """The right to write to one store.

    The lock is the system's, on an open file, so it is freed when the process ends, however it
    ends. The file is `<store>.lock`; while it exists it says who writes. Not the store itself:
    closing any other descriptor of a database file would drop SQLite's own locks on it.

    Args:
        store: Path of the store; its folder exists.

    Raises:
        StoreBusyError: Somebody else, or this very process, is writing to the store.
    """

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f"{store.name}.lock")
        self._file = self._acquired(store)
        _HELD.add(self._file)
        os.truncate(self._file, 0)
        os.write(self._file, f"process {os.getpid()} on {socket.gethostname()}".encode())

    def release(self) -> None:
        """Give the right back; the file goes with it."""
        self._path.unlink(missing_ok=True)
        _HELD.discard(self._file)
        os.close(self._file)

    def _acquired(self, store: Path) -> int:
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(file, 200).decode(errors="replace") or "another process"
                os.close(file)
                raise StoreBusyError(
                    f"{store} is being written by {holder}: wait for it, stop it, or take another store"
                ) from None
            if self._is_current(file):
                return file
            os.close(file)  # its last holder removed it between our opening and our locking

    def _is_current(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self._path))
        except FileNotFoundError:
            return False


def _let_go() -> None:
    # A forked child shares the open file, and with it the lock: it would outlive its parent's.
    for file in _HELD:
        os.close(file)
    _HELD.clear()


os.register_at_fork(after_in_child=_let_go)
