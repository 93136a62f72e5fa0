"""A person in a seat of the debate, at the terminal or wherever else people are asked (`moot.agents.asking`).

The prompt is shown without control sequences; at the terminal the reply is what the person types, up
to an empty line. Where there are several places the first reply counts. Nothing blocks: the terminal is
watched by the event loop, wherever that runs, so a person who never answers costs a deadline and nothing
else.
"""

import codecs
import math
import os
import sys
import termios
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TextIO

import anyio
from anyio.lowlevel import RunVar

from moot.agents.agent import Agent
from moot.agents.asking import Asked, Place, Whose, places, speaking_for
from moot.agents.cleaning import clean, printable
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Request, Usage
from moot.errors import SpecError, shown

_MOST_CHARS = 100_000
_RULE = "─" * 60
_terminal: RunVar[anyio.Lock] = RunVar("moot terminal")
"""Two people at one terminal are asked one after the other."""


class Person:
    """An LLM that is a person.

    Args:
        name: What it is called in records and tables.
        timeout_s: How long the person has, from the moment the prompt is shown.
        keyboard: A file descriptor of a terminal; None is standard input.
        screen: Where the prompt is shown; None is standard error.
    """

    def __init__(
        self,
        name: str = "human",
        *,
        timeout_s: float = 300.0,
        keyboard: int | None = None,
        screen: TextIO | None = None,
    ) -> None:
        if not _lasting(timeout_s):
            raise SpecError(f"{name!r}: timeout_s {shown(timeout_s)} must be a number above 0 and finite, in seconds")
        self.name, self.timeout_s = name, timeout_s
        self.capabilities = Capabilities()
        self._keyboard, self._screen = keyboard, screen

    def check(self) -> None:
        """Make sure somebody can be asked at all.

        Raises:
            SpecError: Standard input is not a terminal, and no page is open.
        """
        if self._terminal() is None and not places():
            raise SpecError(
                f"{self.name!r} answers at the terminal or in the page, and there is neither: run it in a terminal, "
                "or with --view"
            )

    async def complete(self, request: Request) -> Completion:
        """Show the prompt and wait for the reply."""
        keyboard, elsewhere = self._terminal(), places()
        if keyboard is None and not elsewhere:
            detail = "standard input is not a terminal and no page is open, so no person can be asked"
            return Completion(kind="outage", requests=0, detail=detail)
        said: list[tuple[str, float]] = []
        async with anyio.create_task_group() as group:

            async def ask(way: Callable[[], Coroutine[Any, Any, tuple[str, float] | None]]) -> None:
                reply = await way()
                if reply is not None:
                    said.append(reply)
                    group.cancel_scope.cancel("the reply is there")

            for place in elsewhere:
                group.start_soon(ask, partial(self._at_place, place, request))
            if keyboard is not None:
                group.start_soon(ask, partial(self._at_terminal, keyboard, request))
        text, took_s = said[0] if said else (None, self.timeout_s)
        return _outcome(text, took_s, self.timeout_s)

    async def _at_terminal(self, keyboard: int, request: Request) -> tuple[str, float] | None:
        """What is typed and how long that took, from when the prompt was shown; None where time is up."""
        async with _line():
            began = anyio.current_time()
            termios.tcflush(keyboard, termios.TCIFLUSH)  # typed before the question, so no answer to it
            self._show(request)
            with anyio.move_on_after(self.timeout_s):
                return await _typed(keyboard), anyio.current_time() - began
        return None

    async def _at_place(self, place: Place, request: Request) -> tuple[str, float] | None:
        """As at the terminal."""
        seated = speaking_for.get() or Whose("", self.name)
        began = anyio.current_time()
        with anyio.move_on_after(self.timeout_s):
            reply = await place.ask(Asked(*seated, request.messages, self.timeout_s))
            return reply, anyio.current_time() - began
        return None

    def _terminal(self) -> int | None:
        """The descriptor to read from; None where it is no terminal."""
        try:
            keyboard = sys.stdin.fileno() if self._keyboard is None else self._keyboard
        except (AttributeError, OSError, ValueError):  # no standard input, or one that is not a file
            return None
        return keyboard if os.isatty(keyboard) else None

    def _show(self, request: Request) -> None:
        screen = self._screen or sys.stderr
        for message in request.messages:
            screen.write(f"\n{_RULE}\n[{message.role}]\n{printable(message.content)}\n")
        screen.write(f"{_RULE}\n{self.name}: your reply, ended by an empty line ({self.timeout_s:g} s)\n")
        screen.flush()


class Human(Agent):
    """A person in a seat.

    Args:
        name: As of any agent.
        timeout_s: How long the person has for each reply.
        role: What it is called in records.

    Raises:
        SpecError: A value is out of range.
    """

    def __init__(self, name: str, *, timeout_s: float = 300.0, role: str | None = None) -> None:
        super().__init__(name, Person(timeout_s=timeout_s), role=role)


def _lasting(seconds: object) -> bool:
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < math.inf


def _line() -> anyio.Lock:
    lock = _terminal.get(None)
    if lock is None:
        lock = anyio.Lock()
        _terminal.set(lock)
    return lock


async def _typed(keyboard: int) -> str:
    """Lines until an empty one that follows some text, or the end of input."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text = ""
    while len(text) < _MOST_CHARS:
        await anyio.wait_readable(keyboard)
        try:
            read = os.read(keyboard, 4096)
        except OSError:  # the terminal has been closed
            return text
        if not read:
            return text
        text += decoder.decode(read)
        if text.strip() and text.endswith("\n\n"):
            return text
    return text


def _outcome(text: str | None, took_s: float, timeout_s: float) -> Completion:
    if text is None:
        detail = f"nobody answered within {timeout_s:g} s"
        return Completion(kind="timeout", requests=0, detail=detail, latency_s=took_s)
    said = clean(text).strip()[:_MOST_CHARS]
    usage = Usage(cost_nano_usd=0)
    return Completion(kind="ok" if said else "empty", text=said, usage=usage, requests=0, latency_s=took_s)
