"""What an error means: status, code and text of any shape to an outcome kind, by one table.

Statuses alone do not tell: a spent quota and a busy minute are both 429, a filtered prompt, a prompt
too long and a wrong parameter are all 400, and the same words come from providers under different
statuses. So the code is asked first, then the text, then the status.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

from moot.agents.records import Kind

RETRY_CAP_S = 600.0
"""The longest wait that is taken from a provider; later there will be another answer."""

_CODES: Mapping[str, Kind] = {
    "insufficient_quota": "quota",
    "insufficient_balance": "quota",
    "billing_hard_limit_reached": "quota",
    "billing_not_active": "quota",
    "billing_error": "quota",
    "payment_required": "quota",
    "rate_limit_exceeded": "rate_limited",
    "rate_limit_error": "rate_limited",
    "too_many_requests": "rate_limited",
    "content_filter": "refused",
    "content_policy_violation": "refused",
    "responsibleaipolicyviolation": "refused",
    "data_inspection_failed": "refused",
    "context_length_exceeded": "context",
    "context_window_exceeded": "context",
    "string_above_max_length": "context",
    "request_too_large": "context",
    "exceed_context_size_error": "context",
    "invalid_api_key": "auth",
    "authentication_error": "auth",
    "permission_error": "auth",
    "unauthenticated": "auth",
    "overloaded": "outage",
    "overloaded_error": "outage",
    "server_error": "outage",
    "internal_error": "outage",
    "internal_server_error": "outage",
    "api_error": "outage",
    "service_unavailable": "outage",
    "unavailable": "outage",
    "timeout": "outage",
    "invalid_request_error": "bad_request",
}

_SPENT = re.compile(
    r"insufficient[_ ](?:quota|balance|credits?|funds)|exceeded your current quota|credit balance is too low"
    r"|used all available credits|spending limit|out of credits|billing hard limit",
    re.IGNORECASE,
)
_PASSING = re.compile(r"retry in \d|retrydelay|per[ _]?minute|per[ _]?second|requests? per|tokens? per", re.IGNORECASE)
"""Some providers call a busy minute a quota; then they say when to come back."""
_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|prompt is too long|input is too long|too many (?:input )?tokens"
    r"|reduce the length|input token count|exceeds? the (?:model'?s )?max(?:imum)?[\w ]{0,40}tokens",
    re.IGNORECASE,
)
_FILTERED = re.compile(
    r"content[ _](?:filter|policy|management)|flagged as|safety (?:system|filter|settings)|usage polic"
    r"|inappropriate content|moderation",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:invalid|incorrect|missing|no|wrong) (?:x-)?(?:api[- _]?key|auth|token)"
    r"|api[- _]?key (?:is )?(?:not valid|invalid)",
    re.IGNORECASE,
)

_STATUSES: Mapping[int, Kind] = {
    401: "auth",
    402: "quota",
    403: "auth",
    408: "outage",
    409: "outage",
    413: "context",
    425: "outage",
    429: "rate_limited",
    451: "refused",
    498: "rate_limited",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the provider tells it."""

    code: str | None
    message: str
    status: int | None = None
    """A status that stands in the body, where the head's says nothing."""


def classify(status: int | None, code: str | None, text: str) -> Kind:
    """How an attempt ended that did not bring a reply.

    Args:
        status: HTTP status; None where there was none, or where a 200 carried an error.
        code: The provider's own code or type.
        text: What it said.

    >>> classify(429, "insufficient_quota", ""), classify(429, None, "slow down"), classify(529, None, "")
    ('quota', 'rate_limited', 'outage')
    """
    said = None if code is None else _CODES.get(code.lower())
    if said == "quota" or (_SPENT.search(text) and not _PASSING.search(text)):
        return "quota"
    if status == 413:  # whatever limit it names, the same prompt will not pass it later
        return "context"
    if said not in (None, "bad_request", "outage"):
        return said
    if status is None or status < 500:
        by_text = _by_text(status, text)
        if by_text is not None:
            return by_text
    if status is None:
        return said or "outage"
    return _by_status(status)


def _by_text(status: int | None, text: str) -> Kind | None:
    if status == 429:
        return None
    if _LONG.search(text):
        return "context"
    if _FILTERED.search(text) and status not in (401, 404):
        return "refused"
    if _KEY.search(text):
        return "auth"
    return None


def _by_status(status: int) -> Kind:
    if status >= 500:
        return "outage"
    if status < 300:
        return "unreadable"
    return _STATUSES.get(status, "bad_request")


def problem(body: bytes) -> Problem:
    """What an error body says, whatever its shape: JSON in many dialects, a web page, bare text.

    >>> problem(b'{"error": {"message": "no", "type": "t", "code": "c"}}')
    Problem(code='c', message='no', status=None)
    >>> problem(b"<html><title>502</title><h1>Bad Gateway</h1></html>").message
    '502 Bad Gateway'
    """
    text = body[:20_000].decode("utf-8", "replace")
    try:
        parsed: object = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return Problem(None, " ".join(re.sub(r"<[^<>]{0,500}>", " ", text).split())[:1000])
    return told(parsed) or Problem(None, text[:1000])


def told(parsed: object) -> Problem | None:
    """The error that a parsed body holds, or None where it holds none."""
    if isinstance(parsed, list):
        return next(filter(None, map(told, cast("list[object]", parsed)[:3])), None)
    if not isinstance(parsed, dict):
        return None
    found = cast("dict[str, object]", parsed)
    inner = found.get("error") or found.get("errors") or found.get("detail") or found.get("message")
    if isinstance(inner, str):
        return Problem(_word(found.get("code") or found.get("type")), inner[:1000], _number(found.get("code")))
    if isinstance(inner, list):
        return told(cast("list[object]", inner))
    if not isinstance(inner, dict):
        return None
    error = cast("dict[str, object]", inner)
    code = _word(error.get("code")) or _word(error.get("status")) or _word(error.get("type"))
    message = error.get("message") or error.get("msg") or json.dumps(error)[:1000]
    details = error.get("details")
    return Problem(
        code, f"{message} {json.dumps(details)[:500] if details else ''}".strip(), _number(error.get("code"))
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value and not value.isdecimal() else None


def _number(value: object) -> int | None:
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) == 3 else value
    return number if isinstance(number, int) and 400 <= number <= 599 else None


_DELAY = re.compile(r"(?:retry in|retryDelay\W{1,4})\s{0,3}(\d{1,6}(?:\.\d{1,9})?) ?s", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], text: str = "", *, now: datetime | None = None) -> float | None:
    """Seconds the provider asks to wait, at most `RETRY_CAP_S`; None where it does not say.

    Args:
        headers: Names in lower case.
        text: The error's words; some providers say it only there.
        now: For dates; None asks the clock.

    >>> retry_after({"retry-after": "1.5"}), retry_after({"retry-after-ms": "250"}), retry_after({})
    (1.5, 0.25, None)
    """
    seconds = _seconds(headers.get("retry-after-ms"))
    if seconds is not None:
        return min(seconds / 1000, RETRY_CAP_S)
    asked = headers.get("retry-after")
    seconds = _seconds(asked)
    if seconds is None and asked is not None:
        seconds = _until(asked, now or datetime.now(UTC))
    if seconds is None and (found := _DELAY.search(text)):
        seconds = float(found.group(1))
    return None if seconds is None else min(seconds, RETRY_CAP_S)


def _seconds(written: str | None) -> float | None:
    try:
        seconds = float(written or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _until(written: str, now: datetime) -> float | None:
    try:
        when = parsedate_to_datetime(written)
    except ValueError:
        return None
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
