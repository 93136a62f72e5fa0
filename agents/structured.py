"""Structured replies read from text: strict JSON first, repair last, one object or none.

Text of a model can hold several objects, NaN, nesting without end or half a string. What is not plainly
one complete object is not guessed at: the caller asks again. Repair mends quotes, commas, comments and missing
closing brackets, and never a value that was cut off.
"""

import json
import re
from collections.abc import Iterator
from typing import TypeVar, cast

import json_repair
from pydantic import BaseModel, JsonValue, ValidationError

CAP = 32_768
"""Characters of a reply that are looked at; a longer one is not parsed."""
DEPTH = 32
"""Deepest nesting that is parsed."""

Record = TypeVar("Record", bound=BaseModel)

_FENCE = re.compile(r"\A```[A-Za-z0-9]{0,20}[ \t]*\n(.*?)\n?[ \t]*```\Z", re.DOTALL)


class _UnfitError(ValueError):
    """The text is JSON that must not be used, so nothing may mend it either."""


def structured(text: str, record: type[Record]) -> Record | None:
    """The record a reply holds, or None where it holds none, several, or one that does not fit.

    Validation is strict: `"0.9"` and `true` are no numbers.
    """
    found = parsed_object(text)
    if found is None:
        return None
    try:
        return record.model_validate_json(json.dumps(found), strict=True)
    except ValidationError:
        return None


def parsed_object(text: str) -> dict[str, JsonValue] | None:
    """The one JSON object in a text, prose and fences around it allowed; else None.

    >>> parsed_object('Here it is: {"answer": "B",}')
    {'answer': 'B'}
    >>> parsed_object('{"answer": "A"} or {"answer": "B"}') is None
    True
    """
    if len(text) > CAP:
        return None
    body = text.strip()
    fenced = _FENCE.match(body)
    body = fenced.group(1).strip() if fenced else body
    spans = [span for span in _spans(body) if ":" in body[span[0] : span[1]]]  # sets and formulas have braces too
    if not spans or any(deepest > DEPTH for _, _, deepest in spans):
        return None
    try:
        return _strict(body, spans) or _mended(body, spans)
    except _UnfitError:
        return None


Span = tuple[int, int | None, int]
"""Where an object begins, where it ends (None where it does not), how deep it goes."""


def _spans(text: str) -> Iterator[Span]:
    """The outermost `{…}` of a text, brackets inside strings not counted; one pass."""
    start, depth, deepest, quoted, skip = -1, 0, 0, False, False
    for place, sign in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            skip, quoted = sign == "\\", sign != '"'
        elif depth and sign == '"':
            quoted = True
        elif sign == "{" or (depth and sign == "["):
            start = place if depth == 0 else start
            depth += 1
            deepest = max(deepest, depth)
        elif depth and sign in "}]":
            depth -= 1
            if depth == 0:
                yield start, place + 1, deepest
                deepest = 0
    if depth:
        # Cut inside a string: the end is one that nobody may invent.
        yield start, None, DEPTH + 1 if quoted else deepest


def _strict(text: str, spans: list[Span]) -> dict[str, JsonValue] | None:
    """The object if each span is JSON as it stands, and all say the same."""
    found: list[dict[str, JsonValue]] = []
    for start, end, _ in spans:
        try:
            value = json.loads(text[start:end], parse_constant=_no_constant, parse_float=_finite)
        except _UnfitError:
            raise
        except (ValueError, RecursionError):
            return None
        found.append(cast("dict[str, JsonValue]", value))
    if any(one != found[0] for one in found):
        raise _UnfitError("several objects")
    return found[0]


def _mended(text: str, spans: list[Span]) -> dict[str, JsonValue] | None:
    """The object of the only span, repaired."""
    if len(spans) > 1:
        return None
    start, end, _ = spans[0]
    try:
        value = cast("object", json_repair.loads(text[start:end], skip_json_loads=True))
        if not isinstance(value, dict) or not value:
            return None
        # Once round: what the repair made up must itself be JSON without constants.
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError, TypeError):
        return None
    return cast("dict[str, JsonValue]", value)


def _no_constant(name: str) -> object:
    raise _UnfitError(name)


def _finite(written: str) -> float:
    number = float(written)
    if number in (float("inf"), float("-inf")):
        raise _UnfitError(written)
    return number
