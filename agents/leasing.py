"""Pacing across processes: one desk for a whole cluster, and lanes that draw their permits there.

While nothing is given and nothing learnt, calls go without asking and are only counted. A refusal is
told at once, and news of it reaches every lane of the account as soon as it is out. From then on a
lane draws permits, one journey at a time, for all the calls that have piled up. A lane that has lost
the desk keeps to its own part of what it last heard, and comes back by itself.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import inf
from typing import NamedTuple, Protocol, TypeVar

import anyio

from moot.agents.limits import Limits
from moot.agents.pacing import Account, Lane, expected_tokens, not_sent, overdrawn
from moot.agents.records import Completion, Request

HEARTBEAT_S = 2.0
"""How long the desk lets a lane wait, for permits or for news, before it answers in any case."""
SILENCE_S = 6.0
"""A desk that says nothing for so much longer is lost."""
_RETRY_S = 0.5
_PAUSE_S = 0.25
"""How long a lane waits after a refusal that names no time, before it asks the desk."""
_TELL_S = 0.25
"""How long counts are gathered before they are told; refusals do not wait."""
_LEASE = 64
"""Most permits in one draw."""
_REMEMBERED = 64
_GATHER_S = 0.02
"""How long the desk lets permits gather for a lane that wants several: what bounds its draws in a second."""

T = TypeVar("T")


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


class PacingDesk:
    """The desk itself: every account of a cluster."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._news: dict[str, int] = {}
        self._changed: dict[str, anyio.Event] = {}
        self._watching: dict[tuple[str, str], dict[str, float]] = {}

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
            lane.take(now, 0, report.sent)
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
        return Standing(news, lane.open(now), lane.gate_s(now), lane.rate, lane.cuts, max(1, lanes))


class LeasedLane:
    """The pace of a model in one process, as the desk has it; a `Pacer`.

    Args:
        desk: Where it asks.
        name: Its own, other than that of any other lane.
        place: What it asks for.
    """

    def __init__(self, desk: Desk, name: str, place: Place) -> None:
        self._desk, self._name, self._place = desk, name, place
        self._own = _alone(place, 1)
        self._stands: Standing | None = None
        """None while the desk is lost, or not yet found."""
        self._gate_at = -inf
        self._heard = deque[tuple[float, int]](maxlen=_REMEMBERED)
        """When it heard of how many cuts."""
        self._report = Report()
        self._told, self._urgent = anyio.Event(), anyio.Event()
        self._waiting: dict[object, int] = {}
        """Tokens of the calls in line, in its order."""
        self._line = anyio.Lock(fast_acquire=True)
        self._permits = 0

    def limit(self, limits: Limits, shared: Limits) -> None:
        """Keep to these limits of the model and of its account from now on."""
        self._place = replace(self._place, limits=limits, shared=shared)
        stands = self._stands
        self._own = _alone(self._place, 1 if stands is None else stands.lanes)
        self._stands = None if stands is None else stands._replace(open=False)  # until it is heard otherwise

    async def admitted(self, request: Request) -> Completion | None:
        """See `Pacer`."""
        stands = self._stands
        if stands is None:
            return await self._own.admitted(request)
        if stands.open and self.gate_s(anyio.current_time()) <= 0:
            self._tell(sent=1)
            return None
        return await self._drawn(request)

    def note(self, request: Request, completion: Completion, *, sent_at: float, now: float) -> None:
        """See `Pacer`."""
        if self._stands is None:
            self._own.note(request, completion, sent_at=sent_at, now=now)
        elif completion.kind == "rate_limited":
            self._refused(Refusal(request.key, completion.retry_after_s, self._known(sent_at)), now)
        elif not self._stands.open:
            self._tell(answered=completion.kind == "ok", tokens=overdrawn(request, completion))

    def gate_s(self, now: float) -> float:
        """See `Pacer`."""
        return self._own.gate_s(now) if self._stands is None else max(0.0, self._gate_at - now)

    @property
    def rate(self) -> float | None:
        """See `Pacer`."""
        return self._own.rate if self._stands is None else self._stands.rate

    async def run(self) -> None:
        """Stay in touch with the desk: until cancelled."""
        while True:
            async with anyio.create_task_group() as group:

                async def until_lost(task: Callable[[], Awaitable[None]], scope: anyio.CancelScope) -> None:
                    try:
                        await task()
                    except Exception:  # whatever it is, the desk cannot be asked
                        scope.cancel("the desk is lost")

                for task in (self._watch, self._bring):
                    group.start_soon(until_lost, task, group.cancel_scope)
            self._lose()
            await anyio.sleep(_RETRY_S)

    async def _watch(self) -> None:
        while True:
            news = -1 if self._stands is None else self._stands.news
            self._hear(await _answered(self._desk.watch(self._place, self._name, news)))

    async def _bring(self) -> None:
        """Take what is to be told to the desk: refusals at once, counts a little later."""
        while True:
            await self._told.wait()
            with anyio.move_on_after(_TELL_S):
                await self._urgent.wait()
            self._told, self._urgent = anyio.Event(), anyio.Event()
            report, self._report = self._report, Report()
            self._hear(await _answered(self._desk.tell(self._place, report)))

    def _refused(self, refusal: Refusal, now: float) -> None:
        """Tell it, and hold back what is here until the desk has heard of it."""
        if self._stands is not None:
            self._stands = self._stands._replace(open=False)
        asked_s = _PAUSE_S if refusal.asked_s is None else refusal.asked_s
        self._gate_at = max(self._gate_at, now + min(asked_s, self._place.limits.retry_after_cap_s))
        self._tell(refusal)

    def _known(self, at: float) -> int:
        """How many cuts this lane had heard of at that time."""
        return next((cuts for heard_at, cuts in reversed(self._heard) if heard_at <= at), -1)

    def _tell(self, *refusals: Refusal, sent: int = 0, tokens: int = 0, answered: bool = False) -> None:
        so_far = self._report
        self._report = Report(
            so_far.sent + sent, so_far.tokens + tokens, so_far.answered or answered, so_far.refusals + refusals
        )
        self._told.set()
        if refusals:
            self._urgent.set()

    async def _drawn(self, request: Request) -> Completion | None:
        """Wait in line, and at its head draw permits for all who wait."""
        turn = object()
        self._waiting[turn] = expected_tokens(request)
        try:
            async with self._line:
                while self._permits == 0:
                    if self._stands is None:
                        return await self._own.admitted(request)
                    if self.gate_s(anyio.current_time()) > request.timeout_s:
                        return not_sent(self.gate_s(anyio.current_time()))
                    await anyio.sleep(self.gate_s(anyio.current_time()))
                    await self._draw(request.timeout_s)
                self._permits -= 1
                return None
        finally:
            del self._waiting[turn]

    async def _draw(self, patience_s: float) -> None:
        wanted = list(islice(self._waiting.values(), _LEASE))
        try:
            granted, standing = await _answered(self._desk.draw(self._place, wanted, patience_s))
        except Exception:
            self._lose()
        else:
            self._permits += granted
            self._hear(standing)

    def _hear(self, standing: Standing) -> None:
        if self._stands is not None and standing.news < self._stands.news:
            return  # it was overtaken on its way
        self._stands, now = standing, anyio.current_time()
        if not self._report.refusals:  # else the desk has yet to hear of a gate that is known here
            self._gate_at = now + standing.gate_s
        if not self._heard or self._heard[-1][1] != standing.cuts:
            self._heard.append((now, standing.cuts))

    def _lose(self) -> None:
        """Go on alone, with this process's part of what was last heard."""
        stands, self._stands = self._stands, None
        if stands is not None:
            now = anyio.current_time()
            self._own = _alone(self._place, stands.lanes)
            rate = None if stands.rate is None else stands.rate / stands.lanes
            self._own.rates.resume(rate, max(0.0, self._gate_at - now), now)


def _alone(place: Place, parts: int) -> Lane:
    """A lane of this process's own, with its part of the limits."""
    account = Account()
    account.rates.limit(place.shared.share(parts))
    return account.lane(place.model, place.limits.share(parts))


async def _answered(reply: Awaitable[T]) -> T:
    with anyio.fail_after(HEARTBEAT_S + SILENCE_S):
        return await reply
