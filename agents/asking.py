"""Where a person in a seat may be asked: the terminal always, and any place that is open besides, such as a page."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from moot.agents.records import Message


class Whose(NamedTuple):
    """Whose call it is."""

    debate_id: str
    seat: str


speaking_for: ContextVar[Whose | None] = ContextVar("moot speaking for", default=None)
"""Set while a call is made, for whoever has to show a person which seat is asked."""


@dataclass(frozen=True)
class Asked:
    """What a person is asked."""

    debate_id: str
    seat: str
    messages: tuple[Message, ...]
    timeout_s: float
    """From now."""


class Place(Protocol):
    """Somewhere a person can be shown a prompt and reply."""

    async def ask(self, asked: Asked) -> str:
        """Show it, and wait for the reply; cancelled where time is up or it came from elsewhere."""
        ...


_lock = threading.Lock()
_open: list[Place] = []


@contextmanager
def open_for_people(place: Place) -> Generator[None]:
    """For as long as the block lasts, people in seats are asked there as well."""
    with _lock:
        _open.append(place)
    try:
        yield
    finally:
        with _lock:
            _open.remove(place)


def places() -> tuple[Place, ...]:
    """Where people are asked now, the terminal apart."""
    with _lock:
        return tuple(_open)
