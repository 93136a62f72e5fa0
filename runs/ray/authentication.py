"""The token by which a Ray knows its own, shown to it and then put away."""

import contextlib
import importlib
import os
from collections.abc import Generator, Mapping
from pathlib import Path

FILE = Path(".ray") / "auth_token"
"""Where Ray keeps a token, under the user's home."""


def with_token(token: str) -> dict[str, str]:
    """What the environment holds while Ray connects with this token."""
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}


def offers() -> list[dict[str, str]]:
    """Ways to connect to a Ray that somebody else started, in the order to try them.

    What the user's environment says is the only one. Otherwise nothing is shown at first: a Ray
    that asks for no token cannot speak to a process that does.
    """
    if "RAY_AUTH_MODE" in os.environ:
        return [{}]
    if {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & os.environ.keys():
        return [{"RAY_AUTH_MODE": "token"}]
    file = Path.home() / FILE
    if not file.exists():
        return [{}]
    with contextlib.suppress(OSError):
        file.chmod(0o600)  # Ray writes it for everybody to read
    return [{}, {"RAY_AUTH_MODE": "token"}]


def refused(error: BaseException | None) -> bool:
    """Whether a connection failed for want of the right token."""
    while error is not None:
        if "InvalidAuthToken" in str(error) or type(error).__name__ == "AuthenticationError":
            return True
        error = error.__cause__ or error.__context__
    return False


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Generator[None]:
    """Let Ray read these while it connects; afterwards the environment is as before."""
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
