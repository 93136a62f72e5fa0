"""What one reply says: its final answer as written, its stated confidence, how many reasons it gives.

Marks are looked for in one fixed order and nothing is guessed: a reply without a mark says no
answer. Linear in the text's length; what many neighbours read is read once.
"""

import json
import re
from functools import lru_cache
from typing import NamedTuple

REMEMBERED = 4096
"""Characters up to which a reply is remembered; a longer one is read each time it is met."""
BARE = 60
"""Longest reply that may be nothing but its answer."""

WORDS = {"very unsure": 0.2, "unsure": 0.4, "fairly sure": 0.7, "very sure": 0.9, "certain": 0.97}
"""Confidence in words, and what each stands for."""

_FINAL = re.compile(r"final answer\W{0,6}?[:=][ \t]*([^\n]*)", re.IGNORECASE)
_TAG = re.compile(r"<answer>([^<]*)</answer>", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"confidence\W{0,6}?[:=]\W{0,6}?(?:([0-9]{1,3}(?:\.[0-9]{1,6})?)(\s*%)?|([a-z ]{4,12}))", re.IGNORECASE
)
_ENDS = (". ", ".\n", "? ", "?\n", "! ", "!\n")
_EDGES = " \t\r\n*_`\"'"


class Said(NamedTuple):
    """What a reply says."""

    answer: str | None
    """As written after the mark; None where there is no mark."""
    confidence: float | None
    """From 0 to 1."""
    reasons: int
    """Sentences before the mark."""
    length: int
    """Characters."""


def said(body: str) -> Said:
    """What a reply says.

    >>> said("Seventeen twenties are 340. Four more make 408.\\nFinal answer: **408**\\nConfidence: 85%")
    Said(answer='408', confidence=0.85, reasons=2, length=85)
    """
    return _remembered(body) if len(body) <= REMEMBERED else _read(body)


def _read(body: str) -> Said:
    answer, end = _marked(body)
    before = f"{body[:end]} "
    return Said(answer or None, _confidence(body, end), sum(before.count(mark) for mark in _ENDS), len(body))


_remembered = lru_cache(maxsize=4096)(_read)


def _marked(body: str) -> tuple[str | None, int]:
    """The answer as written, and where the reasons before it end."""
    if (found := _final(body)) is not None:
        return _unwrapped(found[1]), found.start()
    if (start := body.rfind("\\boxed{")) >= 0:
        return _unwrapped(body[start : start + 400]), start
    if tags := list(_TAG.finditer(body)):
        return tags[-1][1].strip(_EDGES), tags[-1].start()
    if body.lstrip().startswith("{"):
        return _field(body, "answer"), 0
    bare = body.split("\nConfidence", 1)[0].strip(_EDGES)
    if len(bare) <= BARE and "\n" not in bare and not any(mark in f"{bare} " for mark in _ENDS):
        return bare, 0
    return None, len(body)


def _final(body: str) -> re.Match[str] | None:
    """The last final-answer mark with what stands after it."""
    lower = body.lower()
    if len(lower) != len(body):  # a few capitals grow when lowered, so places would not fit
        return next(reversed(list(_FINAL.finditer(body))), None)
    place = lower.rfind("final answer")
    while place >= 0:
        if (found := _FINAL.match(body, place)) is not None:
            return found
        place = lower.rfind("final answer", 0, place)
    return None


def _unwrapped(written: str) -> str:
    """The answer without emphasis, braces and a closing full stop: `**\\boxed{408}.**` is 408."""
    text = written.strip(_EDGES)
    start = text.find("\\boxed{")
    if start >= 0:
        text = _braced(text[start + len("\\boxed{") :])
    elif text.endswith("}") and "{" not in text:
        text = text[:-1]
    return text.strip(_EDGES).removesuffix(".").strip(_EDGES)


def _braced(text: str) -> str:
    """The text up to the brace that closes the one before it."""
    depth = 1
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return text[:place]
    return text


def _confidence(body: str, end: int) -> float | None:
    """The first confidence stated after the answer."""
    found = _CONFIDENCE.search(body, end if end < len(body) else 0) if "onfidence" in body else None
    if found is None:
        return _stated(_field(body, "confidence")) if body.lstrip().startswith("{") else None
    number, percent, word = found.groups()
    return WORDS.get(word.strip().lower()) if number is None else _share(float(number), bool(percent))


def _stated(text: str | None) -> float | None:
    found = None if text is None else re.match(r"\s*([0-9]{1,3}(?:\.[0-9]{1,6})?)(\s*%)?", text)
    return None if found is None else _share(float(found[1]), bool(found[2]))


def _share(number: float, percent: bool) -> float | None:
    share = number / 100 if percent or number > 1 else number
    return share if 0 <= share <= 1 else None


def _field(body: str, key: str) -> str | None:
    """The value of a key where the reply is one JSON object."""
    try:
        value = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    found: object = value.get(key) if isinstance(value, dict) else None  # pyright: ignore
    return None if found is None or isinstance(found, dict | list) else str(found).strip()  # pyright: ignore
