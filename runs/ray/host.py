"""The Ray actor around one LLM.

Plain Python; `runtime` makes it an actor with `ray.remote`. Its methods return what happened as
data, whatever happened (see `told`).
"""

import os
from collections import deque
from collections.abc import Sequence

import anyio
from anyio.lowlevel import checkpoint

from moot.agents.actor import LLMActor
from moot.agents.limits import Limits
from moot.agents.llm import Endpoint
from moot.agents.metering import Health
from moot.agents.provider.secrets import words_of
from moot.errors import MootError, RuntimeStartError
from moot.logs import Line, Wish, listen
from moot.runs.opening import Opening
from moot.runs.ray.environment import Secrets
from moot.runs.ray.pacing import Paced
from moot.runs.ray.session import Session
from moot.runs.ray.told import Broken, told
from moot.runs.ray.watchdog import watch
from moot.runs.ray.wire import News, Outcome, Plain, unpacked

_LINES = 10_000
"""Of a log, kept for conductors that fetch nothing; older ones are lost."""


class LLMHost:
    """Hosts one LLM for any number of conductors.

    Args:
        opening: Opens an endpoint; importable where the actor lives.
        endpoint: Which LLM.
        secrets: Environment variables it needs.
        paced: Where it draws its pace, which it shares; None paces it alone.
    """

    def __init__(self, opening: Opening, endpoint: Endpoint, secrets: Secrets, paced: Paced | None = None) -> None:
        os.environ.update(secrets)
        self._sessions: dict[str, Session] = {}
        self._lane = None if paced is None else paced.opened()
        self._pacing = anyio.Lock()
        self._watched = False
        self._lines: deque[Line] = deque(maxlen=_LINES)
        self._actor: LLMActor | None = None
        self._failure: MootError | None = None
        try:
            self._actor = LLMActor(opening(endpoint), pacer=self._lane)
        except MootError as error:
            self._failure = error
        except BaseException as error:
            self._failure = RuntimeStartError(f"{endpoint.id!r} cannot be opened on Ray: {words_of(error)}")

    async def hello(self) -> int | MootError:
        """The id of its process once it can take calls, or why it never will."""
        return os.getpid() if self._failure is None else self._failure

    async def serve(self, client: str, wish: Wish | None = None) -> Broken:
        """Hold a conductor's session; returns only where that has failed.

        Args:
            client: Names the conductor.
            wish: What of a log it wants to be told with its outcomes.
        """

        async def served() -> Broken:
            actor = self._held()
            if wish is not None:
                listen(self._lines.append, wish)
            if not self._watched:
                self._watched = True
                watch(lambda: actor.moves)
            session = self._sessions[client] = Session(actor)
            async with anyio.create_task_group() as group:
                group.start_soon(self._keep_pace)
                await session.run()
            return Broken("its session ended")

        return await told(served)

    async def submit(
        self, client: str, requests: list[Plain], forgotten: list[str], cancelled: list[str], patience_s: float
    ) -> list[News] | Broken:
        """Stop, forget and begin calls, in this order, and return what is finished within `patience_s`."""

        async def submitted() -> list[News]:
            session = await self._session(client)
            session.cancel(cancelled)
            self._held().forget(forgotten)
            await session.begin(unpacked(requests))
            return self._with_lines(await session.settled(patience_s))

        return await told(submitted)

    async def collect(self, client: str, patience_s: float) -> list[News] | Broken:
        """Everything finished since the last time, as soon as there is something; nothing when patience is out."""

        async def collected() -> list[News]:
            return self._with_lines(await (await self._session(client)).news(patience_s))

        return await told(collected)

    async def limit(self, own: Limits, shared: Limits) -> None:
        """Keep to these limits of the model and of its account from now on."""
        self._held().allow(own.concurrency)
        if self._lane is not None:
            self._lane.limit(own, shared)

    async def reset(self) -> None:
        """Close the breaker: whoever begins something tries anew."""
        if self._actor is not None:
            self._actor.reset()

    async def health(self) -> Health:
        """How the LLM's actor is."""
        return self._held().health()

    def _with_lines(self, outcomes: Sequence[Outcome]) -> list[News]:
        """Outcomes after what the log has gathered; whichever conductor comes first takes it along for all."""
        lines = [{**line, "actor": os.getpid()} for line in self._lines]
        self._lines.clear()
        return [*lines, *outcomes]

    def _held(self) -> LLMActor:
        if self._actor is None:
            raise self._failure or RuntimeStartError("the LLM was not opened")
        return self._actor

    async def _keep_pace(self) -> None:
        """Stay in touch with the desk; one session of all does so, and when it ends the next."""
        if self._lane is not None:
            async with self._pacing:
                await self._lane.run()

    async def _session(self, client: str) -> Session:
        # Ray starts a caller's methods in the order they were called, but `serve` may not have got far.
        with anyio.fail_after(10):
            while client not in self._sessions:
                await checkpoint()
        return self._sessions[client]
