"""Provider extras a request may hold: anything but what would move the call, its key or its accounting.

Nor may they hold a key themselves: extras are part of the debate, so they are stored and shown.
"""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from moot.agents.provider.secrets import seeker
from moot.errors import SpecError

RESERVED = frozenset(
    {
        *("api_base", "base_url", "api_key", "api_version", "client", "custom_llm_provider", "organization"),
        *("model", "messages", "stream", "timeout", "n", "response_format", "seed", "max_retries", "num_retries"),
        *("fallbacks", "mock_response", "callbacks", "success_callback", "failure_callback", "logger_fn", "metadata"),
        *("cache", "caching", "shared_session", "headers", "extra_headers", "drop_params", "no-log"),
    }
)
"""Names that moot sets itself, or that nobody may."""
_KEY = re.compile(
    r"((api|access|secret|private|subscription)[-_]?key|(access|auth|ad|id|session|security|bearer)[-_]?token"
    r"|secret|passw(or)?d|credentials?|authorization)(\.|\Z)",
    re.IGNORECASE,
)
"""What the name of a key ends in; `max_tokens` and `prompt_cache_key` are none."""


def refusal(extra: Mapping[str, JsonValue]) -> str | None:
    """Why the extras cannot be passed on, or None.

    >>> refusal({"api_base": "http://elsewhere"})
    "extra may not hold 'api_base': it has a place of its own or none"
    """
    held = sorted(extra.keys() & RESERVED)
    if held:
        return f"extra may not hold {held[0]!r}: it has a place of its own or none"
    shows_key = seeker() if extra else None
    for name, value in _named(dict(extra), ""):
        if _KEY.search(name) or (shows_key is not None and isinstance(value, str) and shows_key(value)):
            return f"extra may not hold a key, as {name!r} seems to: keys belong in the environment, extras are stored"
    return None


def _named(value: JsonValue, name: str) -> Iterator[tuple[str, JsonValue]]:
    """Every plain value within, by the path of names that leads to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, name)
    else:
        yield name, value


def check_extras(extra: Mapping[str, JsonValue]) -> None:
    """Say before the first call that extras cannot be passed on.

    Raises:
        SpecError: They hold a reserved name.
    """
    sentence = refusal(extra)
    if sentence is not None:
        raise SpecError(sentence)
