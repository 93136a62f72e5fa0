"""What a model or an account bears: given limits, a rate learnt from refusals, a gate; times are arguments."""

import hashlib

from moot.agents.buckets import Bucket, LearntRate
from moot.agents.limits import Limits

_SPREAD = 0.1
_BACKOFF_S, _BACKOFF_CAP_S = 0.25, 8.0


class Rates:
    """The pace of one model, or of one account."""

    def __init__(self) -> None:
        self._limits = Limits()
        self._requests: Bucket | None = None
        self._tokens: Bucket | None = None
        self._learnt = LearntRate()
        self._gate_at = self._refused_at = float("-inf")
        self._refusals = 0

    def limit(self, limits: Limits) -> None:
        """Keep to these limits; equal ones leave buckets as full as they are."""
        if limits != self._limits:
            self._limits = limits
            self._requests = _per_minute(limits.requests_per_minute)
            self._tokens = _per_minute(limits.tokens_per_minute)

    @property
    def free(self) -> bool:
        """Whether nothing is given and nothing learnt; then only the gate can hold a call back."""
        return self._requests is None and self._tokens is None and self._learnt.bucket is None

    @property
    def rate(self) -> float | None:
        """Calls per second it has learnt to keep to; None before the first refusal."""
        return None if self._learnt.bucket is None else self._learnt.bucket.rate

    @property
    def groping(self) -> bool:
        """Whether what it has learnt is a first guess, which doubles every second until the next refusal."""
        return self._learnt.groping

    @property
    def cuts(self) -> int:
        """How often refusals have lowered its rate."""
        return self._learnt.cuts

    def gate_s(self, now: float) -> float:
        """Seconds until the gate opens; 0 where it is open."""
        return max(0.0, self._gate_at - now)

    def wait_s(self, now: float, tokens: float) -> float:
        """How long until a call of so many tokens may go, as things stand."""
        return max(self.gate_s(now), *(bucket.wait_s(now, amount) for bucket, amount in self._amounts(tokens)), 0.0)

    def take(self, now: float, tokens: float, calls: int = 1) -> None:
        """So many calls go."""
        for bucket, amount in self._amounts(tokens, calls):
            bucket.take(amount)
        self._learnt.sending(now, calls)

    def sent_unasked(self, now: float, calls: int) -> None:
        """So many calls went without asking, some time ago."""
        for bucket, amount in self._amounts(0, calls):
            bucket.take(amount)
        self._learnt.sent_unasked(now, calls)

    def used(self, tokens: float) -> None:
        """Calls used so many tokens more than they were taken to; a negative number gives back."""
        if self._tokens is not None:
            self._tokens.take(tokens)

    def answered(self, now: float) -> None:
        """A call was answered well."""
        self._refusals = 0
        self._learnt.rise(now)

    def refused(self, key: str, asked_s: float | None, *, sent_at: float, now: float) -> None:
        """The provider refused the call of that key, and asked to wait `asked_s`, or did not say for how long."""
        self._refused_at = now
        if self._learnt.cut(sent_at=sent_at, now=now):
            self._refusals += 1
        backoff_s = min(_BACKOFF_CAP_S, _BACKOFF_S * 2.0 ** min(self._refusals - 1, 10))
        wait_s = min(backoff_s if asked_s is None else asked_s, self._limits.retry_after_cap_s)
        self._gate_at = max(self._gate_at, now + wait_s * (1 + _SPREAD * spread(key)))

    def resume(self, rate: float | None, gate_s: float, now: float, *, groping: bool = False) -> None:
        """Go on from what was learnt elsewhere."""
        if rate is not None:
            self._learnt.begin(rate, now, groping=groping)
        self._gate_at = max(self._gate_at, now + gate_s)

    def refused_within(self, seconds: float, now: float) -> bool:
        """Whether a refusal came in the last so many seconds."""
        return now - self._refused_at <= seconds

    def _amounts(self, tokens: float, calls: int = 1) -> list[tuple[Bucket, float]]:
        given = ((self._requests, calls), (self._learnt.bucket, calls), (self._tokens, tokens))
        return [(bucket, amount) for bucket, amount in given if bucket is not None]


def _per_minute(limit: float | None) -> Bucket | None:
    """A bucket that holds a second's worth and fills at the rate of the limit."""
    return None if limit is None else Bucket(limit / 60, max(1.0, limit / 60))


def spread(key: str) -> float:
    """A number from 0 to 1 by the key's hash: gates of several processes open apart, and each the same way twice."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
