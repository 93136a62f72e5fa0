"""How this process parts from a Ray and lives on.

Ray's core ends the process, at once and without a word to Python, when anything asks for it once it has
been shut down; and giving up an object or an actor asks for it. Whatever another thread lets go of at
that moment would take the process with it: the event loop, the garbage collector, a user's own thread.
"""

import contextlib
import importlib
import subprocess
from typing import Any

from moot.runs.ray.library import library

_REAP_S = 10.0


_LETTING_GO = ("remove_object_ref_reference", "remove_actor_handle_reference")


class _Closing:
    """A core that is being shut down, which nothing is handed back to any more.

    Ray takes that: what is let go of without a core is only forgotten. Everything else goes through,
    for until its end the core itself settles what is still awaited.
    """

    def __init__(self, core: Any) -> None:
        self._core = core

    def __getattr__(self, name: str) -> Any:
        if name in _LETTING_GO:
            raise AttributeError(f"Ray is being shut down: no {name}")
        return getattr(self._core, name)


def part() -> list["subprocess.Popen[bytes]"]:
    """Disconnect, if this process is connected; the processes of a Ray started here, told to end, are for `reap`."""
    processes = _started_here()
    with contextlib.suppress(Exception):  # where Ray has become another, it is shut down as it is
        worker = importlib.import_module("ray._private.worker").global_worker
        if hasattr(worker, "core_worker"):
            worker.core_worker = _Closing(worker.core_worker)
    library().shutdown()
    return processes


def reap(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Wait for processes that have been ended, so that none stays as a zombie; Ray does not."""
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_REAP_S)


def _started_here() -> list["subprocess.Popen[bytes]"]:
    with contextlib.suppress(Exception):
        node = importlib.import_module("ray._private.worker")._global_node
        return [one.process for kind in node.all_processes.values() for one in kind]
    return []
