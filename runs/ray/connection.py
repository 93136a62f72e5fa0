"""Where Ray is, and this process's connection to it."""

import contextlib
import importlib
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from moot.runs.ray.parting import part, reap
from moot.runs.ray.standing import status


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
    """Clears up after it."""
    borrowed: bool = False
    """The user had connected already, and will disconnect."""

    def __post_init__(self) -> None:
        if not self.borrowed:
            _speak(False)

    @property
    def grows(self) -> bool:
        """Whether it may be a cluster, to which machines come."""
        return self.place.foreign or self.borrowed

    def close(self) -> None:
        """Disconnect, and end the Ray that was started here with everything it started."""
        processes: list[subprocess.Popen[bytes]] = []
        try:
            if not self.borrowed:
                processes = part()
                _speak(True)
        finally:
            if self.sweep is not None:
                self.sweep.communicate()
                reap(processes)


def place(address: str | None) -> Place:
    """Where Ray is: as given, as `RAY_ADDRESS` says, the one that `moot up` left, or here.

    Raises:
        RuntimeStartError: The one that `moot up` left was left by another version.
    """
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


def _speak(aloud: bool) -> None:
    """Whether Ray prints what happens to its workers, on standard output of all places."""
    with contextlib.suppress(Exception):
        vars(importlib.import_module("ray._private.worker"))["_worker_logs_enabled"] = aloud
