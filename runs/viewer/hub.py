"""Events of debates under way, numbered, for as many listeners as there are: the latest are kept, once for all.

A listener is a place in the row and nothing more, so one that is slow costs nothing; where it falls
behind what is kept, it is told so and begins again from how things stand.
"""

import json
import threading
from collections import deque
from collections.abc import Callable

from moot.runs.viewer.documents import EventDocument

EVENTS = 20_000
"""Kept at most: 100 s of 200 turns a second."""
BYTES = 32 * 2**20
"""Kept at most, whatever models say."""


class Hub:
    """The row of events. Told on one thread, read on another.

    Args:
        events: Most that are kept.
        most_bytes: Most that they take.
    """

    def __init__(self, *, events: int = EVENTS, most_bytes: int = BYTES) -> None:
        self._events, self._most_bytes = events, most_bytes
        self._kept: deque[bytes] = deque()
        self._bytes = 0
        self.last = 0
        """Number of the latest event; the first is 1."""
        self.over = False
        """Whether nothing more will be told."""
        self._lock = threading.Lock()
        self._wakes: set[Callable[[], object]] = set()

    def tell(self, event: EventDocument) -> None:
        """Put an event into the row, and wake whoever waits."""
        data = written(event)
        with self._lock:
            self.last += 1
            self._kept.append(data)
            self._bytes += len(data)
            while len(self._kept) > self._events or (self._bytes > self._most_bytes and len(self._kept) > 1):
                self._bytes -= len(self._kept.popleft())
            wakes, self._wakes = self._wakes, set()
        for wake in wakes:
            wake()

    def since(self, last: int, *, most: int = 500) -> list[tuple[int, bytes]] | None:
        """The events after that number, with theirs; None where they are not all kept, or were never told."""
        with self._lock:
            first = self.last - len(self._kept) + 1
            if not first - 1 <= last <= self.last:
                return None
            begin = last + 1 - first
            end = min(begin + most, len(self._kept))
            return [(first + place, self._kept[place]) for place in range(begin, end)]

    def wait(self, last: int, wake: Callable[[], object]) -> bool:
        """Have `wake` called, once and on any thread, at the next event; False where there is one after `last`."""
        with self._lock:
            if self.last != last or self.over:
                return False
            self._wakes.add(wake)
            return True

    def end(self) -> None:
        """Tell nothing more, and let those who wait go."""
        with self._lock:
            self.over = True
            wakes, self._wakes = self._wakes, set()
        for wake in wakes:
            wake()

    def leave(self, wake: Callable[[], object]) -> None:
        """Wait no more."""
        with self._lock:
            self._wakes.discard(wake)


def written(event: EventDocument) -> bytes:
    """An event as one line of JSON."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
