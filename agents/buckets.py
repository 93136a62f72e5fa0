"""The parts of pacing: slots, a token bucket, and a rate learnt from refusals."""

from collections import OrderedDict
from math import inf

import anyio

_CUT = 0.7
_RAISE_PER_S = 0.05
_QUIET_S = 30.0
_LOWEST_RATE = 1 / 60
_UNBOUND_RATE = 10_000.0
_COUNTED_S = 2.0
"""How long a rate that was learnt elsewhere is kept to before what was sent here tells more."""


class Slots:
    """How many calls may be out at once; first come, first served, and free of cost while there is room."""

    def __init__(self, total: int) -> None:
        self._total = self._free = total
        self._waiting: OrderedDict[anyio.Event, None] = OrderedDict()

    @property
    def waiting(self) -> int:
        """Calls that wait for a slot."""
        return len(self._waiting)

    def resize(self, total: int) -> None:
        """Let so many calls be out from now on; those that are out stay."""
        self._total, self._free = total, self._free + total - self._total
        while self._free > 0 and self._waiting:
            self._free -= 1
            self._hand_on()

    async def take(self) -> None:
        """Wait for a slot."""
        if self._free > 0:
            self._free -= 1
            return
        turn = anyio.Event()
        self._waiting[turn] = None
        try:
            await turn.wait()
        except BaseException:
            if turn in self._waiting:
                del self._waiting[turn]
            else:  # the slot was handed over in the moment of cancelling
                self.give()
            raise

    def give(self) -> None:
        """Hand the slot to the next in line, or put it back."""
        if self._waiting and self._free >= 0:
            self._hand_on()
        else:
            self._free += 1

    def _hand_on(self) -> None:
        turn, _ = self._waiting.popitem(last=False)
        turn.set()


class Bucket:
    """A token bucket, full at first; what is larger than it passes when it is full, and leaves a debt."""

    def __init__(self, rate: float, capacity: float) -> None:
        self.rate, self.capacity = rate, capacity
        self._level, self._at = capacity, -inf

    def wait_s(self, now: float, amount: float) -> float:
        """How long until the amount may pass."""
        self._level = min(self.capacity, self._level + (now - self._at) * self.rate)
        self._at = now
        missing = min(amount, self.capacity) - self._level
        return missing / self.rate if missing > 1e-9 else 0.0

    def take(self, amount: float) -> None:
        """Take it; a negative amount gives back."""
        self._level = min(self.capacity, self._level - amount)


class LearntRate:
    """The rate an endpoint seems to bear: cut by refusals, raised in quiet times (AIMD).

    One refusal cuts it once. Those of calls that were already out are the same news; they only tell how
    few of those calls got through. After the first cut the rate doubles every second until the next:
    what got through of a herd says little about what the endpoint bears. Then growth is additive,
    5 % of the last cut rate per second, and 5 % of itself once half a minute was quiet.
    """

    def __init__(self) -> None:
        self.bucket: Bucket | None = None
        self.cuts = 0
        """How often it was cut."""
        self._cut_at = self._raised_at = self._begun_at = -inf
        self._cut_rate = self._passed = 0.0
        self._groping = False
        self._second, self._sent, self._sent_before = 0, 0, 0

    def sending(self, now: float, calls: int = 1) -> None:
        """Count calls that go out."""
        if int(now) != self._second:
            self._second, self._sent, self._sent_before = int(now), 0, self._sent
        self._sent += calls

    def sent_unasked(self, now: float, calls: int) -> None:
        """Count calls that went out in ignorance of the first cut, and are heard of after it."""
        self.sending(now, calls)
        if self._groping:
            self._passed += calls
            self._set(_CUT * self._passed, now)

    def cut(self, *, sent_at: float, now: float) -> bool:
        """Lower the rate after a refusal; False where it was the same news."""
        news = sent_at >= self._cut_at
        if news:
            self._groping = self.bucket is None
            seen = inf if now - self._begun_at < _COUNTED_S else float(max(self._sent, self._sent_before, 1))
            self._passed = seen if self.bucket is None else min(self.bucket.rate, seen)
            self._cut_at = now
            self.cuts += 1
        elif self._cut_at == self._begun_at:
            return False  # of a call from before this rate was begun with: what it tells is in it
        elif self._passed > 1:
            self._passed = max(1.0, self._passed - 1)
        self._set(max(_LOWEST_RATE, _CUT * self._passed), now)
        return news

    @property
    def groping(self) -> bool:
        """Whether it doubles every second, since it was cut but once."""
        return self._groping

    def begin(self, rate: float, now: float, *, groping: bool = False) -> None:
        """Keep to this rate from now on, and grow from there."""
        self._cut_at = self._begun_at = now
        self._groping = groping
        self._set(rate, now)

    def rise(self, now: float) -> None:
        """Raise the rate a little after a good answer."""
        if self.bucket is None:
            return
        quiet, since_s = now - self._cut_at > _QUIET_S, min(1.0, now - self._raised_at)
        rate, base = self.bucket.rate, self.bucket.rate if quiet else self._cut_rate
        rate = rate * 2.0**since_s if self._groping else rate + _RAISE_PER_S * base * since_s
        self._raised_at = now
        self.bucket.rate, self.bucket.capacity = rate, max(1.0, rate / 10)
        if rate > _UNBOUND_RATE:
            self.bucket = None

    def _set(self, rate: float, now: float) -> None:
        self._raised_at, self._cut_rate = now, rate
        if self.bucket is None:
            self.bucket = Bucket(rate, max(1.0, rate / 10))
        else:
            self.bucket.rate, self.bucket.capacity = rate, max(1.0, rate / 10)
