"""The lock on real calls: while it is on, no provider is called from this process.

Servers on this machine stay allowed, so that tests can use a stub.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

from moot.errors import ForbiddenCallError

_guard = threading.Lock()
_locks = [0]


@contextmanager
def forbid() -> Generator[None]:
    """Forbid real calls in this process for as long as the block runs; blocks nest."""
    with _guard:
        _locks[0] += 1
    try:
        yield
    finally:
        with _guard:
            _locks[0] -= 1


def check(model: str, api_base: str | None) -> None:
    """Let a call pass, or not.

    Raises:
        ForbiddenCallError: Calls are forbidden and this one would leave the machine.
    """
    if _locks[0] and not _is_local(api_base):
        raise ForbiddenCallError(model)


def _is_local(api_base: str | None) -> bool:
    host = urlsplit(api_base or "").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
