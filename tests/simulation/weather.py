"""What befalls calls: every attempt at a model is well or ill by the seed, and the world writes it down.

Outcomes are those that the gateway makes of the same troubles, with the same books.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import anyio

from moot.agents.llm import LLM, Capabilities, Endpoint
from moot.agents.models import price_of
from moot.agents.provider.outcome import Terms, doubted, refused
from moot.agents.provider.usage import Spent
from moot.agents.records import Completion, Kind, Request
from moot.agents.sim import Simulated

Climate = Mapping[str, float]
"""The chance of each trouble."""

CLIMATES: Mapping[str, Climate] = {
    "fair": {},
    "unsteady": {
        "outage": 0.05, "busy": 0.05, "timeout": 0.03, "hang": 0.02, "unreadable": 0.03, "crash": 0.02, "raise": 0.02,
        "refuse": 0.02, "babble": 0.04, "silence": 0.02, "cut": 0.02,
    },
    "stormy": {
        "outage": 0.2, "busy": 0.2, "timeout": 0.1, "hang": 0.1, "unreadable": 0.1, "crash": 0.05, "raise": 0.05,
    },
    "babbling": {"babble": 0.6, "silence": 0.1, "cut": 0.2},
    "busy": {"busy": 0.7},
    "down": {"outage": 1.0},
    "hanging": {"hang": 1.0},
    "crashing": {"crash": 0.6, "raise": 0.4},
    "closed": {"denied": 1.0},
    "spent": {"quota": 1.0},
}  # fmt: skip
_BABBLE = ("I cannot say.", "Final answer: A\nFinal answer: B", "{", "</message>", "Final answer:", "\ud800", "é" * 500)
_REFUSALS: Mapping[str, tuple[Kind, int]] = {
    "outage": ("outage", 503),
    "busy": ("rate_limited", 429),
    "denied": ("auth", 401),
    "quota": ("quota", 429),
}
_RAISED = (RuntimeError, KeyboardInterrupt, SystemExit, MemoryError, RecursionError, TimeoutError)
_SHUT_S = 20.0
"""How long a model is down that goes down for a while."""


@dataclass
class Attempt:
    """One attempt as the model saw it."""

    key: str
    model: str
    began: float
    ended: float | None = None


@dataclass
class Weather:
    """Of one world.

    Args:
        seed: What befalls whom follows from it.
        mild: The chance that a model has no trouble at all.
    """

    seed: int
    mild: float = 0.5
    log: list[Attempt] = field(default_factory=list[Attempt])
    """Every attempt that reached a model, in order."""
    _tries: Counter[str] = field(default_factory=Counter[str])

    def opening(self, endpoint: Endpoint) -> LLM:
        """The model of an endpoint, in this weather."""
        draw = random.Random(f"{self.seed}/{endpoint.id}")
        climate = "fair" if draw.random() < self.mild else draw.choice([*CLIMATES])
        shut = draw.uniform(0, 60) if draw.random() < 0.1 else None
        return Exposed(self, endpoint, CLIMATES[climate], pace_s=draw.choice((0.0, 0.1, 1.0, 8.0)), shut_s=shut)

    def tried(self, key: str) -> int:
        """How often that call was tried before."""
        self._tries[key] += 1
        return self._tries[key] - 1


class Exposed:
    """A simulated model out in the weather; one of a provider's is priced."""

    def __init__(
        self, weather: Weather, endpoint: Endpoint, climate: Climate, *, pace_s: float, shut_s: float | None
    ) -> None:
        self.name, self.capabilities = endpoint.id, Capabilities(json_reply=True, seed=True, logprobs=True)
        self._weather, self._climate, self._pace_s, self._shut_s = weather, climate, pace_s, shut_s
        self._stands_for = "" if endpoint.kind == "sim" else f"sim/debater?family={endpoint.model[-1]}"
        self._inner = Simulated(self._stands_for or endpoint.model)
        self._terms = Terms(price_of(endpoint), None)

    async def complete(self, request: Request) -> Completion:
        """An attempt, by the weather of this seed, key and number of attempts before."""
        attempt = Attempt(request.key, request.model, anyio.current_time())
        self._weather.log.append(attempt)
        draw = random.Random(f"{self._weather.seed}/{request.key}/{self._weather.tried(request.key)}")
        try:
            return await self._attempted(request, draw)
        finally:
            attempt.ended = anyio.current_time()

    async def _attempted(self, request: Request, draw: random.Random) -> Completion:
        latency_s = self._pace_s * draw.lognormvariate(0, 1)
        trouble = next((name for name, chance in self._climate.items() if draw.random() < chance), "")
        if self._shut_s is not None and self._shut_s <= anyio.current_time() < self._shut_s + _SHUT_S:
            trouble = "outage"
        if trouble == "hang":
            await anyio.sleep_forever()
        if trouble == "timeout":
            await anyio.sleep(request.timeout_s)
            return Completion(kind="timeout", usage=doubted(request, self._terms), latency_s=request.timeout_s)
        await anyio.sleep(latency_s)
        if trouble == "raise":
            raise draw.choice(_RAISED)("on purpose")
        completion = self._failed(trouble, request, draw) or await self._said(trouble, request, draw)
        return replace(completion, latency_s=latency_s)

    def _failed(self, trouble: str, request: Request, draw: random.Random) -> Completion | None:
        """The outcome of a trouble that leaves no reply."""
        if trouble in _REFUSALS:
            kind, status = _REFUSALS[trouble]
            told = refused(kind, f"HTTP {status}", self._terms, status)
            wait_s = draw.choice((None, None, 1.0, 5.0, 30.0, 400.0)) if trouble == "busy" else None
            return replace(told, retry_after_s=wait_s)
        if trouble == "unreadable":
            return Completion(kind="unreadable", usage=doubted(request, self._terms), status=200)
        return Completion(kind="crashed", requests=None) if trouble == "crash" else None

    async def _said(self, trouble: str, request: Request, draw: random.Random) -> Completion:
        """A reply of some use or none, billed."""
        asked = replace(request, model=self._stands_for) if self._stands_for else request
        said = await self._inner.complete(asked)
        used = said.usage
        if self._stands_for:
            said = replace(said, usage=self._terms.usage(Spent(used.prompt_tokens, used.completion_tokens)))
        match trouble:
            case "refuse":
                return replace(said, kind="refused")
            case "babble":
                return replace(said, text=draw.choice(_BABBLE))
            case "silence":
                return replace(said, kind="empty", text="")
            case "cut":
                return replace(said, kind="truncated", text=said.text[:40])
            case _:
                return said
