r"""A mathematical expression as an answer, and what can be said of two without computing.

Equal keys are equal expressions. Different keys may be equal still (`\sqrt8` and `2\sqrt2`); then
`settled_by_sight` says whether a computation could tell.
"""

import re

from moot.protocols.answers.numerals import literal
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.trimming import BLANKS, folded, unwrapped_maths

EXPRESSION_CAP = 1000
"""Characters of an expression."""

_SPELLED = {
    "\\left": "",
    "\\right": "",
    "\\!": "",
    "\\,": "",
    "\\;": "",
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
    "{,}": ",",
}
_TEXT = re.compile(r"\\(?:text|mathrm|textbf|mbox|textrm)\s?\{([^{}]{0,200})\}")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z*]{1,20}\}")
_LOOSE_BLANK = re.compile(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_FUNCTION_NAMES = (
    "sqrt sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan log exp lim max min sup inf gcd lcm mod det abs "
    "infty infinity frac cdot times and"
)
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_UNITED = re.compile(r"(\S.{0,60}?)\s{1,3}([A-Za-z]{3,20}(?:[ /][A-Za-z]{1,20}){0,2})")


def expression(value: str) -> str | Unclear:
    """The expression, as written, without the marks of mathematics around it.

    >>> expression(r"$x^2 + 1$.")
    'x^2 + 1'
    """
    said = unwrapped_maths(value)
    if len(said) > EXPRESSION_CAP or not any(sign.isalnum() for sign in said):
        return Unclear.UNPARSED
    return said


def expression_key(answer: str) -> str:
    r"""The same for expressions that are equal at sight: as numbers, or written alike but for blanks.

    >>> expression_key(r"\dfrac{1}{2}") == expression_key("0.5")
    True
    """
    if (value := _number(answer)) is not None:
        return f"={value}"
    plain = answer
    for latex, short in _SPELLED.items():
        plain = plain.replace(latex, short)
    if is_wording(plain):
        words = folded(_TEXT.sub(r" \1 ", plain)).strip(".,;:! ")
        return f"'{words}"
    return "$" + _LOOSE_BLANK.sub("", " ".join(plain.split()))


def settled_by_sight(key: str, other: str) -> bool:
    """Whether unequal keys settle that two expressions differ: two numbers, or words on either side.

    Words are compared as words: read as mathematics, "tea" and "eat" are the same product.
    """
    return key[0] == other[0] == "=" or "'" in (key[0], other[0])


def is_wording(plain: str) -> bool:
    """Whether the answer holds words and not only symbols and functions."""
    symbols = _ENVIRONMENT.sub(" ", _TEXT.sub(r" \1 ", plain))
    return any(word.casefold() not in _FUNCTIONS for word in _WORD.findall(symbols))


def _number(answer: str) -> str | None:
    """The key of the number that the answer is; a unit in words after a blank is dropped."""
    plain = _TEXT.sub(r" \1", answer).strip(BLANKS)
    found = literal(plain)
    if found is None and (united := _UNITED.fullmatch(plain)) is not None:
        found = literal(united[1])
    return None if found is None else found.key
