"""How a Ray is started in this process, or one that is there attached to.

A Ray of our own listens on loopback only, asks for a token that nobody else knows, keeps its files
in a folder only we may enter, shows no dashboard and says nothing.
"""

import contextlib
import importlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from pathlib import Path

from moot.errors import MootError, RuntimeStartError
from moot.runs.ray import sweeper
from moot.runs.ray.attach import attached
from moot.runs.ray.authentication import environment, with_token
from moot.runs.ray.connection import Connection, Place
from moot.runs.ray.library import first_line, library, quietly
from moot.runs.ray.parting import part, reap

_CPUS = 4
"""Ray starts as many workers ahead as it has cores; LLM actors take none, so a panel's worth is enough."""
_OBJECT_STORE = 100 * 2**20
_LONGEST_TEMP = 16
"""A socket's path has at most 103 bytes, of which Ray takes 64 and our folder 23."""


def connect(where: Place) -> Connection:
    """Start or attach.

    The thread that calls this has to live as long as the connection: on Linux a Ray started here
    ends with the thread that started it.

    Raises:
        RuntimeStartError: It cannot be had; the sentence says why and what to do.
    """
    try:
        return attached(where) if where.address is not None else _started(where)
    except MootError:
        raise
    except Exception as error:
        verb = "started" if where.address is None else "attached to"
        raise RuntimeStartError(f"{where.words} cannot be {verb}: {first_line(error)}") from error


def temporary() -> str:
    """The folder for folders of Rays: short, for the sake of the sockets in them."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= _LONGEST_TEMP else "/tmp"  # noqa: S108  (mkdtemp makes a private folder in it)


def _started(where: Place) -> Connection:
    ray = library(loopback=True)
    if ray.is_initialized():
        return Connection(where, borrowed=True)
    token = secrets.token_hex(32)
    folder = Path(tempfile.mkdtemp(prefix=f"moot-{os.getpid()}-", dir=temporary()))
    command = [sys.executable, "-I", "-S", sweeper.__file__, str(folder)]
    sweep = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        with environment(with_token(token)), _hurried():
            ray.init(
                address="local",
                num_cpus=min(_CPUS, _cores()),
                object_store_memory=_OBJECT_STORE,
                include_dashboard=False,
                _node_ip_address="127.0.0.1",
                _temp_dir=str(folder / "r"),  # Ray opens its folder to everybody; ours above it stays shut
                **quietly(),
            )
    except BaseException:
        processes = part()
        sweep.communicate()
        reap(processes)
        raise
    return Connection(where, token, folder, sweep)


@contextlib.contextmanager
def _hurried() -> Generator[None]:
    """Let Ray go on without waiting 1.6 s for its dashboard's process, which serves nothing here.

    It waits for an address to appear in its table; so we put the empty one there that would come.
    Where Ray has become another, nothing happens, only later.
    """
    over = threading.Event()

    def hurry() -> None:
        with contextlib.suppress(Exception):
            constants = importlib.import_module("ray._private.ray_constants")
            table = importlib.import_module("ray.experimental.internal_kv")
            while not table._internal_kv_initialized():
                if over.wait(0.005):
                    return
            table._internal_kv_put(
                constants.DASHBOARD_ADDRESS, b"", overwrite=False, namespace=constants.KV_NAMESPACE_DASHBOARD
            )

    threading.Thread(target=hurry, name="moot-ray-hurry", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
