"""Provider extras a request may hold: anything but what would move the call, its key or its accounting."""

from collections.abc import Mapping

from pydantic import JsonValue

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


def refusal(extra: Mapping[str, JsonValue]) -> str | None:
    """Why the extras cannot be passed on, or None.

    >>> refusal({"api_base": "http://elsewhere"})
    "extra may not hold 'api_base': it has a place of its own or none"
    """
    held = sorted(extra.keys() & RESERVED)
    return f"extra may not hold {held[0]!r}: it has a place of its own or none" if held else None


def check_extras(extra: Mapping[str, JsonValue]) -> None:
    """Say before the first call that extras cannot be passed on.

    Raises:
        SpecError: They hold a reserved name.
    """
    sentence = refusal(extra)
    if sentence is not None:
        raise SpecError(sentence)
