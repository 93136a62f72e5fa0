"""The process that holds the Ray of `moot up`, until it is told to end: `python -m moot.runs.ray.holder FOLDER`."""

import os
import signal
import sys
from pathlib import Path

from moot.runs.ray.connection import Place
from moot.runs.ray.library import library
from moot.runs.ray.standing import Standing, hold, publish, withdraw
from moot.runs.ray.start import connect
from moot.version import __version__


def main(folder: Path) -> None:
    """Start a Ray, say where it is, and keep it until SIGTERM or SIGINT."""
    os.umask(0o077)
    hold(folder)
    connection = connect(Place(None))
    told = _told_to_end()
    try:
        publish(folder, _standing(connection.token or ""))
        os.read(told, 1)
    finally:
        withdraw(folder)
        connection.close()


def _told_to_end() -> int:
    """A pipe that becomes readable with the first signal, whichever of Ray's many threads that reaches."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, _heard)
    return told


def _heard(signum: int, frame: object) -> None:
    """A handler, so that the signal does not simply end the process."""


def _standing(token: str) -> Standing:
    return Standing(
        pid=os.getpid(),
        address=library().get_runtime_context().gcs_address,
        token=token,
        moot=__version__,
        python=sys.prefix,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
