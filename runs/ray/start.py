"""How a Ray is started in this process, or one that is there attached to.

A Ray of our own listens on loopback only, asks for a token that nobody else knows, keeps its files
in a folder only we may enter, shows no dashboard and says nothing.
"""

import contextlib
import importlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moot.errors import MootError, RuntimeStartError
from moot.runs.ray import sweeper
from moot.runs.ray.facts import compare, facts
from moot.runs.ray.library import first_line, library
from moot.runs.ray.standing import status
from moot.version import __version__

_CPUS = 4
"""Ray starts as many workers ahead as it has cores; LLM actors take none, so a panel's worth is enough."""
_OBJECT_STORE = 100 * 2**20
_LONGEST_TEMP = 16
"""A socket's path has at most 103 bytes, of which Ray takes 64 and our folder 23."""
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where Ray is to be found."""

    address: str | None
    """None: start one here."""
    token: str | None = field(default=None, repr=False)
    words: str = "a local Ray"
    """What it is called in sentences."""
    foreign: bool = False
    """Whether somebody else started it, so that versions and token have to be looked at."""


@dataclass
class Connection:
    """This process is connected to a Ray."""

    place: Place
    token: str | None = field(default=None, repr=False)
    """What it asks for, where it was started here."""
    folder: Path | None = None
    """Files of the Ray started here."""
    sweep: "subprocess.Popen[bytes] | None" = None
    borrowed: bool = False
    """The user had connected already, and will disconnect."""

    def close(self) -> None:
        """Disconnect, and end the Ray that was started here with everything it started."""
        try:
            if not self.borrowed:
                library().shutdown()
                _speak(True)
        finally:
            if self.sweep is not None:
                self.sweep.communicate()


def place(address: str | None) -> Place:
    """Where Ray is: as given, as `RAY_ADDRESS` says, the one that `moot up` left, or here."""
    if address is not None:
        return Place(address, words=f"the Ray at {address}", foreign=True)
    named = os.environ.get("RAY_ADDRESS", "")
    if named not in {"", "local"}:
        return Place(named, words=f"the Ray at {named} (RAY_ADDRESS)", foreign=True)
    standing = status()
    if standing is not None:
        standing.check()
        return Place(standing.address, standing.token, "the Ray of moot up")
    return Place(None)


def connect(where: Place) -> Connection:
    """Start or attach.

    The thread that calls this has to live as long as the connection: on Linux a Ray started here
    ends with the thread that started it.

    Raises:
        RuntimeStartError: It cannot be had; the sentence says why and what to do.
    """
    try:
        connection = _attached(where) if where.address is not None else _started(where)
    except MootError:
        raise
    except Exception as error:
        raise RuntimeStartError(f"{where.words} cannot be {_verb(where)}: {first_line(error)}") from error
    if not connection.borrowed:
        _speak(False)
    return connection


def _started(where: Place) -> Connection:
    ray = library(loopback=True)
    if ray.is_initialized():
        return Connection(where, borrowed=True)
    token = secrets.token_hex(32)
    folder = Path(tempfile.mkdtemp(prefix=f"moot-{os.getpid()}-", dir=_temporary()))
    command = [sys.executable, "-I", "-S", sweeper.__file__, str(folder)]
    sweep = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        with _authenticated(token), _hurried():
            ray.init(
                address="local",
                num_cpus=min(_CPUS, _cores()),
                object_store_memory=_OBJECT_STORE,
                include_dashboard=False,
                _node_ip_address="127.0.0.1",
                _temp_dir=str(folder / "r"),  # Ray opens its folder to everybody; ours above it stays shut
                **_quiet(),
            )
    except BaseException:
        ray.shutdown()
        sweep.communicate()
        raise
    return Connection(where, token, folder, sweep)


def _attached(where: Place) -> Connection:
    _check_answers(where)
    ray = library(loopback=not where.foreign)
    if ray.is_initialized():
        return Connection(where, borrowed=True)
    with _authenticated(where.token):
        ray.init(address=where.address, **_quiet())
    connection = Connection(where)
    try:
        if where.foreign:
            _check_foreign(where)
    except BaseException:
        connection.close()
        raise
    return connection


def _quiet() -> dict[str, Any]:
    # Workers look for moot, and for LLMs of the user's, where we found them: in a checkout, say.
    paths = [path for path in sys.path if path and Path(path).is_dir() and not _installed(path)]
    job = library().job_config.JobConfig(_py_driver_sys_path=paths)
    return {"log_to_driver": False, "logging_level": "ERROR", "job_config": job}


def _installed(path: str) -> bool:
    return Path(path).resolve().is_relative_to(sys.prefix) or Path(path).resolve().is_relative_to(sys.base_prefix)


@contextlib.contextmanager
def _authenticated(token: str | None) -> Generator[None]:
    """Let Ray connect with a token: the one given, or what the user's environment and home offer."""
    variables = {} if token is None else {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}
    file = Path.home() / ".ray" / "auth_token"
    if token is None and ({"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & os.environ.keys() or file.exists()):
        variables = {"RAY_AUTH_MODE": os.environ.get("RAY_AUTH_MODE", "token")}
        with contextlib.suppress(OSError):
            file.chmod(0o600)  # Ray writes it for everybody to read
    before = {name: os.environ.get(name) for name in (*variables, "PYTHONBREAKPOINT")}  # Ray sets the last itself
    os.environ.update(variables)
    _read_again()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _read_again() -> None:
    """Let Ray look at mode and token anew: it remembers those of an earlier connection."""
    with contextlib.suppress(Exception):
        raylet = importlib.import_module("ray._raylet")
        raylet.Config.initialize("")
        raylet.AuthenticationTokenLoader.instance().reset_cache()


def _speak(aloud: bool) -> None:
    """Whether Ray prints what happens to its workers, on standard output of all places."""
    with contextlib.suppress(Exception):
        setattr(importlib.import_module("ray._private.worker"), "_worker_logs_enabled", aloud)  # noqa: B010


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


def _check_answers(where: Place) -> None:
    """Ray itself would try for twenty seconds, loudly."""
    host, _, port = (where.address or "").removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except OSError as error:
        mend = "moot down, then moot up" if not where.foreign else "check the address, or leave it out for a local Ray"
        raise RuntimeStartError(f"{where.words} does not answer ({error.strerror or error}): {mend}") from error


def _check_foreign(where: Place) -> None:
    """Hold that a cluster fits and is not open to everybody, before any key goes there."""
    ray = library()
    try:
        there = ray.get(ray.remote(facts).options(num_cpus=0).remote(), timeout=_TIMEOUT_S)
    except ray.exceptions.RayError as error:
        raise RuntimeStartError(
            f"{where.words} cannot run moot: install moot {__version__} there too ({first_line(error)})"
        ) from error
    compare(there, facts(), where.words)
    if there.token or os.environ.get("MOOT_INSECURE_CLUSTER", "0") not in {"", "0"}:
        return
    if not _on_this_machine(where):
        raise RuntimeStartError(
            f"{where.words} takes commands from everybody, so keys do not go there: start it with "
            "RAY_AUTH_MODE=token, or set MOOT_INSECURE_CLUSTER=1 where its network is closed"
        )
    import structlog  # here, since it takes longer to import than all of this

    log = structlog.get_logger("moot.runs.ray")
    log.warning("this Ray takes commands from everybody who reaches it: start it with RAY_AUTH_MODE=token")


def _on_this_machine(where: Place) -> bool:
    host = (where.address or "").removeprefix("ray://").rpartition(":")[0].strip("[]")
    if where.address == "auto":
        return True
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))  # only an address of this machine can be bound
    except OSError:
        return False
    return True


def _temporary() -> str:
    usual = tempfile.gettempdir()
    return usual if len(usual) <= _LONGEST_TEMP else "/tmp"  # noqa: S108  (mkdtemp makes a private folder in it)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _verb(where: Place) -> str:
    return "started" if where.address is None else "attached to"
