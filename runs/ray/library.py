"""Ray itself, imported when first needed and in an environment that keeps it quiet."""

import importlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_ENVIRONMENT = {
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # else every worker of a driver under `uv run` runs uv again
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_NUM_REDIS_GET_RETRIES": "5",  # seconds spent on a cluster that refuses us
}

_LOOPBACK = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # nothing else keeps it off other interfaces
    "RAY_worker_niceness": "0",  # else workers stand behind whatever else runs, and debates wait for minutes
}
"""What a Ray of ours needs besides."""
_STANDARD = ("stdlib", "platstdlib")


def library(*, loopback: bool = False) -> Any:
    """The module. Ray reads its environment when it is imported; what the user has set there stays.

    Untyped: half of what is used here has no types, or types that only one checker follows.

    Args:
        loopback: Whether the Ray it will be used with is one of ours, on loopback.
    """
    for name, value in (_ENVIRONMENT | (_LOOPBACK if loopback else {})).items():
        os.environ.setdefault(name, value)
    return importlib.import_module("ray")


def first_line(error: BaseException) -> str:
    """What an error of Ray's says, without the pages below it."""
    return next(_lines(error), type(error).__name__)


def last_line(error: BaseException) -> str:
    """What an error was that Ray tells of, below the pages on where."""
    return [type(error).__name__, *_lines(error)][-1]


def _lines(error: BaseException) -> Iterator[str]:
    return (line.strip() for line in str(error).splitlines() if line.strip())


class _Settled(list[str]):
    """Places that stay as they are: Ray would add the current folder, whether or not this process looks there."""

    def extend(self, more: Iterable[str]) -> None:
        """Leave it."""


def quietly() -> dict[str, Any]:
    """What every connection is made with: silence, and the places where this process finds its modules."""
    # A worker puts each place before those it has already, so the first comes last.
    job = library().job_config.JobConfig(_py_driver_sys_path=_Settled(reversed(places_of_modules())))
    return {"log_to_driver": False, "logging_level": "ERROR", "job_config": job}


def places_of_modules() -> list[str]:
    """Where this process looks for modules, in order: for moot in a checkout, say, and for LLMs of the user's own.

    What comes with its Python is left out, for that workers have themselves.
    """
    own = [Path(folder).resolve() for folder in (*site.getsitepackages(), *map(sysconfig.get_path, _STANDARD))]
    looked = [Path(place or ".").absolute() for place in sys.path]  # the empty one is the current folder
    return [
        str(place)
        for place in looked
        if place.exists() and not any(place.resolve().is_relative_to(folder) for folder in own)
    ]
