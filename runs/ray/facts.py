"""What must agree between a process and the Ray it attaches to."""

import platform
from dataclasses import dataclass

from moot.errors import RuntimeStartError
from moot.runs.ray.library import library
from moot.version import __version__


@dataclass(frozen=True)
class Facts:
    """Versions, and whether a token is asked for."""

    python: str
    ray: str
    moot: str
    token: bool
    """Whether commands to the cluster need its token."""


def facts() -> Facts:
    """The facts of the process this is called in."""
    ray = library()
    raylet = ray._raylet
    token = bool(raylet.get_authentication_mode() == raylet.AuthenticationMode.TOKEN)
    return Facts(python=platform.python_version(), ray=ray.__version__, moot=__version__, token=token)


def compare(there: Facts, here: Facts, where: str) -> None:
    """Hold that a process and a cluster fit together.

    Python may differ in its last number only; Ray and moot not at all.

    Raises:
        RuntimeStartError: They do not; the sentence names both versions.
    """
    pairs = [
        ("Python", _minor(there.python), _minor(here.python)),
        ("ray", there.ray, here.ray),
        ("moot", there.moot, here.moot),
    ]
    for what, theirs, ours in pairs:
        if theirs != ours:
            raise RuntimeStartError(
                f"{where} runs {what} {theirs} and this process {what} {ours}: use the same version on both sides"
            )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
