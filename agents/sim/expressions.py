"""The exact value of a short arithmetic expression, in signs or in words.

One pass over at most `TOKENS` tokens by recursive descent: no evaluation of code, no floating
point, and every intermediate result is refused once it outgrows `DIGITS` digits.
"""

import re
from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from math import isqrt

LONGEST = 1000
"""Characters of an expression; a longer one has no value here."""
TOKENS = 120
DIGITS = 60
"""Digits of a numerator or a denominator."""

LIMIT = 10**DIGITS
_DEPTH = 24
_EXPONENT = 256
_TOKEN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[a-z]+|\*\*|\S")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?\Z")
_SIGNS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{EN DASH}": "-",
        "\N{MULTIPLICATION SIGN}": "*",
        "\N{MIDDLE DOT}": "*",
        "\N{DOT OPERATOR}": "*",
        "\N{DIVISION SIGN}": "/",
        "\N{DIVISION SLASH}": "/",
        "\N{FRACTION SLASH}": "/",
        "\N{SUPERSCRIPT TWO}": "^2 ",
        "\N{SUPERSCRIPT THREE}": "^3 ",
    }
)
_WORDS = (
    ("multiplied by", "*"),
    ("to the power of", "^"),
    ("to power of", "^"),
    ("divided by", "/"),
    ("percent of", "% of"),
    ("plus", "+"),
    ("minus", "-"),
    ("times", "*"),
    ("modulo", "mod"),
    ("squared", "^ 2"),
    ("cubed", "^ 3"),
)


def value(text: str) -> Fraction | None:
    """The exact value of an expression, or None where the text is not wholly one.

    Knows `+ - * / ^ mod`, brackets, `15% of 80`, `the square root of 49`, their usual words and
    signs, and thousands written with commas.

    >>> value("2 + 3 * 4")
    Fraction(14, 1)
    >>> value("15% of 260"), value("3 apples")
    (Fraction(39, 1), None)
    """
    tokens = tokenised(text) if len(text) <= LONGEST else []
    if not tokens or len(tokens) > TOKENS:
        return None
    try:
        return _Reader(tokens).whole()
    except (_NoExpressionError, ZeroDivisionError):
        return None


def tokenised(text: str) -> list[str]:
    """Numbers, words and signs of a text, in lower case, with words for operations as signs."""
    words: list[str] = _TOKEN.findall(text.casefold().translate(_SIGNS))
    plain = f" {' '.join(words)} "
    for word, sign in _WORDS:
        plain = plain.replace(f" {word} ", f" {sign} ")
    return plain.split()


def written(number: Fraction) -> str:
    """The number in digits: a decimal where it ends, else a fraction.

    >>> written(Fraction(3, 8)), written(Fraction(1, 3)), written(Fraction(400))
    ('0.375', '1/3', '400')
    """
    if number.denominator == 1:
        return str(number.numerator)
    exact = Context(prec=4 * DIGITS, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
    try:
        return format(exact.divide(Decimal(number.numerator), Decimal(number.denominator)), "f")
    except DecimalException:
        return f"{number.numerator}/{number.denominator}"


class _NoExpressionError(Exception):
    """The tokens are no expression, or one too large."""


class _Reader:
    """Recursive descent over tokens; each method reads one level of precedence."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Fraction:
        result = self._sum()
        if self._at < len(self._tokens):
            raise _NoExpressionError
        return result

    def _sum(self) -> Fraction:
        result = self._product()
        while sign := self._taken("+", "-"):
            term = self._product()
            result = _bounded(result + term if sign == "+" else result - term)
        return result

    def _product(self) -> Fraction:
        result = self._signed()
        while sign := self._taken("*", "x", "/", "mod"):
            result = _bounded(_combined(sign, result, self._signed()))
        return result

    def _signed(self) -> Fraction:
        negative = False
        while sign := self._taken("-", "+"):
            negative ^= sign == "-"
        result = self._power()
        return -result if negative else result

    def _power(self) -> Fraction:
        base = self._atom()
        if not self._taken("^", "**"):
            return base
        self._deeper()
        exponent = self._signed()  # to the right first: 2 ^ 3 ^ 2 is 2 ^ 9
        self._depth -= 1
        return _raised(base, exponent)

    def _atom(self) -> Fraction:
        if self._taken("("):
            self._deeper()
            inner = self._sum()
            self._depth -= 1
            self._expect(")")
            return inner
        self._taken("the")
        if self._taken("square"):
            self._expect("root")
            self._expect("of")
            self._deeper()
            inner = self._atom()
            self._depth -= 1
            return _root(inner)
        return self._number()

    def _number(self) -> Fraction:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not _NUMBER.match(token) or len(token) > DIGITS:
            raise _NoExpressionError
        self._at += 1
        number = Fraction(token.replace(",", ""))
        if not self._taken("%"):
            return number
        self._expect("of")
        self._deeper()
        share = _bounded(number * self._signed() / 100)
        self._depth -= 1
        return share

    def _taken(self, *wanted: str) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at] in wanted:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _expect(self, token: str) -> None:
        if not self._taken(token):
            raise _NoExpressionError

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _NoExpressionError


def _combined(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "/":
        return left / right
    if sign != "mod":
        return left * right
    if left < 0 or right <= 0 or left.denominator != 1 or right.denominator != 1:
        raise _NoExpressionError  # conventions differ for negative numbers
    return left % right


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > _EXPONENT:
        raise _NoExpressionError
    result = Fraction(1)
    for _ in range(abs(exponent.numerator)):
        result = _bounded(result * base)
    return result if exponent >= 0 else 1 / result


def _root(square: Fraction) -> Fraction:
    if square < 0:
        raise _NoExpressionError
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root * root != square:
        raise _NoExpressionError
    return root


def _bounded(number: Fraction) -> Fraction:
    if abs(number.numerator) >= LIMIT or number.denominator >= LIMIT:
        raise _NoExpressionError
    return number
