"""The conductor's end of an LLM actor: calls of one tick travel together, and none is ever left hanging.

At most one `submit` is under way at a time, so what piles up meanwhile shares the next one. While
calls are in flight, one `collect` waits at the actor and brings back whatever has finished. When
the actor dies or goes deaf, every call that had been sent ends as `crashed`: whoever made it
decides whether to send it again, under the same key. Calls not yet sent wait for the actor to come
back, for a bounded time.
"""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import anyio

from moot.agents.limits import Limits
from moot.agents.records import Completion, Request
from moot.logs import ids, relay, say, wish
from moot.runs.ray.line import RESTART_S, SILENCE_S, Line
from moot.runs.ray.wire import News, completed, packed

GRACE_S = 0.002
"""How long a `submit` waits for its own outcomes where nobody else would bring them."""
HEARTBEAT_S = 2.0
"""How long a `collect` waits at the actor for news."""
_BATCH, _BATCH_CHARACTERS = 256, 1_000_000
_ACKNOWLEDGEMENTS = 1000
"""Acknowledgements travel with calls; only so many make a journey of their own."""


class _Call:
    """A call somebody waits for."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.ids = ids()
        """What its lines are about, here and at the actor."""
        self.waiters = 0
        self.sent = False
        self.done = anyio.Event()
        self.completion: Completion | None = None
        self.error: Exception | None = None


class RayHost:
    """One LLM actor as its conductor sees it.

    Args:
        name: Of its endpoint, for words.
        client: Names this conductor at the actor.
        made: Gives the actor's handle, made anew where the old actor is gone for good.
        silence_s: How long the actor may answer nothing.
        restart_s: How long calls wait for it to come back.
    """

    def __init__(
        self,
        name: str,
        client: str,
        made: Callable[[], Coroutine[Any, Any, Any]],
        *,
        silence_s: float = SILENCE_S,
        restart_s: float = RESTART_S,
    ) -> None:
        self._name, self._client = name, client
        self._line = Line(made, silence_s=silence_s, restart_s=restart_s)
        self._calls: dict[str, _Call] = {}
        self._unsent: dict[str, _Call] = {}
        self._in_flight = 0
        self._forgotten: list[str] = []
        self._cancelled: list[str] = []
        self._collecting = self._closed = False
        self._limits: tuple[Limits, Limits] | None = None
        self._wake, self._flying = anyio.Event(), anyio.Event()

    @property
    def pid(self) -> int:
        """The actor's process."""
        return self._line.pid

    @property
    def actor_id(self) -> str:
        """By which Ray knows the actor."""
        return self._line.actor_id

    def end(self) -> None:
        """End the actor for good."""
        self._line.end()

    async def open(self) -> None:
        """Make the actor and wait until it can take calls.

        Raises:
            MootError: It never will; the error says why.
        """
        await self._line.open()

    async def found(self) -> bool:
        """Whether there is an actor, made by somebody else, that takes calls; for one that is away it waits."""
        return await self._line.back()

    async def complete(self, request: Request) -> Completion:
        """One attempt at the actor, its outcome as data.

        Raises:
            TestingError: The testing kit caught a defect of the test.
        """
        if self._closed:
            return Completion(kind="outage", requests=0, detail=f"the process of {self._name} was let go; not sent")
        call = self._calls.get(request.key)
        if call is None:
            call = self._calls[request.key] = self._unsent[request.key] = _Call(request)
            self._wake.set()
        call.waiters += 1
        try:
            await call.done.wait()
        finally:
            call.waiters -= 1
            if not call.waiters and not call.done.is_set():
                self._drop(request.key)
        if call.error is not None:
            raise call.error
        assert call.completion is not None  # noqa: S101  (done means one of the two)
        return call.completion

    def forget(self, keys: Iterable[str]) -> None:
        """These outcomes are on record: the actor may let them go."""
        self._forgotten.extend(keys)
        if len(self._forgotten) >= _ACKNOWLEDGEMENTS:
            self._wake.set()

    def limit(self, own: Limits, shared: Limits) -> None:
        """Have the actor keep to these limits of its model and its account, for as long as it is used."""
        self._limits = own, shared
        self._line.actor.limit.remote(own, shared)

    def reset(self) -> None:
        """Have the actor's breaker closed, before any call made from now on."""
        self._line.actor.reset.remote()

    async def health(self) -> Any:
        """How the actor is."""
        return await self._line.actor.health.remote()

    async def run(self) -> None:
        """Carry calls, for as long as the host is used: until cancelled."""
        try:
            while True:
                if self._unsent:
                    self._wake.set()
                self._lose(await self._line.until_lost(self._serve, self._send, self._fetch))
                while not await self._line.back():
                    say("actor.away", "error", model=self._name, unsent=len(self._unsent))
                    self._give_up()
                    self._wake = anyio.Event()
                    await self._wake.wait()
                say("actor.back", "warning", model=self._name, actor=self._line.pid)
        finally:
            self._closed = True
            self._crash("its conductor has let it go")
            self._give_up()

    async def _serve(self) -> None:
        if self._limits is not None:  # the actor may be another one than before
            self._line.actor.limit.remote(*self._limits)
        await self._line.asked(self._line.actor.serve.remote(self._client, wish()), within_s=None)

    async def _send(self) -> None:
        """Take whatever has piled up to the actor, one journey at a time."""
        while True:
            await self._wake.wait()
            self._wake = anyio.Event()
            while self._unsent or self._cancelled or len(self._forgotten) >= _ACKNOWLEDGEMENTS:
                batch = self._batch()
                forgotten, self._forgotten = self._forgotten, []
                cancelled, self._cancelled = self._cancelled, []
                grace_s = 0.0 if self._collecting else GRACE_S
                submitted = self._line.actor.submit.remote(self._client, packed(batch), forgotten, cancelled, grace_s)
                self._take(await self._line.asked(submitted, within_s=self._line.silence_s))
            if self._in_flight:
                self._flying.set()

    async def _fetch(self) -> None:
        """Bring back whatever has finished, while anything is in flight."""
        while True:
            self._collecting = False
            self._flying = anyio.Event()
            await self._flying.wait()
            self._collecting = True
            while self._in_flight:
                collected = self._line.actor.collect.remote(self._client, HEARTBEAT_S)
                self._take(await self._line.asked(collected, within_s=HEARTBEAT_S + self._line.silence_s))

    def _batch(self) -> list[Request]:
        """As many of the unsent calls as should travel together, oldest first."""
        batch: list[Request] = []
        characters = 0
        for key in list(self._unsent):
            call = self._unsent.pop(key)
            call.sent = True
            self._in_flight += 1
            batch.append(call.request)
            characters += sum(len(message.content) for message in call.request.messages)
            if len(batch) == _BATCH or characters >= _BATCH_CHARACTERS:
                break
        return batch

    def _take(self, news: Iterable[News]) -> None:
        for one in news:
            if isinstance(one, dict):
                concerned = self._calls.get(one.get("call", ""))
                relay(one, **({} if concerned is None else concerned.ids))
                continue
            key, completion, error = one
            call = self._calls.get(key)
            if call is not None and call.sent:
                call.error = error
                self._end(key, None if completion is None else completed(completion))

    def _end(self, key: str, completion: Completion | None) -> None:
        call = self._calls.pop(key)
        if call.sent:
            self._in_flight -= 1
        call.completion = completion
        call.done.set()

    def _drop(self, key: str) -> None:
        """Nobody waits for it any more."""
        call = self._calls.pop(key)
        if call.sent:
            self._in_flight -= 1
            self._cancelled.append(key)
            self._wake.set()
        else:
            del self._unsent[key]

    def _lose(self, reason: str) -> None:
        """The actor is lost, as far as one can tell."""
        in_doubt = sum(call.sent for call in self._calls.values())
        say("actor.lost", "warning", model=self._name, actor=self._line.pid, in_doubt=in_doubt, why=reason)
        self._crash(reason)

    def _crash(self, reason: str) -> None:
        """What had been sent ends in doubt."""
        self._cancelled.clear()
        detail = f"the process of {self._name} was lost: {reason}"
        for key in [key for key, call in self._calls.items() if call.sent]:
            self._end(key, Completion(kind="crashed", requests=None, detail=detail))

    def _give_up(self) -> None:
        """What had not been sent ends unsent."""
        detail = f"the process of {self._name} did not come back within {self._line.restart_s:g} s; not sent"
        for key in list(self._unsent):
            del self._unsent[key]
            self._end(key, Completion(kind="outage", requests=0, detail=detail))
