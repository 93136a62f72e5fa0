"""What passes a journal, counted as it passes: calls under way, calls that ended, what they cost."""

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from moot.agents.records import Completion
from moot.runs.journal.records import ANSWERED

_WINDOW_S = 10


class Beat(NamedTuple):
    """The counts at one moment, since the journal was opened."""

    in_flight: int
    """Calls that were put down as intended and have not ended: at their models, or waiting for their turn there."""
    calls: int
    """Attempts that were made and ended."""
    failures: int
    """Those of them that brought no answer; what we cancelled ourselves is not among them."""
    nano_usd: int
    """What the attempts cost, as far as prices are known."""
    unpriced: int
    """Attempts whose price is not known."""
    per_s: float
    """Attempts that ended in a second, over the last ten."""


class Pulse:
    """Counts.

    Args:
        now: Seconds, monotonic.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._in_flight = self._calls = self._failures = self._nano_usd = self._unpriced = 0
        self._seconds: deque[tuple[int, int]] = deque()
        """How many ended in each of the last seconds."""

    def sent(self, number: int) -> None:
        """So many calls were put down as intended."""
        self._in_flight += number

    def ended(self, completion: Completion) -> None:
        """An attempt's outcome was put down."""
        self._in_flight -= 1
        if not completion.went_out:
            return
        self._calls += 1
        self._failures += completion.kind not in ANSWERED and completion.kind != "cancelled"
        if completion.usage.cost_nano_usd is None:
            self._unpriced += 1
        else:
            self._nano_usd += completion.usage.cost_nano_usd
        second = int(self._now() - self._began)
        before = self._seconds.pop()[1] if self._seconds and self._seconds[-1][0] == second else 0
        self._seconds.append((second, before + 1))
        if self._seconds[0][0] <= second - _WINDOW_S:
            self._seconds.popleft()

    def beat(self) -> Beat:
        """The counts now; may be asked from any thread."""
        age_s = self._now() - self._began
        recent = sum(count for second, count in list(self._seconds) if second > age_s - _WINDOW_S)
        per_s = recent / max(1.0, min(age_s, _WINDOW_S))
        return Beat(self._in_flight, self._calls, self._failures, self._nano_usd, self._unpriced, per_s)
