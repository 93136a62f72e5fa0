"""The Ray that `moot up` leaves running, so that the next command attaches at once.

A process of its own holds it. Beside it stands a record that only its user may read, with address
and token; a lock that the holder keeps for as long as it lives says whether the record is true.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from moot.errors import RuntimeStartError
from moot.runs.ray.environment import without_secrets
from moot.version import SOURCE, __version__

_START_S, _END_S = 90.0, 20.0
_LOOK_S = 0.05
_LOCK_S = 2.0
"""How long a holder tries for its lock, which whoever looks at it holds for a moment."""
TAKEN = 3
"""Exit code of a holder that found another one."""


class Standing(BaseModel, frozen=True, extra="forbid"):
    """A Ray that is up."""

    version: int = 1
    pid: int
    """Of the process that holds it."""
    address: str
    token: str = Field(repr=False)
    moot: str
    """The version that started it."""
    python: str
    """The interpreter that started it."""

    def check(self) -> None:
        """Hold that this process may use it.

        Raises:
            RuntimeStartError: Another version of moot, or another environment, started it.
        """
        for what, theirs, ours in (("moot", self.moot, __version__), ("the Python at", self.python, sys.prefix)):
            if theirs != ours:
                raise RuntimeStartError(
                    f"the Ray of moot up was started by {what} {theirs}, and this is {what} {ours}: "
                    "moot down, then moot up"
                )


def up() -> Standing:
    """Start a Ray that stays until `down`; the one that is up already, where there is one.

    Raises:
        RuntimeStartError: It did not start; the sentence gives its last words.
    """
    there = status()
    if there is not None:
        return there
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "moot.runs.ray.holder", str(folder)]
    with (folder / "up.log").open("wb") as words:
        holder = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        there = status()
        if there is not None:
            # it is meant to outlive us, so that we never wait for it is no oversight
            holder.returncode = 0
            return there
        if holder.poll() not in {None, TAKEN}:  # taken: another `up` came first, and we wait for what it starts
            break
        time.sleep(_LOOK_S)
    holder.kill()
    holder.wait()
    raise RuntimeStartError(f"a Ray that stays could not be started: {_last_words(folder)}")


def down() -> bool:
    """End the Ray that `up` started, and only that; False where none is up.

    Raises:
        RuntimeStartError: It does not end.
    """
    there = status()
    if there is None:
        return False
    for kind in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(there.pid, kind)  # it holds the lock, so the id is still its own
        until = time.monotonic() + _END_S
        while time.monotonic() < until:
            if status() is None:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(there.pid, 0)  # where it was this very process that started it
                return True
            time.sleep(_LOOK_S)
    raise RuntimeStartError(f"process {there.pid}, which holds the Ray of moot up, does not end")


def status() -> Standing | None:
    """The Ray that is up, or None."""
    folder = _folder()
    try:
        with (folder / "up.lock").open("rb") as lock:
            if _free(lock.fileno()):
                return None
            return Standing.model_validate_json((folder / "up.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def hold(folder: Path) -> None:
    """Become the holder, which this process is then until it has ended; where there is one already, exit."""
    lock = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)  # closed by nobody but the process's end
    until = time.monotonic() + _LOCK_S
    while not _free(lock, keep=True):
        if time.monotonic() > until:
            sys.exit(TAKEN)
        time.sleep(_LOOK_S)
    withdraw(folder)  # what a holder that was killed left: its process id may be anybody's by now


def publish(folder: Path, standing: Standing) -> None:
    """Write the holder's record, whole or not at all, for its user's eyes only."""
    draft = folder / "up.json.new"
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(standing.model_dump_json().encode())
    draft.replace(folder / "up.json")


def withdraw(folder: Path) -> None:
    """Remove the record."""
    (folder / "up.json").unlink(missing_ok=True)


def _free(lock: int, *, keep: bool = False) -> bool:
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if keep else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folder() -> Path:
    given = os.environ.get("MOOT_STATE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "moot"


def _environment() -> dict[str, str]:
    """No keys: a process that stays has no use for them, and every conductor brings its own."""
    source = str(SOURCE)
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    return without_secrets(os.environ) | {"PYTHONPATH": os.pathsep.join(paths)}


def _last_words(folder: Path) -> str:
    lines = (folder / "up.log").read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
