"""What the stub saw: the independent record that tests compare a program's own books with."""

import json
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import JsonValue

from moot.testing.dialects import KEYS


@dataclass
class Seen:
    """One request. `completed` and `ended_at` are filled in when it is over."""

    number: int
    """Place among all requests, from 0."""
    at: float
    """Unix time of arrival."""
    model: str
    path: str
    host: str
    """The Host header."""
    authorized: bool
    """Whether a key came with it; the key itself is kept nowhere."""
    headers: Mapping[str, str]
    """The `x-…` and `idempotency-…` headers."""
    body: Mapping[str, JsonValue]
    served: str = ""
    """`reply`, or the kind of the fault."""
    completed: bool = False
    """Whether all of the answer was handed over while the client was still there."""
    ended_at: float | None = None
    """Unix time at which it was over; None while it is in flight."""


@dataclass
class Witness:
    """The log, its counters and the file it is written to.

    Args:
        keep: How many records stay in memory; None keeps all.
        path: A JSON-lines file, one line on arrival and one at the end of each request, each
            flushed before the answer leaves, so that it survives whatever is killed next.
    """

    keep: int | None = None
    path: Path | None = None
    log: deque[Seen] = field(init=False)
    counts: Counter[str] = field(init=False)
    in_flight: int = field(default=0, init=False)
    peak: int = field(default=0, init=False)
    total: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._file = None if self.path is None else self.path.open("ab", buffering=0)
        self.reset()

    def reset(self) -> None:
        """Forget everything seen; what is in flight stays counted as in flight."""
        self.log, self.counts = deque(maxlen=self.keep), Counter()
        self.peak, self.total = self.in_flight, 0

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def arrived(self, model: str, path: str, headers: Mapping[str, str], body: Mapping[str, JsonValue]) -> Seen:
        """Notes a request that has just come."""
        seen = Seen(
            number=self.total,
            at=time.time(),
            model=model,
            path=path.partition("?")[0],
            host=headers.get("host", ""),
            authorized=not headers.keys().isdisjoint(KEYS),
            headers={k: v for k, v in headers.items() if k.startswith(("x-", "idempotency-")) and k not in KEYS},
            body=body,
        )
        self.total += 1
        self.counts[model] += 1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        self.log.append(seen)
        return seen

    def serving(self, seen: Seen, served: str) -> None:
        """Notes what the request is about to get, before it gets it."""
        seen.served = served
        if self._file is not None:
            self._write({"event": "arrived", **asdict(seen)})

    def ended(self, seen: Seen, *, completed: bool) -> None:
        """Notes that a request is over."""
        self.in_flight -= 1
        seen.completed, seen.ended_at = completed, time.time()
        if self._file is not None:
            self._write({"event": "ended", "number": seen.number, "at": seen.ended_at, "completed": completed})

    def _write(self, line: Mapping[str, object]) -> None:
        if self._file is not None and not self._file.closed:
            # One unbuffered write to a file opened for appending: lines of several workers never mix.
            self._file.write(json.dumps(line).encode() + b"\n")

    def stats(self) -> dict[str, JsonValue]:
        """The counters."""
        return {
            "requests": self.total,
            "in_flight": self.in_flight,
            "peak": self.peak,
            "models": dict[str, JsonValue](self.counts),
        }
