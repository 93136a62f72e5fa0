"""Equality that takes a comparison: of mathematics, or by a function of the user."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Protocol

from moot.errors import SpecError
from moot.protocols.answers.comparing import computed_equal, computed_equal_now
from moot.protocols.answers.expression import expression_key, settled_by_sight

Same = Callable[[str, str], "bool | Awaitable[bool]"]
"""Whether two answers are the same; may be asynchronous, where an LLM compares."""


class Equality(Protocol):
    """Compares answers whose keys differ."""

    def now(self, answer: str, other: str) -> bool:
        """Whether the two are equal, waiting for it here."""
        ...

    async def later(self, answer: str, other: str) -> bool:
        """Whether the two are equal."""
        ...


class Mathematical:
    """Equality of expressions, computed in a process of its own; each pair once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}

    def now(self, answer: str, other: str) -> bool:
        """Whether the two are equal; blocks while it is computed, the deadline at most."""
        known = self._at_sight(answer, other)
        return self._remembered(answer, other, computed_equal_now(answer, other)) if known is None else known

    async def later(self, answer: str, other: str) -> bool:
        """Whether the two are equal."""
        known = self._at_sight(answer, other)
        return self._remembered(answer, other, await computed_equal(answer, other)) if known is None else known

    def _at_sight(self, answer: str, other: str) -> bool | None:
        key, other_key = expression_key(answer), expression_key(other)
        if key == other_key or settled_by_sight(key, other_key):
            return key == other_key
        return self._known.get(_pair(answer, other))

    def _remembered(self, answer: str, other: str, equal: bool) -> bool:
        self._known[_pair(answer, other)] = equal
        return equal


class Given:
    """Equality by a function of the user; each pair is asked once, and equal texts are equal unasked."""

    def __init__(self, same: Same) -> None:
        self._same = same
        self._known: dict[tuple[str, str], bool] = {}

    def now(self, answer: str, other: str) -> bool:
        """Whether the two are equal.

        Raises:
            SpecError: The function is asynchronous, and this pair has not been awaited before.
        """
        known = True if answer == other else self._known.get(_pair(answer, other))
        if known is not None:
            return known
        given = self._same(*_pair(answer, other))
        if inspect.isawaitable(given):
            if inspect.iscoroutine(given):
                given.close()
            raise SpecError("same= is asynchronous: these answers must be compared by `await space.equal(…)` first")
        return self._remembered(answer, other, bool(given))

    async def later(self, answer: str, other: str) -> bool:
        """Whether the two are equal."""
        known = True if answer == other else self._known.get(_pair(answer, other))
        if known is not None:
            return known
        given = self._same(*_pair(answer, other))
        return self._remembered(answer, other, bool(await given if inspect.isawaitable(given) else given))

    def _remembered(self, answer: str, other: str, equal: bool) -> bool:
        self._known[_pair(answer, other)] = equal
        return equal


def _pair(answer: str, other: str) -> tuple[str, str]:
    """Both in one order, so that equality is symmetric whatever compares."""
    return (answer, other) if answer <= other else (other, answer)
