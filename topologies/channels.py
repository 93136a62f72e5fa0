"""Channels: what an edge lets through of what is said over it.

An edge names its channel by a spelling such as `"delayed?rounds=2"`; none is `full`. What a channel
does to a message is the floor's business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from moot.errors import UnknownNameError
from moot.names import arguments, parse, written

Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Channel:
    """What an edge lets through."""

    name: str
    rounds: int = 0
    """By how many rounds messages are late."""
    p: float = 0.0
    """Chance that a word is illegible, or that a message is lost."""
    words: int = 0
    """Most words that a summary is asked to have."""


def full() -> Channel:
    """Everything, as the protocol's view has it."""
    return Channel("full")


def answer() -> Channel:
    """The answer without its reasons."""
    return Channel("answer")


def anonymous() -> Channel:
    """Everything but the author's name."""
    return Channel("anonymous")


def confidence() -> Channel:
    """Everything, and how sure the author said it was."""
    return Channel("confidence")


def delayed(rounds: Annotated[int, Field(ge=1)] = 1) -> Channel:
    """Everything, some rounds late."""
    return Channel("delayed", rounds=rounds)


def noisy(p: Share = 0.1) -> Channel:
    """Everything, each word illegible with that probability, the answer's too."""
    return Channel("noisy", p=p)


def dropped(p: Share = 0.3) -> Channel:
    """Everything, or with that probability nothing: a lost message stays lost over that edge."""
    return Channel("dropped", p=p)


def summary(words: Annotated[int, Field(ge=1)] = 60) -> Channel:
    """A summary of so many words by the judge, else by the author, with the answer; one call for each reply."""
    return Channel("summary", words=words)


CHANNELS: Mapping[str, Callable[..., Channel]] = MappingProxyType(
    {one.__name__: one for one in (full, answer, anonymous, confidence, summary, delayed, noisy, dropped)}
)
"""Every channel by its name."""


def channel(name: str, **parameters: Any) -> str:
    """The spelling of a channel, for the attribute `channel` of an edge.

    Args:
        name: `full`, `answer`, `anonymous`, `confidence`, `summary`, `delayed`, `noisy` or `dropped`.
        parameters: `words` of `summary`, `rounds` of `delayed`, `p` of `noisy` and `dropped`.

    Raises:
        UnknownNameError: There is no such channel or parameter.
        SpecError: A value does not fit.

    >>> channel("dropped", p=0.3)
    'dropped?p=0.3'
    """
    spelling = written(name, parameters)
    channel_of(spelling)
    return spelling


@lru_cache(maxsize=256)
def channel_of(spelling: str) -> Channel:
    """The channel of that spelling.

    Raises:
        UnknownNameError: There is no such channel or parameter.
        SpecError: A value does not fit.

    >>> channel_of("delayed?rounds=2")
    Channel(name='delayed', rounds=2, p=0.0, words=0)
    """
    name, parameters = parse(spelling)
    if name not in CHANNELS:
        raise UnknownNameError("channel", name, CHANNELS)
    return CHANNELS[name](**arguments(CHANNELS[name], parameters, kind=f"channel {name!r}"))
