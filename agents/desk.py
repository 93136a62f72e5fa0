"""The desk: where all processes of a cluster draw permits for calls to one account, and tell what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import fmean
from typing import NamedTuple, Protocol

import anyio

from moot.agents.limits import Limits
from moot.agents.pacing import Account, Lane

HEARTBEAT_S = 2.0
"""How long the desk lets a lane wait, for permits or for news, before it answers in any case."""
SILENCE_S = 6.0
"""A desk that says nothing for so much longer is lost."""
_GATHER_S = 0.02
"""How long the desk lets permits gather for a lane that wants several: what bounds its draws in a second."""


@dataclass(frozen=True)
class Place:
    """A model of an account, as it is asked for at the desk."""

    account: str
    """Tells accounts apart; holds no key."""
    model: str
    limits: Limits = field(default_factory=Limits)
    """Of the model."""
    shared: Limits = field(default_factory=Limits)
    """Of the account."""


class Refusal(NamedTuple):
    """A call that the provider refused."""

    key: str
    asked_s: float | None
    cuts: int
    """How many cuts of the rate the lane had heard of when the call went out. Clocks of two machines differ, and
    journeys take time; but a call that went in ignorance of the last cut brings no news."""


@dataclass(frozen=True)
class Report:
    """What happened at a lane since it told the last time."""

    sent: int = 0
    """Calls that went without a permit."""
    tokens: int = 0
    """Used beyond what calls were taken to."""
    answered: bool = False
    refusals: tuple[Refusal, ...] = ()


class Standing(NamedTuple):
    """How an account stands for one of its models."""

    news: int
    """Grows with every change that others should hear of."""
    open: bool
    """Whether calls may go without a permit."""
    gate_s: float
    rate: float | None
    cuts: int
    """How often the rate was cut."""
    lanes: int
    """How many processes ask for this model."""
    groping: bool
    """Whether the rate is a first guess."""


class Part(NamedTuple):
    """What a lane kept to alone."""

    rate: float
    of: int
    """Among how many the whole rate was parted."""
    groping: bool
    """Whether it is a first guess."""


class Desk(Protocol):
    """What lanes ask; here, or in a process of its own."""

    async def draw(self, place: Place, tokens: Sequence[int], patience_s: float) -> tuple[int, Standing]:
        """Permits for the first of these calls, as many as may go once the first may; none after a heartbeat."""
        ...

    async def tell(self, place: Place, report: Report) -> Standing:
        """Learn from what happened at a lane."""
        ...

    async def watch(self, place: Place, lane: str, news: int) -> Standing:
        """How the account stands: as soon as that is other than `news`, else after a heartbeat."""
        ...

    async def greet(self, place: Place, lane: str, kept: Part | None) -> Standing:
        """How the account stands; a desk that has learnt nothing of it goes by what lanes kept to alone."""
        ...


class PacingDesk:
    """The desk itself: every account of a cluster."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._news: dict[str, int] = {}
        self._changed: dict[str, anyio.Event] = {}
        self._watching: dict[tuple[str, str], dict[str, float]] = {}
        self._kept: dict[tuple[str, str], list[float]] = {}
        """What lanes kept to alone before they found this desk."""

    async def draw(self, place: Place, tokens: Sequence[int], patience_s: float) -> tuple[int, Standing]:
        """See `Desk`."""
        lane, granted = self._lane(place), 0
        with anyio.move_on_after(HEARTBEAT_S):
            if await lane.passed(tokens[0], patience_s) is None:
                granted = 1
                await anyio.sleep(_GATHER_S if len(tokens) > 1 else 0)
        if granted:
            granted += self._further(lane, tokens[1:])
        return granted, self._standing(place, lane)

    async def tell(self, place: Place, report: Report) -> Standing:
        """See `Desk`."""
        lane, now = self._lane(place), anyio.current_time()
        before = lane.open(now), lane.gate_s(now)
        if report.sent:
            lane.sent_unasked(now, report.sent)
        lane.used(report.tokens)
        for key, asked_s, cuts in report.refusals:
            lane.refused(key, asked_s, sent_at=now if cuts == lane.cuts else -inf, now=now)
        if report.answered:
            lane.answered(now)
        if (lane.open(now), lane.gate_s(now)) != before:
            self._news[place.account] = self._news.get(place.account, 0) + 1
            self._changed.pop(place.account, anyio.Event()).set()
        return self._standing(place, lane)

    async def watch(self, place: Place, lane: str, news: int) -> Standing:
        """See `Desk`."""
        self._watching.setdefault((place.account, place.model), {})[lane] = anyio.current_time()
        if self._news.get(place.account, 0) == news:
            with anyio.move_on_after(HEARTBEAT_S):
                await self._changed.setdefault(place.account, anyio.Event()).wait()
        return self._standing(place, self._lane(place))

    async def greet(self, place: Place, lane: str, kept: Part | None) -> Standing:
        """See `Desk`."""
        known = self._lane(place)
        if kept is not None and not known.cuts:
            parts = self._kept.setdefault((place.account, place.model), [])
            parts.append(kept.rate)
            known.rates.resume(kept.of * fmean(parts), 0.0, anyio.current_time(), groping=kept.groping)
        return await self.watch(place, lane, -1)

    def _lane(self, place: Place) -> Lane:
        account = self._accounts.setdefault(place.account, Account())
        account.rates.limit(place.shared)
        return account.lane(place.model, place.limits)

    def _further(self, lane: Lane, tokens: Sequence[int]) -> int:
        """How many more calls may go at once; they go."""
        now = anyio.current_time()
        for granted, amount in enumerate(tokens):
            if lane.wait_s(now, amount) > 0:
                return granted
            lane.take(now, amount)
        return len(tokens)

    def _standing(self, place: Place, lane: Lane) -> Standing:
        now = anyio.current_time()
        heard = self._watching.get((place.account, place.model), {}).values()
        lanes = sum(now - at < 2 * (HEARTBEAT_S + SILENCE_S) for at in heard)
        news = self._news.get(place.account, 0)
        return Standing(news, lane.open(now), lane.gate_s(now), lane.rate, lane.cuts, max(1, lanes), lane.groping)
