"""The LLM actor: hosts one LLM for everybody; one attempt per call, and its outcome as data.

Plain Python, so it lives in this process or inside a Ray actor alike. Around the LLM it keeps slots,
pace, gate, breaker, a second deadline and the books. Nothing an LLM does can hang or break it: whatever is raised
in there, a keyboard interrupt included, becomes an outcome; only what the testing kit raises and the
caller's own cancellation pass through. Retries belong to whoever calls.

A call's key makes it one call: who asks for a key that is in flight, or not yet acknowledged by
`forget`, gets the same outcome. The attempt runs in the task of its first caller. While others wait
for it too, it is shielded from that caller's cancellation, which then strikes when the attempt is
over: it was paid for and somebody wants it. When nobody else waits, cancelling the caller cancels
the attempt. An attempt cut off in spite of that is never begun again here, for that could pay
twice: whoever waits gets the outcome `cancelled` and may decide to.
"""

import asyncio
import contextlib
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import cast

import anyio
from anyio.lowlevel import checkpoint

from moot.agents.breaker import Breaker, Patience
from moot.agents.buckets import Slots
from moot.agents.cleaning import clean
from moot.agents.limits import Limits
from moot.agents.llm import LLM
from moot.agents.metering import Health, Meter
from moot.agents.pacing import Account, Pacer
from moot.agents.provider.secrets import scrubbed
from moot.agents.records import Completion, Request
from moot.agents.tokens import last_tokens
from moot.errors import TestingError
from moot.logs import say

_GRACE_S = 0.05
"""How much later than the LLM's own deadline ours strikes."""
_OUTBOX = 100_000
"""Most outcomes kept for acknowledgement: a bound on memory for callers who never acknowledge."""
_LAG_EVERY_S = 0.5
_PROBE_S = 30.0
_LOADING_S = 120.0
"""How long calls wait for the outcome of a breaker's probe, which is theirs too."""


@dataclass
class _Call:
    """One call in flight."""

    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    sent_at: float | None = None
    waiters: int = 0
    done: anyio.Event | None = None
    outcome: Completion | TestingError | None = None

    def end(self, outcome: Completion | TestingError) -> None:
        self.outcome = outcome
        if self.done is not None:
            self.done.set()


class LLMActor:
    """Hosts one LLM.

    Args:
        llm: Whatever answers. One with an attribute `timeout_s` (a person) has its deadline from
            there where that is later than the request's.
        limits: What it may be asked.
        pacer: Lets its calls out, where others share its account; None paces it alone.
        patience: With failures in a row.
    """

    def __init__(
        self, llm: LLM, *, limits: Limits | None = None, pacer: Pacer | None = None, patience: Patience | None = None
    ) -> None:
        limits = limits or Limits()
        self._llm = llm
        self._ready: Callable[[], Awaitable[None]] | None = getattr(llm, "ready", None)
        self._patience_s = float(getattr(llm, "timeout_s", 0.0))
        self._slots = Slots(limits.concurrency)
        self._pacer = pacer or Account().lane(llm.name, limits)
        self._breaker = Breaker(llm.name, patience or Patience())
        self._probed = anyio.Event()
        self._meter = Meter()
        self._flying: dict[str, _Call] = {}
        self._outbox: OrderedDict[str, Completion] = OrderedDict()
        self._sent = 0
        self.moves = 0
        """Grows whenever an attempt begins or ends."""
        self._lag_s, self._lag_at = 0.0, -math.inf

    async def complete(self, request: Request) -> Completion:
        """Make one attempt and return how it ended.

        Raises:
            TestingError: The testing kit caught a defect of the test.
        """
        kept = self._outbox.get(request.key)
        if kept is not None:
            return kept
        call = self._flying.get(request.key)
        return await (self._first(request) if call is None else self._joined(call))

    def forget(self, keys: Iterable[str]) -> None:
        """These outcomes are on record: let them go, so that their keys can be called again."""
        for key in keys:
            self._outbox.pop(key, None)

    def allow(self, concurrency: int) -> None:
        """Make so many calls at once from now on."""
        self._slots.resize(concurrency)

    def reset(self) -> None:
        """Close the breaker: the key or the quota has been mended."""
        self._breaker.reset()
        self._release()

    def health(self) -> Health:
        """How it is and what it has done; to be called from its event loop."""
        now, meter = anyio.current_time(), self._meter
        return Health(
            name=self._llm.name,
            in_flight=self._sent,
            waiting=len(self._flying) - self._sent,
            outbox=len(self._outbox),
            loop_lag_s=self._lag_s,
            breaker=self._breaker.state(now),
            gate_s=self._pacer.gate_s(now),
            rate=self._pacer.rate,
            counts=dict(meter.counts),
            requests=meter.requests,
            prompt_tokens=meter.prompt_tokens,
            completion_tokens=meter.completion_tokens,
            cost_nano_usd=meter.cost_nano_usd,
            unpriced=meter.unpriced,
            latencies=meter.latencies,
        )

    async def _first(self, request: Request) -> Completion:
        call = self._flying[request.key] = _Call()
        try:
            completion = await self._made(request, call)
        except GeneratorExit:
            raise  # the event loop is being torn down around us
        except BaseException as error:
            del self._flying[request.key]
            call.end(error if isinstance(error, TestingError) else self._cancelled(request, call))
            raise
        del self._flying[request.key]
        if call.sent_at is not None:  # what was not sent can be asked for again
            self._outbox[request.key] = completion
            if len(self._outbox) > _OUTBOX:
                self._outbox.popitem(last=False)
        call.end(completion)
        return completion

    async def _joined(self, call: _Call) -> Completion:
        call.done = call.done or anyio.Event()
        call.waiters += 1
        call.scope.shield = True
        try:
            await call.done.wait()
        finally:
            call.waiters -= 1
            if call.outcome is None and call.waiters == 0:
                call.scope.shield = False
        if isinstance(call.outcome, TestingError):
            raise call.outcome
        return call.outcome or _crashed("the call ended without an outcome")

    async def _made(self, request: Request, call: _Call) -> Completion:
        """The call's outcome, sent or refused."""
        refused: Completion | None = None
        with call.scope:
            await self._probe_over()
            refused = self._breaker.refusal(anyio.current_time())
            if refused is None:
                await self._slots.take()
                try:
                    await self._made_ready()  # before it may go: what is let out together has to leave together
                    refused = await self._pacer.admitted(request) or await self._entered()
                    if refused is None:
                        return await self._sent_out(request, call)
                finally:
                    self._slots.give()
        if refused is None:
            return self._settled(request, call, _timed_out(self._deadline_s(request)))
        self._meter.add(refused, None)
        return refused

    async def _entered(self) -> Completion | None:
        """None where the breaker lets the call through, else its refusal."""
        await self._probe_over()
        return self._breaker.enter(anyio.current_time())

    async def _probe_over(self) -> None:
        """Wait while a probe is under way: a herd that comes back after a pause goes with the first of it, or not."""
        if self._breaker.probing:
            with anyio.move_on_after(_PROBE_S):
                while self._breaker.probing:
                    await self._probed.wait()

    def _release(self) -> None:
        """Let those go who wait for a probe, where none is under way."""
        if not self._breaker.probing:
            self._probed.set()
            self._probed = anyio.Event()

    async def _sent_out(self, request: Request, call: _Call) -> Completion:
        self.moves += 1
        call.sent_at = anyio.current_time()
        call.scope.deadline = call.sent_at + self._deadline_s(request) + _GRACE_S
        self._sent += 1
        say("llm.asked", "debug", model=self._llm.name, in_flight=self._sent)
        try:
            if call.sent_at - self._lag_at > _LAG_EVERY_S:
                await self._look_at_the_loop()
            completion = await self._attempt(request, call.scope)
        finally:
            self._sent -= 1
            call.scope.deadline = math.inf
        return self._settled(request, call, completion)

    async def _made_ready(self) -> None:
        """Let an LLM load what it needs before a deadline begins; what goes wrong, the first attempt meets again."""
        if self._ready is not None:
            with anyio.move_on_after(_LOADING_S), contextlib.suppress(Exception):
                await self._ready()

    async def _attempt(self, request: Request, scope: anyio.CancelScope) -> Completion:
        """What the LLM returns, or what it raised as an outcome."""
        try:
            completion = await self._llm.complete(request)
        except GeneratorExit:
            raise  # the event loop is being torn down around us
        except BaseException as error:
            defect = _defect(error)
            if defect is not None:
                raise defect from None
            if _is_cancellation(error, scope):
                raise
            return _timed_out(self._deadline_s(request)) if scope.cancel_called else _crashed(_told(error))
        if not isinstance(completion, Completion):  # pyright: ignore[reportUnnecessaryIsInstance]  any object may sit here
            return _crashed(f"the model returned {type(completion).__name__}, not a Completion")
        text, tokens = clean(completion.text), last_tokens(completion.logprobs)
        if text is completion.text and tokens == completion.logprobs:
            return completion
        return replace(completion, text=text, logprobs=tokens)

    def _settled(self, request: Request, call: _Call, completion: Completion) -> Completion:
        """Enter an attempt into books, pace and breaker."""
        self.moves += 1
        now = anyio.current_time()
        sent_at = now if call.sent_at is None else call.sent_at
        self._meter.add(completion, now - sent_at)
        self._pacer.note(request, completion, sent_at=sent_at, now=now)
        self._breaker.note(completion.kind, sent_at=sent_at, now=now)
        self._release()
        if completion.kind == "rate_limited":
            pace = {"rate": self._pacer.rate, "gate_s": round(self._pacer.gate_s(now), 3)}
            say("pace.refused", model=self._llm.name, asked_s=completion.retry_after_s, in_flight=self._sent, **pace)
        return completion

    def _cancelled(self, request: Request, call: _Call) -> Completion:
        sent = call.sent_at is not None
        detail = "cancelled in flight: whether it was paid for is in doubt" if sent else "cancelled before it was sent"
        completion = Completion(kind="cancelled", requests=None if sent else 0, detail=detail)
        if sent:
            return self._settled(request, call, completion)
        self._meter.add(completion, None)
        return completion

    def _deadline_s(self, request: Request) -> float:
        return max(request.timeout_s, self._patience_s)

    async def _look_at_the_loop(self) -> None:
        self._lag_at = before = anyio.current_time()
        await checkpoint()
        self._lag_s = anyio.current_time() - before


def _timed_out(deadline_s: float) -> Completion:
    detail = f"no outcome within {deadline_s:g} s, and the model did not keep that deadline itself"
    return Completion(kind="timeout", requests=None, detail=detail, latency_s=deadline_s)


def _crashed(detail: str) -> Completion:
    return Completion(kind="crashed", requests=None, detail=detail)


def _defect(error: BaseException) -> TestingError | None:
    """The testing kit's error in this one, inside groups too."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return next(filter(None, map(_defect, group.exceptions)), None)
    return error if isinstance(error, TestingError) else None


def _is_cancellation(error: BaseException, scope: anyio.CancelScope) -> bool:
    """Whether this is our deadline or our caller's cancellation, not one that the model made up."""
    if not isinstance(error, anyio.get_cancelled_exc_class()):
        return False
    if scope.cancel_called or not isinstance(error, asyncio.CancelledError):
        return True
    task = asyncio.current_task()
    return anyio.current_effective_deadline() == -math.inf or (task is not None and task.cancelling() > 0)


def _told(error: BaseException) -> str:
    """One line on an exception, with no key in it."""
    return scrubbed(f"{type(error).__name__} in the model: {' '.join(str(error).split())}")[:300]
