"""What one conductor has under way in one LLM actor: its calls, and outcomes it has not yet fetched.

Plain Python on any event loop; the actor around it is in `host`.
"""

from collections.abc import Iterable
from typing import Protocol

import anyio

from moot.agents.records import Completion, Request
from moot.errors import TestingError
from moot.logs import about
from moot.runs.ray.wire import Outcome, outcome

LEASE_S = 30.0
"""A conductor unheard for this long has gone, and what it had in flight is stopped: it must not go on spending."""


class Answers(Protocol):
    """What holds the LLM."""

    async def complete(self, request: Request) -> Completion:
        """One attempt, as data."""
        ...


class Session:
    """The calls of one conductor.

    Args:
        actor: Holds the LLM.
        lease_s: How long the conductor may be silent while it has calls in flight.
    """

    def __init__(self, actor: Answers, *, lease_s: float = LEASE_S) -> None:
        self._actor, self._lease_s = actor, lease_s
        self._flying = 0
        self._scopes: dict[str, anyio.CancelScope] = {}
        self._lapsed: set[str] = set()
        self._finished: list[Outcome] = []
        self._news, self._idle, self._open = anyio.Event(), anyio.Event(), anyio.Event()
        self._heard_at = anyio.current_time()

    async def run(self) -> None:
        """Carry the calls, for as long as the session lasts: until cancelled."""
        async with anyio.create_task_group() as self._tasks:
            self._open.set()
            while True:
                await anyio.sleep(self._lease_s / 4)
                if self._flying and anyio.current_time() - self._heard_at > self._lease_s:
                    self._lapse()

    async def begin(self, requests: Iterable[Request]) -> None:
        """Start calls; their outcomes are fetched by `settled` and `news`."""
        await self._open.wait()
        self._heard_at = anyio.current_time()
        for request in requests:
            self._flying += 1
            self._tasks.start_soon(self._one, request)

    def cancel(self, keys: Iterable[str]) -> None:
        """Stop calls; they have no outcome."""
        for key in keys:
            if key in self._scopes:
                self._scopes[key].cancel("the conductor no longer wants it")

    async def settled(self, patience_s: float) -> list[Outcome]:
        """Outcomes, once no call is left in flight or patience is out."""
        if patience_s > 0 and self._flying:
            self._idle = anyio.Event()
            with anyio.move_on_after(patience_s):
                await self._idle.wait()
        return self._fetched()

    async def news(self, patience_s: float) -> list[Outcome]:
        """Outcomes, once there is one or patience is out."""
        self._heard_at = anyio.current_time()
        with anyio.move_on_after(patience_s):
            while not self._finished:
                await self._news.wait()
        self._heard_at = anyio.current_time()
        return self._fetched()

    def _fetched(self) -> list[Outcome]:
        finished, self._finished = self._finished, []
        self._news = anyio.Event()
        return finished

    def _lapse(self) -> None:
        self._lapsed.update(self._scopes)
        self.cancel(list(self._scopes))

    async def _one(self, request: Request) -> None:
        key = request.key
        with anyio.CancelScope() as scope:
            self._scopes[key] = scope
            try:
                ended = await self._outcome(request)
                self._finished.append(ended)
            finally:
                if self._scopes.get(key) is scope:
                    del self._scopes[key]
        if key in self._lapsed:
            self._lapsed.discard(key)
            if scope.cancelled_caught:
                self._finished.append(outcome(key, _crashed("stopped: its conductor had not been heard of")))
        self._flying -= 1
        self._news.set()
        if not self._flying:
            self._idle.set()

    async def _outcome(self, request: Request) -> Outcome:
        try:
            with about(call=request.key):
                return outcome(request.key, await self._actor.complete(request))
        except TestingError as error:
            return request.key, None, error
        except (anyio.get_cancelled_exc_class(), GeneratorExit):
            raise
        except BaseException as error:  # an interrupt or exit let out of here would end the actor's event loop
            return outcome(request.key, _crashed(f"{type(error).__name__} in the actor"))


def _crashed(detail: str) -> Completion:
    return Completion(kind="crashed", requests=None, detail=detail)
