"""Pacing across processes: lanes that draw their permits at the one desk of a whole cluster.

While nothing is given and nothing learnt, calls go without asking and are only counted. A refusal is
told at once, and news of it reaches every lane of the account as soon as it is out. From then on a
lane draws permits, one journey at a time, for all the calls that have piled up. A lane that has lost
the desk keeps to its own part of what it last heard, and comes back by itself.
"""

from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from math import inf
from typing import TypeVar

import anyio

from moot.agents.desk import HEARTBEAT_S, SILENCE_S, Desk, Part, Place, Refusal, Report, Standing
from moot.agents.limits import Limits
from moot.agents.pacing import Account, Lane, expected_tokens, not_sent, overdrawn
from moot.agents.records import Completion, Request

_RETRY_S = 0.5
_PAUSE_S = 0.25
"""How long a lane waits after a refusal that names no time, before it asks the desk."""
_TELL_S = 0.25
"""How long counts are gathered before they are told; refusals do not wait."""
_LEASE = 64
"""Most permits in one draw."""
_REMEMBERED = 64

T = TypeVar("T")


class LeasedLane:
    """The pace of a model in one process, as the desk has it; a `Pacer`.

    Args:
        desk: Where it asks.
        name: Its own, other than that of any other lane.
        place: What it asks for.
    """

    def __init__(self, desk: Desk, name: str, place: Place) -> None:
        self._desk, self._name, self._place = desk, name, place
        self._own, self._parts = _alone(place, 1), 1
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
        self._alone = anyio.CancelScope()
        """In which the head of the line waits while there is no desk."""
        self._permits = 0

    def limit(self, limits: Limits, shared: Limits) -> None:
        """Keep to these limits of the model and of its account from now on."""
        self._place = replace(self._place, limits=limits, shared=shared)
        stands = self._stands
        self._own = _alone(self._place, 1 if stands is None else stands.lanes)
        self._stands = None if stands is None else stands._replace(open=False)  # until it is heard otherwise

    async def admitted(self, request: Request) -> Completion | None:
        """See `Pacer`."""
        now, stands = anyio.current_time(), self._stands
        if stands is None and self._own.open(now):
            return await self._own.admitted(request)
        if stands is not None and stands.open and self.gate_s(now) <= 0:
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
            with suppress(Exception):  # whatever it is, the desk cannot be asked
                await self._in_touch()
            self._lose()
            await anyio.sleep(_RETRY_S)

    async def _in_touch(self) -> None:
        """A desk that died has forgotten all, and would have to learn it from a herd: so it is told first."""
        kept = None if self._own.rate is None else Part(self._own.rate, self._parts, self._own.groping)
        self._hear(await _answered(self._desk.greet(self._place, self._name, kept)))
        async with anyio.create_task_group() as group:
            group.start_soon(self._watch)
            group.start_soon(self._bring)

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
                        with anyio.CancelScope() as self._alone:
                            return await self._own.admitted(request)
                        continue  # the desk is back
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
        self._alone.cancel()
        if not self._report.refusals:  # else the desk has yet to hear of a gate that is known here
            self._gate_at = now + standing.gate_s
        if not self._heard or self._heard[-1][1] != standing.cuts:
            self._heard.append((now, standing.cuts))

    def _lose(self) -> None:
        """Go on alone, with this process's part of what was last heard."""
        stands, self._stands = self._stands, None
        if stands is not None:
            now = anyio.current_time()
            self._own, self._parts = _alone(self._place, stands.lanes), stands.lanes
            rate = None if stands.rate is None else stands.rate / stands.lanes
            self._own.rates.resume(rate, max(0.0, self._gate_at - now), now, groping=stands.groping)


def _alone(place: Place, parts: int) -> Lane:
    """A lane of this process's own, with its part of the limits."""
    account = Account()
    account.rates.limit(place.shared.share(parts))
    return account.lane(place.model, place.limits.share(parts))


async def _answered(reply: Awaitable[T]) -> T:
    with anyio.fail_after(HEARTBEAT_S + SILENCE_S):
        return await reply
