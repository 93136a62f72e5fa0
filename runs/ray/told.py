"""What an actor's method returns: what happened, as data, whatever happened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio

from moot.agents.provider.secrets import words_of

T = TypeVar("T")


@dataclass(frozen=True)
class Broken:
    """Instead of a reply: a method of the actor failed."""

    words: str


async def told(method: Callable[[], Awaitable[T]]) -> "T | Broken":
    """What the method returns, or how it failed.

    An exception of a foreign class would not survive the way back, and an interrupt let out of an
    async method would leave the actor alive and deaf for ever.
    """
    try:
        return await method()
    except (anyio.get_cancelled_exc_class(), GeneratorExit):
        raise
    except BaseException as error:
        return Broken(words_of(error))
