"""What travels between conductor and actor: plain dictionaries, cheap to pickle and to check.

Not JSON: a prompt may hold a lone surrogate, which JSON as UTF-8 cannot carry.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from moot.agents.records import Completion, Request
from moot.logs import Line

_REQUESTS = TypeAdapter(list[Request])
_COMPLETION = TypeAdapter(Completion)

Plain = dict[str, Any]

Outcome = tuple[str, Plain | None, Exception | None]
"""A key, and either a completion or what the testing kit raised."""

News = Outcome | Line
"""What an LLM actor tells a conductor: how calls ended, and lines of its log, each before the call's end it led to."""


def packed(requests: Sequence[Request]) -> list[Plain]:
    """Requests as plain data.

    >>> packed([Request(key="k", model="m", messages=())])
    [{'key': 'k', 'model': 'm', 'messages': ()}]
    """
    plain: list[Plain] = _REQUESTS.dump_python(list(requests), exclude_defaults=True)
    return plain


def unpacked(plain: list[Plain]) -> list[Request]:
    """The requests again."""
    return _REQUESTS.validate_python(plain)


def outcome(key: str, completion: Completion) -> Outcome:
    """A completion as plain data."""
    return key, plain(completion), None


def plain(completion: Completion) -> Plain:
    """What a completion has that is not as usual."""
    told: Plain = _COMPLETION.dump_python(completion, exclude_defaults=True)
    return told


def completed(told: Plain) -> Completion:
    """The completion again."""
    return Completion(**told)
