"""Stated confidence: how sure a reply says it is, from 0 to 1."""

import re
from fractions import Fraction

from moot.protocols.answers.balanced import fenced_object
from moot.protocols.answers.numerals import value_of
from moot.protocols.answers.unquoted import tail, unquoted

_STATED = re.compile(
    r"confidence(?: level| score)?[*_`\"']{0,3}[ \t]{0,4}(?:[:\uff1a=]|is\b)[*_`\"' \t~≈]{0,6}"
    r"([+-]?[0-9]{0,20}\.?[0-9]{0,20}(?:[eE][+-]?[0-9]{1,9})?)([ \t]{0,2}\\?%|[ \t]{0,2}percent\b)?"
    r"(?:[ \t]{0,2}(?:/|out of)[ \t]{0,2}(100|10)\b)?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[ \t]{0,2}[-–—/][ \t]{0,2}[0-9]|[0-9A-Za-z.]{0,3}[0-9]|[ \t](?:to|or)[ \t]")
_BEFORE = re.compile(r"[\W_]{0,12}(?:my |overall |final |level of )?\Z", re.IGNORECASE)
_ANSWER_BEFORE = re.compile(r"answer|[,({]", re.IGNORECASE)


def read_confidence(text: str) -> float | None:
    """How sure the reply says it is.

    Read is `Confidence: N` at the start of a line, behind the answer in its line, or as a JSON field,
    outside quotations. `85%`, `0.85`, `85`, `85/100` and `8.5/10` are 0.85; a number from 2 up
    without a sign counts as per cent, and 1 is 1.

    Returns:
        None where nothing is stated, where it is a word or a range, out of range, or stated twice differently.

    >>> read_confidence("Final answer: B\\nConfidence: 85%"), read_confidence("Confidence: 150%")
    (0.85, None)
    """
    if "onfidence" not in text and "ONFIDENCE" not in text:
        return None
    stated: set[Fraction | None] = set()
    record = fenced_object(tail(text))
    for line in unquoted(text) if record is None else record.splitlines():
        if "onfidence" not in line and "ONFIDENCE" not in line:
            continue
        for found in _STATED.finditer(line):
            before = line[max(0, found.start() - 200) : found.start()]
            if (found.start() <= 20 and _BEFORE.fullmatch(before)) or _ANSWER_BEFORE.search(before):
                stated.add(_share(line, found))
    if len(stated) != 1:
        return None
    share = stated.pop()
    return None if share is None else float(share)


def _share(line: str, found: re.Match[str]) -> Fraction | None:
    number, percent, base = found[1], found[2], found[3]
    value = value_of(number) if any(sign.isdigit() for sign in number) else None
    if value is None or _GOES_ON.match(line, found.end()):
        return None
    if base:
        value /= int(base)
    elif percent or value >= 2:
        value /= 100
    return value if 0 <= value <= 1 else None
