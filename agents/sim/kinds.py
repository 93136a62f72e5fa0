"""Answers of each kind in one normal form, so that equal answers are equal texts.

Of a choice the normal form is the option's text, of a number its plain digits, of a yes-no question
`yes` or `no`. This is the simulated reader's own; moot's extraction is another piece of code, so
that a mistake in one is not hidden by the same mistake in the other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from moot.agents.sim.bank import LETTERS, normalised

_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?\s*(?:[0-9][0-9,_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_LETTER = re.compile(r"\(?([A-Za-z])(?:\)|[.:](?=\s|\Z)|\Z)[.:]?\s*")
_OUTER = " \t\r\n.,;:!?\"'`*_()[]{}$"
_YES, _NO = frozenset({"yes", "y", "true", "1", "right", "correct"}), frozenset({"no", "n", "false", "0", "wrong"})
LONGEST_NUMBER = 400


@lru_cache(maxsize=8192)
def answer_in(written: str, kind: str, options: tuple[str, ...] | None) -> str | None:
    """The normal form of an answer as written, or None where it is none of that kind.

    Args:
        written: What stood after the mark.
        kind: The question's kind.
        options: What may be chosen, where it is a choice.

    >>> answer_in("(B)", "choice", ("tea", "coffee")), answer_in("1,200.0", "number", None)
    ('coffee', '1200')
    """
    if options is not None:
        return _chosen(written, options)
    return _FORMS.get(kind, _short)(written)


def same_key(answer: str, kind: str) -> str:
    """Equal for answers that count as the same."""
    return normalised(answer) if kind in {"text", "math"} else answer


def label(answer: str, options: Sequence[str] | None) -> str:
    """How an answer is written in a reply: an option's letter, else the answer itself.

    A letter that is the text of an option stands for that option, so another one is written out.
    """
    if options is None or answer not in options:
        return answer
    letter = LETTERS[options.index(answer)]
    return answer if normalised(letter) in _by_text(tuple(options)) else letter


def plain_number(written: str) -> str | None:
    """A number's plain digits, every one it was given, or None.

    >>> plain_number("$ 1,200.50 in all"), plain_number("-0.0"), plain_number("2.5e3"), plain_number("none")
    ('1200.5', '0', '2500', None)
    """
    found = _NUMBER.search(written[:LONGEST_NUMBER])
    if found is None:
        return None
    text = re.sub(r"[\s,_]", "", found[0]).replace("\N{MINUS SIGN}", "-")
    try:
        digits = format(Decimal(text), "f") if abs(Decimal(text).adjusted()) < LONGEST_NUMBER else ""
    except InvalidOperation:
        return None
    if not digits:
        return None
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits in {"-0", "", "-"} else digits


def _chosen(written: str, options: tuple[str, ...]) -> str | None:
    """The option meant: its text first, then its letter, then a letter followed by its text."""
    key = normalised(written)
    by_text = _by_text(options)
    if key in by_text:
        return by_text[key]
    if (bare := normalised(written.strip(_OUTER))) in by_text:
        return by_text[bare]
    found = _LETTER.match(written.strip(" \t*_`$\"'"))
    if found is None:
        return None
    rest = normalised(written.strip(" \t*_`$\"'")[found.end() :].strip(_OUTER))
    if rest in by_text:
        return by_text[rest]
    place = LETTERS.find(found[1].upper())
    return options[place] if 0 <= place < len(options) else None


@lru_cache(maxsize=1024)
def _by_text(options: tuple[str, ...]) -> Mapping[str, str]:
    exact = {normalised(option): option for option in options}
    return {normalised(option.strip(_OUTER)): option for option in options} | exact


def _yes_or_no(written: str) -> str | None:
    word = normalised(written).strip(_OUTER).split(" ")[0].strip(_OUTER)
    return "yes" if word in _YES else "no" if word in _NO else None


def _probability(written: str) -> str | None:
    digits = plain_number(written)
    if digits is None:
        return None
    share = Decimal(digits) / 100 if "%" in written else Decimal(digits)
    return plain_number(str(share)) if 0 <= share <= 1 else None


def _short(written: str) -> str | None:
    return " ".join(written.split()).strip(_OUTER) or None


def _expression(written: str) -> str | None:
    return (
        plain_number(written)
        if _NUMBER.fullmatch(written.strip(" $"))
        else (" ".join(written.split()).strip(" $.") or None)
    )


_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "number": plain_number,
    "score": plain_number,
    "math": _expression,
    "bool": _yes_or_no,
    "probability": _probability,
    "text": _short,
}
