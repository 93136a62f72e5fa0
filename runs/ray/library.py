"""Ray itself, imported when first needed and in an environment that keeps it quiet."""

import importlib
import os
import sys
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
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def quietly() -> dict[str, Any]:
    """What every connection is made with: silence, and the places where this process finds its modules."""
    # Workers look for moot, and for LLMs of the user's, where we found them: in a checkout, say.
    # A worker puts each before those it has already, so the first comes last.
    paths = [path for path in sys.path[::-1] if path and Path(path).is_dir() and not _installed(Path(path))]
    job = library().job_config.JobConfig(_py_driver_sys_path=paths)
    return {"log_to_driver": False, "logging_level": "ERROR", "job_config": job}


def _installed(path: Path) -> bool:
    return any(path.resolve().is_relative_to(prefix) for prefix in (sys.prefix, sys.base_prefix))
