"""Outlives its parent by a moment and clears up what that left: processes of its Ray, and its folder.

A program by itself, without moot or Ray: `python -I -S sweeper.py FOLDER`. Its standard input is a
pipe whose other end only the parent holds, so it ends when the parent does, killed or not. Ray ends
most of its processes with the process that started it, but two of its agents go on for a minute.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

_SWEEPS, _PAUSE_S = 100, 0.05


def left(folder: str) -> list[int]:
    """Processes that belong to the Ray whose files are under `folder`; none where there is no /proc.

    Theirs is a command line that names the folder. Ray's workers and agents write their names over
    theirs, so of those it is enough to have a file there open; of other processes it is not, for
    they may have inherited it.
    """
    here = os.fsencode(folder)
    pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if pid != os.getpid() and _is_left(Path("/proc", str(pid)), here)]


def _is_left(process: Path, folder: bytes) -> bool:
    try:
        command = (process / "cmdline").read_bytes()
        if not command.startswith(b"ray::"):
            return folder + b"/" in command
        return any(os.fsencode(os.readlink(file)).startswith(folder + b"/") for file in (process / "fd").iterdir())
    except OSError:
        return False  # it ended meanwhile, or is not ours


def sweep(folder: str) -> None:
    """End what is left, then delete the folder."""
    for _ in range(_SWEEPS):
        pids = left(folder)
        if not pids:
            break
        for pid in pids:
            try:
                _end(pid, os.fsencode(folder))
            except ProcessLookupError:
                continue
        time.sleep(_PAUSE_S)
    shutil.rmtree(folder, ignore_errors=True)


def _end(pid: int, folder: bytes) -> None:
    """End this process, and none that has been given its id meanwhile."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        raise
    except OSError:  # a kernel without them
        os.kill(pid, signal.SIGKILL)
        return
    try:
        if _is_left(Path("/proc", str(pid)), folder):
            signal.pidfd_send_signal(process, signal.SIGKILL)
    finally:
        os.close(process)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sweep(sys.argv[1])
