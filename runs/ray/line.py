"""An actor as this process reaches it: asked with a time-out, noticed when it is lost, waited for until it is back."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio

from moot.agents.provider.secrets import words_of
from moot.errors import MootError, RuntimeStartError
from moot.runs.ray.library import first_line, library
from moot.runs.ray.told import Broken

SILENCE_S = 30.0
"""An actor that answers nothing for this long is deaf and is replaced."""
RESTART_S = 60.0
"""How long calls wait for an actor to come back."""
_RETRY_S = 0.1


class Lost(Exception):  # noqa: N818  (it ends a session, it is no error of anybody)
    """The actor cannot be reached."""


class Line:
    """The way to one actor, which says `hello` with its process id, or with the error that keeps it from working.

    Args:
        made: Gives the actor's handle, made anew where the old actor is gone for good.
        silence_s: How long the actor may answer nothing.
        restart_s: How long its coming back is waited for.
    """

    def __init__(
        self,
        made: Callable[[], Coroutine[Any, Any, Any]],
        *,
        silence_s: float = SILENCE_S,
        restart_s: float = RESTART_S,
    ) -> None:
        self._made = made
        self.silence_s, self.restart_s = silence_s, restart_s
        self._actor: Any = None
        self.pid = 0
        """The actor's process."""

    async def open(self) -> None:
        """Make the actor and wait until it can be used.

        Raises:
            MootError: It never can; the error says why.
        """
        self._actor = await self._made()
        hello = await self._actor.hello.remote()
        if isinstance(hello, MootError):
            raise hello
        self.pid = hello

    @property
    def actor_id(self) -> str:
        """By which Ray knows the actor; empty before it was made."""
        return "" if self._actor is None else str(self._actor._actor_id.hex())

    @property
    def actor(self) -> Any:
        """The actor, while there is a Ray to reach it by; without one Ray itself would start another, unasked.

        Raises:
            RuntimeStartError: The connection has ended.
        """
        if not library().is_initialized():
            raise RuntimeStartError("the connection to Ray has ended")
        return self._actor

    async def asked(self, reply: Awaitable[Any], *, within_s: float | None) -> Any:
        """What the actor replies.

        Raises:
            Lost: It does not.
        """
        try:
            with anyio.fail_after(within_s):
                answer = await reply
        except TimeoutError:
            self._replace()
            raise Lost(f"it answered nothing for {self.silence_s:g} s") from None
        except library().exceptions.RayError as error:
            raise Lost(first_line(error)) from None
        if isinstance(answer, Broken):
            raise Lost(answer.words)
        return answer

    async def until_lost(self, *tasks: Callable[[], Awaitable[None]]) -> str:
        """Do these at the same time until one of them loses the actor, and say how it was lost."""
        reasons: list[str] = []

        async def doing(task: Callable[[], Awaitable[None]]) -> None:
            try:
                await task()
            except Lost as lost:
                reasons.append(str(lost))
            except Exception as error:  # a defect must not leave callers waiting for ever
                reasons.append(words_of(error))
            group.cancel_scope.cancel("the actor is lost")

        async with anyio.create_task_group() as group:
            for task in tasks:
                group.start_soon(doing, task)
        return reasons[0]

    async def back(self) -> bool:
        """Whether the actor is back, after some waiting."""
        gone = False
        with anyio.move_on_after(self.restart_s):
            while True:
                try:
                    if gone or self._actor is None:
                        self._actor = await self._made()
                    hello = await self.actor.hello.remote()
                except RuntimeStartError:
                    return False
                except Exception as error:
                    gone = isinstance(error, library().exceptions.ActorDiedError)
                    await anyio.sleep(_RETRY_S)
                else:
                    self.pid = 0 if isinstance(hello, MootError) else hello
                    return self.pid != 0
        return False

    def end(self) -> None:
        """End the actor for good."""
        if self._actor is not None and library().is_initialized():
            library().kill(self._actor, no_restart=True)
            self._actor = None

    def _replace(self) -> None:
        """End a deaf actor's process; Ray starts another."""
        library().kill(self.actor, no_restart=False)
