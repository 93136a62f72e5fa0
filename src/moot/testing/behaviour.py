"""What a request meets, decided in order: a script, the model's own name, a rate, a good reply.

A model name is read as parts joined by `+`, and parts that mean nothing are labels, so
`ada+sleep-0.2` is a model called ada that takes a fifth of a second:

    fault-KIND[-AMOUNT]     always that fault (`fault-429-1`: Retry-After 1; `fault-hang`)
    flaky-K[-KIND]          each distinct request fails K times (500) before it is answered
    sleep-S                 S seconds of latency
    lognormal-MEDIAN-SIGMA  lognormal latency
    bucket-RATE-BURST       RATE requests a second, BURST at once; beyond it 429 with Retry-After
"""

import hashlib
import json
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from moot.errors import SpecError
from moot.testing.answers import digest
from moot.testing.steps import FAULTS, Fault, Reply, Step, Steps, StubRequest

EVERY_MODEL = "*"
"""The script that holds for every model without one of its own."""


@dataclass(frozen=True)
class Latency:
    """How long a good reply takes: `median_s` exactly, or lognormal about it with `sigma`."""

    median_s: float = 0.0
    sigma: float = 0.0

    @classmethod
    def of(cls, given: "float | str | Latency") -> "Latency":
        """Reads `0.2`, `"0.2"` and `"lognormal:MEDIAN:SIGMA"`.

        Raises:
            SpecError: It is none of these.
        """
        if isinstance(given, Latency):
            return given
        words = str(given).split(":")
        try:
            if words[0] == "lognormal":
                median_s, sigma = words[1:]
                return cls(float(median_s), float(sigma))
            (seconds,) = words
            return cls(float(seconds))
        except ValueError:
            raise SpecError(f"latency {given!r}: give seconds or lognormal:MEDIAN:SIGMA") from None

    def of_request(self, request: StubRequest) -> float:
        """Seconds this request takes: the same for equal model, messages and tag, whoever sends it.

        The tag is the header `x-stub-tag`, else the body's `user`, else its `seed`; the header
        `x-stub-latency` says the seconds outright.
        """
        outright = request.headers.get("x-stub-latency")
        if outright is not None:
            return float(outright)
        if self.sigma == 0:
            return self.median_s
        tag = request.headers.get("x-stub-tag") or request.body.get("user") or request.body.get("seed")
        parts = json.dumps([request.model, request.messages, tag])
        drawn = int.from_bytes(hashlib.blake2b(parts.encode(), digest_size=8).digest(), "big")
        return self.median_s * math.exp(self.sigma * _NORMAL.inv_cdf((drawn + 0.5) / 2**64))


_NORMAL = NormalDist()


class Bucket:
    """A token bucket: `rate` a second, `burst` at once.

    Args:
        rate: Requests a second, above 0.
        burst: Requests at once, at least 1.
        clock: Seconds, for tests.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, max(1.0, burst), clock
        self._level, self._at = self._burst, clock()

    def wait_s(self) -> float:
        """0 where a request may pass, which takes it; else how long until the next may."""
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level >= 1:
            self._level -= 1
            return 0.0
        return (1 - self._level) / self._rate


@dataclass(frozen=True)
class Named:
    """What a model's name asks for."""

    fault: Fault | None = None
    flaky: int = 0
    latency: Latency | None = None
    bucket: tuple[float, float] | None = None


@lru_cache(maxsize=4096)
def named(model: str) -> Named:
    """What a model's name asks for; see the module's docstring."""
    fault, flaky, latency, bucket = None, 0, None, None
    for part in model.rpartition("/")[2].split("+"):
        word, *rest = part.split("-")
        try:
            match word, rest:
                case "fault", _:
                    fault = _fault(rest)
                case "flaky", [times, *kind]:
                    fault, flaky = _fault(kind or ["500"]), int(times)
                case "sleep", [seconds]:
                    latency = Latency(float(seconds))
                case "lognormal", [median_s, sigma]:
                    latency = Latency(float(median_s), float(sigma))
                case "bucket", [rate, burst]:
                    bucket = float(rate), float(burst)
                case _:
                    pass
        except ValueError:
            continue  # a label that only begins like one of ours
    return Named(fault, flaky, latency, bucket)


def _fault(words: Sequence[str]) -> Fault:
    kind = "_".join(words)
    if kind in FAULTS or kind.isdecimal():
        return Fault(kind)
    return Fault("_".join(words[:-1]), float(words[-1]))


class Behaviour:
    """Chooses the step of each request and remembers how far each script has come."""

    def __init__(self, *, latency: Latency, bucket: tuple[float, float] | None) -> None:
        self._latency, self._rate = latency, bucket
        self._scripts: dict[str, Steps] = {}
        self.reset()

    def reset(self) -> None:
        """Begin again: scripts at their first step, buckets full, flaky requests unseen."""
        self._left: dict[str, Iterator[Step]] = {}
        self._failures: Counter[bytes] = Counter()
        self._buckets: dict[str, Bucket] = {}
        self._shared = Bucket(*self._rate) if self._rate else None
        for model, steps in self._scripts.items():
            self._begin(model, steps)

    def script(self, model: str, steps: Steps) -> None:
        """From now on this model does these steps."""
        self._scripts[model] = steps
        self._begin(model, steps)

    def _begin(self, model: str, steps: Steps) -> None:
        if not isinstance(steps, str | Reply | Fault) and not callable(steps):
            self._left[model] = iter(deque(steps))

    def step(self, request: StubRequest) -> tuple[Reply | Fault, float]:
        """What this request meets, and after how many seconds."""
        name = named(request.model)
        step = self._scripted(request) or self._limited(request, name) or self._by_name(request, name) or Reply()
        if isinstance(step, str):
            step = Reply(step)
        if step.latency_s is not None:
            return step, step.latency_s
        if isinstance(step, Fault) and step.kind.isdecimal() and name.latency is None:
            return step, 0.0  # a refusal costs no thinking
        return step, (name.latency or self._latency).of_request(request)

    def _scripted(self, request: StubRequest) -> Step | None:
        model = request.model if request.model in self._scripts else EVERY_MODEL
        steps = self._scripts.get(model)
        if steps is None or isinstance(steps, str | Reply | Fault):
            return steps
        return steps(request) if callable(steps) else next(self._left[model], None)

    def _limited(self, request: StubRequest, name: Named) -> Fault | None:
        bucket = self._shared
        if name.bucket is not None:
            bucket = self._buckets.get(request.model) or self._buckets.setdefault(request.model, Bucket(*name.bucket))
        wait_s = 0.0 if bucket is None else bucket.wait_s()
        return Fault("429", retry_after=math.ceil(wait_s * 1000) / 1000) if wait_s else None

    def _by_name(self, request: StubRequest, name: Named) -> Fault | None:
        if name.fault is None or not name.flaky:
            return name.fault
        mark = digest(request)
        self._failures[mark] += 1
        return name.fault if self._failures[mark] <= name.flaky else None
