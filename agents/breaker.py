"""The breaker: an endpoint that keeps failing is left alone for a while, and calls learn so at once.

It judges answers, never health pages. Failures in a row open it; after a pause one call goes
through as a probe, and each probe that fails doubles the pause. The first pause is short, so that
a hiccup which hits a whole round at once costs one retry and not the debate. A spent quota and a
refused key do not heal by waiting: they open it until `reset`.
"""

from typing import Literal

from pydantic import BaseModel, Field

from moot.agents.records import FREE, Completion, Kind
from moot.logs import say

_PERMANENT: frozenset[Kind] = frozenset({"quota", "auth"})
_FAILURES: frozenset[Kind] = frozenset({"outage", "timeout", "crashed"})
_ALIVE: frozenset[Kind] = frozenset(
    {"ok", "empty", "refused", "truncated", "unreadable", "rate_limited", "bad_request", "context", "too_large"}
)
"""Outcomes that only an endpoint at work can give."""


class BreakerState(BaseModel, frozen=True, extra="forbid"):
    """How a breaker stands."""

    state: Literal["closed", "open", "probing"]
    """closed: calls go through. open: none does. probing: one does."""
    kind: Kind | None = None
    """What opened it."""
    wait_s: float | None = None
    """Seconds until the next probe; None where it is closed, or open until `reset`."""


class Patience(BaseModel, frozen=True, extra="forbid"):
    """How long a breaker bears with failures."""

    after: int = Field(default=5, ge=1)
    """Failures in a row that open it."""
    pause_s: float = Field(default=1.0, gt=0)
    """The first pause before a probe; it doubles with every probe that fails."""
    pause_cap_s: float = Field(default=60.0, gt=0)
    """The longest pause."""


class Breaker:
    """Opens after failures in a row; times come in as arguments.

    Args:
        name: The endpoint, for the sentence of a refusal.
        patience: How many failures open it, and for how long.
    """

    def __init__(self, name: str, patience: Patience) -> None:
        self._name, self._after = name, patience.after
        self._first_pause_s, self._pause_cap_s = patience.pause_s, patience.pause_cap_s
        self.reset()

    closed = True

    def reset(self) -> None:
        """Close it and forget what it has seen."""
        if not self.closed:
            say("breaker.closed", model=self._name)
        self.closed = True
        self._kind: Kind = "outage"
        self._failures, self._denials = 0, 0
        self._pause_s = self._first_pause_s
        self._opened_at = self._probe_at = 0.0
        self._probing = False

    @property
    def probing(self) -> bool:
        """Whether a probe is under way."""
        return not self.closed and self._probing

    def refusal(self, now: float) -> Completion | None:
        """The outcome of a call that may not go now; None where it may."""
        if self.closed or (not self._permanent and not self._probing and now >= self._probe_at):
            return None
        streak = f"the breaker of {self._name} is open after {self._after} calls in a row ended as {self._kind}"
        if self._permanent:
            detail = f"{streak}; it stays open until it is reset"
            return Completion(kind=self._kind, usage=FREE, requests=0, detail=detail)
        wait_s = max(0.0, self._probe_at - now) if not self._probing else self._pause_s
        detail = f"{streak}; next try in {wait_s:.1f} s"
        return Completion(kind="outage", usage=FREE, requests=0, detail=detail, retry_after_s=wait_s)

    def enter(self, now: float) -> Completion | None:
        """As `refusal`, for a call about to be sent: where it is let through an open breaker, it is the probe."""
        refused = self.refusal(now)
        if refused is None and not self.closed:
            say("breaker.probing", model=self._name)
            self._probing, self._opened_at = True, now
        return refused

    def note(self, kind: Kind, *, sent_at: float, now: float) -> None:
        """Learn how a call ended that was let through at `sent_at`."""
        if kind in _ALIVE:
            if not self._permanent:
                self.reset()
        elif self.closed:
            self._count(kind, now)
        elif sent_at >= self._opened_at and self._probing:
            # Only the probe speaks; calls sent before it opened are old news.
            self._probing = False
            if kind in _FAILURES or kind in _PERMANENT:
                self._denials = self._denials + 1 if kind in _PERMANENT else 0
                self._open(kind, now, pause_s=min(self._pause_s * 2, self._pause_cap_s))

    def state(self, now: float) -> BreakerState:
        """How it stands."""
        if self.closed:
            return BreakerState(state="closed")
        wait_s = None if self._permanent else max(0.0, self._probe_at - now)
        return BreakerState(state="probing" if self._probing else "open", kind=self._kind, wait_s=wait_s)

    @property
    def _permanent(self) -> bool:
        return not self.closed and self._denials >= self._after

    def _count(self, kind: Kind, now: float) -> None:
        if kind in _PERMANENT:
            self._denials += 1
        elif kind in _FAILURES:
            self._failures += 1
        if max(self._failures, self._denials) >= self._after:
            self._open(kind, now, pause_s=self._first_pause_s)

    def _open(self, kind: Kind, now: float, *, pause_s: float) -> None:
        self.closed = False
        self._kind, self._pause_s = kind, pause_s
        self._opened_at, self._probe_at = now, now + pause_s
        say("breaker.opened", "warning", model=self._name, kind=kind, pause_s=None if self._permanent else pause_s)
