"""Where a brace closes, and the JSON objects in a text. Each one pass, linear."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

DEPTH = 32
"""Deepest nesting of an object that is read."""
OBJECTS = 64
"""Objects of one reply that are looked at."""

_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_FENCED = re.compile(r"(`{3,})[A-Za-z]{0,12}[ \t]{0,4}\n")
_JSON_SIGNS = re.compile(r'[{}\[\]"\\]')

Pairs = Sequence[tuple[str, object]]


def closing_brace(text: str, start: int) -> int | None:
    r"""Index of the brace that closes the one just before `start`; braces after a backslash do not count.

    >>> closing_brace(r"\frac{1}{2}} tail", 0)
    11
    """
    depth = 1
    for found in _BRACES.finditer(text, start):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0:
                return found.start()
    return None


def json_objects(text: str) -> Iterator[Pairs]:
    """The outermost JSON objects of a text as their pairs, in order, repeated keys included.

    Numbers are kept as they are written, so that no digit is lost and none is too long. What is not
    strict JSON (NaN, single quotes, an object left open, one deeper than `DEPTH`) is passed over.
    """
    for count, (start, end) in enumerate(_spans(text)):
        if count == OBJECTS:
            return
        try:
            value = cast("object", _STRICT.decode(text[start:end]))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, _Object):
            yield value.pairs


def fenced_object(text: str) -> str | None:
    """The object inside, where the whole text is one fenced object.

    >>> fenced_object('```json\\n{"answer": "B"}\\n```')
    '{"answer": "B"}'
    """
    body = text.strip()
    opening = _FENCED.match(body)
    if opening is None or not body.endswith(opening[1]):
        return None
    inner = body[opening.end() : -len(opening[1])].strip()
    return inner if inner.startswith("{") and inner.endswith("}") and "```" not in inner else None


class _Object:
    """A JSON object as read; told apart from an array by its type."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def _refuse(name: str) -> object:
    raise ValueError(name)


_STRICT = json.JSONDecoder(object_pairs_hook=_Object, parse_float=str, parse_int=str, parse_constant=_refuse)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """From brace to matching brace, outermost only; after a brace that never closes, the search goes on twice."""
    place = 0
    for _ in range(3):
        start, depth, deepest, quoted, skip = -1, 0, 0, False, -1
        for found in _JSON_SIGNS.finditer(text, place):
            sign, at = found[0], found.start()
            if at == skip:
                continue
            if sign == "\\":
                skip = at + 1
            elif quoted or (sign == '"' and depth):
                quoted = quoted != (sign == '"')
            elif sign in "{[" and (depth or sign == "{"):
                start = at if depth == 0 else start
                depth += 1
                deepest = max(deepest, depth)
            elif depth and sign in "}]":
                depth -= 1
                if depth == 0:
                    if deepest <= DEPTH:
                        yield start, at + 1
                    deepest, place = 0, at + 1
        if depth == 0:
            return
        place = start + 1
