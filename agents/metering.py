"""What an LLM actor has done and how it is: counts by outcome, tokens, money, latencies, as one record."""

from collections import Counter

from pydantic import BaseModel

from moot.agents.breaker import BreakerState
from moot.agents.records import Completion

_STEPS = 20


class Health(BaseModel, frozen=True, extra="forbid"):
    """How an LLM actor is, and what it has done since it began."""

    name: str
    """The LLM's name."""
    in_flight: int
    """Attempts under way."""
    waiting: int
    """Calls held back by concurrency or pacing."""
    outbox: int
    """Outcomes not yet acknowledged."""
    loop_lag_s: float
    """How long one pass of the event loop took when last looked at, at most twice a second."""
    breaker: BreakerState
    gate_s: float
    """Seconds until a Retry-After lets calls go again."""
    rate: float | None
    """Calls per second it has learnt to keep to; None before the first refusal."""
    counts: dict[str, int]
    """Outcomes by kind, calls that were not sent among them."""
    requests: int
    """HTTP requests made, where the adapter can tell."""
    prompt_tokens: int
    completion_tokens: int
    cost_nano_usd: int
    """Known cost in 10⁻⁹ US dollars."""
    unpriced: int
    """Attempts whose price is unknown."""
    latencies: tuple[int, ...]
    """Attempts by how long they took: entry `i` counts those under `2**i` milliseconds, the last all longer ones."""


class Meter:
    """Adds up what attempts used."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.requests = self.prompt_tokens = self.completion_tokens = 0
        self.cost_nano_usd = self.unpriced = 0
        self._latencies = [0] * _STEPS

    def add(self, completion: Completion, took_s: float | None) -> None:
        """Count an outcome; `took_s` is None for a call that was not sent."""
        usage = completion.usage
        self.counts[completion.kind] += 1
        self.requests += completion.requests or 0
        self.prompt_tokens += usage.prompt_tokens
        self.completion_tokens += usage.completion_tokens
        if took_s is None:
            return
        if usage.cost_nano_usd is None:
            self.unpriced += 1
        else:
            self.cost_nano_usd += usage.cost_nano_usd
        self._latencies[min(int(took_s * 1000).bit_length(), _STEPS - 1)] += 1

    @property
    def latencies(self) -> tuple[int, ...]:
        """The histogram of `Health.latencies`."""
        return tuple(self._latencies)
