r"""The forms in which an answer is given, in the order in which they are tried.

1. mark: `Final answer: …` at the start of a line or of a sentence, with any emphasis, `The final answer is …` included;
   a mark with nothing after it takes the next line where that is the reply's last
2. boxed: `\boxed{…}`
3. braces: `{final answer: …}`
4. tag: `<answer>…</answer>`
5. json: "answer" or "final_answer" in a JSON object, also where the whole reply is one fenced object
6. line: the last line begins `Answer: …` or `The answer is …`
7. bare: the whole reply is one line

The first form that occurs decides; the others are not looked at. Each search is one pass over the
author's own words, and every pattern is bounded, so that no text can stall it.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from moot.protocols.answers.balanced import closing_brace, fenced_object, json_objects
from moot.protocols.answers.reading import Form
from moot.protocols.answers.trimming import BLANKS, closes_a_quotation
from moot.protocols.answers.unquoted import tail, unquoted

_DECORATION = BLANKS + "#*_-•+"
_BEGINS = r"(?:^|(?<=[.!?])[\"'’”)*_]{0,3}[ \t]{1,4}[*_]{0,3})"
_LEADS = r"(?:(?:so|thus|therefore|hence|and)[, ]{1,2})?(?:(?:the|my|our) )?"
_COLON = r"(?P<colon>[*_]{0,3}[ \t]{0,4}(?:is[ \t]{0,4})?[:\uff1a=](?:[*_]{1,3}(?=[ \t]|$))?)"
_ENDS = _COLON + r"|(?P<verb>[*_]{0,3} is(?=[ \t]))"
_FINAL = re.compile(
    rf"{_BEGINS}{_LEADS}final[ -]answer(?:[ \t]?\([^()]{{0,40}}\))?(?:{_ENDS}|(?P<alone>[*_]{{0,3}}[ \t]{{0,4}}$))",
    re.IGNORECASE,
)
_ANSWER = re.compile(rf"{_BEGINS}{_LEADS}(?:(?:correct|right|best) )?answer(?:{_ENDS})", re.IGNORECASE)
_CONFIDENCE = re.compile(r"confidence(?: level| score)?[*_`\"']{0,3}[ \t]{0,2}(?:[:\uff1a=]|is\b)", re.IGNORECASE)
_BOX = re.compile(r"\\f?box(?:ed)?[ \t]{0,2}\{")
_BRACED = re.compile(
    r"\{[ \t]{0,4}(?:the |my )?final answer[ \t]{0,4}(?:is[ \t]{0,4})?[:\uff1a][ \t]{0,4}", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)(?:final[_ ])?answer>", re.IGNORECASE)
_KEYS = frozenset(("answer", "final_answer", "final answer", "finalanswer"))


class Reply(NamedTuple):
    """A reply as the forms look at it."""

    text: str
    """As it came, as far as it is read."""
    lines: Sequence[str]
    """The author's own words."""
    own: str
    """These as one text."""
    strict: bool
    """Whether the kind of answer shows by itself what is none: a letter, a number, yes or no."""


def reply_of(text: str, *, strict: bool) -> Reply:
    """The reply without what it quotes."""
    lines = unquoted(text)
    return Reply(tail(text), lines, "\n".join(lines), strict)


def marked(reply: Reply) -> list[str]:
    """What stands after each final-answer mark."""
    values: list[str] = []
    for place, line in enumerate(reply.lines):
        if "nswer" not in line and "NSWER" not in line:
            continue
        stripped = line.strip(BLANKS).lstrip(_DECORATION)
        found = [mark for mark in _FINAL.finditer(stripped) if _counts(mark, stripped, reply.strict)]
        for number, mark in enumerate(found, 1):
            end = found[number].start() if number < len(found) else len(stripped)
            value = stripped[mark.end() : end].strip(BLANKS)
            if not value.strip("*_ ") and number == len(found):
                value = _next_line(reply, place)
            if value.strip("*_ ") and not closes_a_quotation(value):
                values.append(value)
    return values


def boxed(reply: Reply) -> list[str]:
    r"""What stands in each outermost `\boxed{…}`.

    >>> boxed(reply_of(r"so \boxed{\frac{1}{2}} it is", strict=False))
    ['\\frac{1}{2}']
    """
    return _enclosed(reply.own, _BOX) if "box" in reply.own else []


def braced(reply: Reply) -> list[str]:
    """What stands in each `{final answer: …}`."""
    return _enclosed(reply.own, _BRACED) if "{" in reply.own else []


def tagged(reply: Reply) -> list[str]:
    """What stands between each `<answer>` and the next `</answer>`."""
    values: list[str] = []
    start = -1
    for found in _TAG.finditer(reply.own):
        if not found[1]:
            start = found.end()
        elif start >= 0:
            values.append(reply.own[start : found.start()].strip(BLANKS))
            start = -1
    return values


def in_json(reply: Reply) -> list[str]:
    """What stands under "answer" in each JSON object; under a repeated key, each time."""
    text = fenced_object(reply.text) or reply.own
    if "nswer" not in text or "{" not in text:
        return []
    return [_written(value) for pairs in json_objects(text) for key, value in pairs if key.strip().casefold() in _KEYS]


def last_line(reply: Reply) -> list[str]:
    """What stands after `Answer:` in the last line."""
    last = _last_two(reply.lines)[1]
    line = reply.lines[last].strip(BLANKS).lstrip(_DECORATION) if last >= 0 else ""
    found = [mark for mark in _ANSWER.finditer(line) if mark["colon"] or _introduces(line, mark.end(), reply.strict)]
    value = line[found[-1].end() :].strip(BLANKS) if found else ""
    return [value] if value and not closes_a_quotation(value) else []


def bare(reply: Reply) -> list[str]:
    """The only line, for kinds of answer that show by themselves what is none."""
    before, last = _last_two(reply.lines)
    return [reply.lines[last].strip(BLANKS)] if reply.strict and before < 0 <= last else []


FORMS: tuple[tuple[Form, Callable[[Reply], list[str]]], ...] = (
    ("mark", marked),
    ("boxed", boxed),
    ("braces", braced),
    ("tag", tagged),
    ("json", in_json),
    ("line", last_line),
    ("bare", bare),
)


def boxes(value: str) -> list[str]:
    r"""What stands in each outermost `\boxed{…}` of one answer."""
    return _enclosed(value, _BOX) if "box" in value else []


def is_confidence(line: str) -> bool:
    """Whether the line states a confidence."""
    return _CONFIDENCE.match(line.lstrip(_DECORATION)) is not None


def without_confidence(value: str) -> str:
    """The answer without a confidence stated after it in the same line.

    >>> without_confidence("B (confidence: 80%)")
    'B'
    """
    found = _CONFIDENCE.search(value, 1)
    return value if found is None else value[: found.start()].rstrip(BLANKS + ",;.([|–—-*_")


def _counts(mark: re.Match[str], line: str, strict: bool) -> bool:
    """Whether the words are a mark: with a colon, or at the start of a line before what must be an answer."""
    if mark["colon"]:
        return True
    return mark.start() == 0 and (mark["verb"] is None or _introduces(line, mark.end(), strict))


def _introduces(line: str, end: int, strict: bool) -> bool:
    """Whether `is` alone introduces an answer: where prose cannot pass for one, or before a formula."""
    return strict or line[end:].lstrip(BLANKS + "*").startswith(("$", "\\"))


def _next_line(reply: Reply, place: int) -> str:
    """The line after an empty mark, if it is the last; a confidence may still follow it."""
    before, last = _last_two(reply.lines)
    line = reply.lines[last].strip(BLANKS) if before <= place < last else ""
    return line if reply.strict or line.startswith(("$", "\\")) else ""


def _last_two(lines: Sequence[str]) -> tuple[int, int]:
    """Places of the last two lines that say something other than a confidence; -1 where there is none."""
    last = -1
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].strip(_DECORATION) and not is_confidence(lines[place]):
            if last >= 0:
                return place, last
            last = place
    return -1, last


def _enclosed(text: str, opening: re.Pattern[str]) -> list[str]:
    values: list[str] = []
    found = opening.search(text)
    while found is not None:
        end = closing_brace(text, found.end())
        if end is None:
            break
        values.append(text[found.end() : end].strip(BLANKS))
        found = opening.search(text, end)
    return [value for value in values if value]


def _written(value: object) -> str:
    """A JSON value as it would be written after a mark; null, lists and objects are no answers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip(BLANKS) if isinstance(value, str) else ""
