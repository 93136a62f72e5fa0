"""Numbers as people and models write them, read exactly.

A number keeps the digits it was given and is compared by value, without rounding: `1,200` is `1200`, `50%` is `0.5`,
`3/4` is `0.75`, `3.2 × 10^5` is `320000`, and `0.333` is not `1/3`. Nothing is computed that grows with a value, so a
million digits or `1e999999` cost no more than their length.
"""

import re
import unicodedata
from fractions import Fraction
from typing import Literal, NamedTuple

EXPONENT_DIGITS = 18
"""Digits of an exponent."""
FRACTION_DIGITS = 60
"""Digits of a numerator or denominator."""
EXACT = 400
"""Largest power of ten of a number that rules may compute with."""

_RUN = re.compile(r"[0-9][0-9.,]*|\.[0-9][0-9.,]*")
_POWER = re.compile(
    r"([0-9.]|\b)\s{0,2}(?:[*×·x]\s{0,2})?(?<![0-9.,^])10\s?\^\s?(?:\{\s?([+-]?[0-9]{1,18})\s?\}|\(([+-]?[0-9]{1,18})\)|([+-]?[0-9]{1,18}))"
)
_E = re.compile(rf"[eE]([+-]?[0-9]{{1,{EXPONENT_DIGITS}}})(?![0-9A-Za-z.])")
_OVER = re.compile(r"\s?/\s?([0-9]+)(?![0-9.,/])")
_MIXED = re.compile(r"\s([0-9]+)\s?/\s?([0-9]+)(?![0-9.,/])")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_SCALE = re.compile(r"\s?(hundred|thousand|million|billion|trillion)\b", re.IGNORECASE)
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

_GOES_ON = re.compile(r"[\^!*:_0-9]|[A-Za-z_]{1,20}[0-9]")
"""What follows a number without a blank and makes it part of something else: 5^2, 5!, 12:30, 0x1F."""

_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]{1,20}")
_VULGAR = re.compile("(?=[¼-¾⅐-⅞])")
_GROUP_BLANK = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_CURRENCY = "$€£¥₹"
_DASHES = str.maketrans(dict.fromkeys("−–—\u2012", "-") | {"\u2044": "/"})
_LATEX_WORDS = {
    **{"{,}": ",", "\\,": "", "\\!": "", "\\;": " ", "\\ ": " ", "~": " ", "\\%": "%", "\\$": "$"},
    **{"\\times": "×", "\\cdot": "·", "\\approx": "≈", "^\\circ": "°", "^{\\circ}": "°"},
    **{"\\left": "", "\\right": "", "\\dfrac": "\\frac", "\\tfrac": "\\frac"},
}
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|textbf|mathbf|textrm|operatorname)\s?\{([^{}]{0,200})\}")
_MIXED_LATEX = re.compile(r"([0-9])\s?\\frac")
_LATEX_FRACTION = re.compile(r"\\frac\s?(?:\{\s?(-?[0-9]{1,60})\s?\}|([0-9]))\s?(?:\{\s?([0-9]{1,60})\s?\}|([0-9]))")


class Numeral(NamedTuple):
    """A number found in a line of text."""

    text: str
    """The number itself, every digit kept, grouping and blanks removed."""
    key: str
    """The same for equal values and for no others."""
    before: str
    """What stands before it."""
    after: str
    """What stands after it."""


def numeral(line: str) -> Numeral | Literal["none", "several"]:
    """The only number in a line.

    Args:
        line: One line of text.

    Returns:
        "none" where the line holds no number that can be read, "several" where it holds more than one.

    >>> numeral("about 1,200.50 km")
    Numeral(text='1200.50', key='12005e-1', before='about', after='km')
    >>> numeral("3 to 5")
    'several'
    """
    plain = _plain(line).rstrip(" .,;")
    runs = [run for run in _RUN.finditer(plain) if not _within_a_word(plain, run.start())]
    if not runs:
        return "none"
    run = runs[0]
    digits = _digits(run[0].rstrip(".,"))
    if digits is None:
        return "several" if "," in run[0].rstrip(".,") else "none"
    end = run.start() + len(run[0].rstrip(".,"))
    before, sign = _signed(plain[: run.start()])
    whole, fraction = digits
    found = _continued(plain, end, sign, whole, fraction)
    if found is None:
        return "none"
    text, key, end = found
    if any(other.start() >= end for other in runs):
        return "several"
    return Numeral(text, key, before, plain[end:].strip())


def literal(text: str) -> Numeral | None:
    """The number that the text is, with nothing around it; None where it is anything else.

    >>> literal("-1,200").key == literal("−1200.0").key
    True
    >>> literal("about 5") is None
    True
    """
    if len(text) > 10_000 or not any(sign.isdigit() or sign in "½¼¾" for sign in text):
        return None
    found = numeral(text)
    return None if isinstance(found, str) or found.before or found.after else found


def value_of(answer: str) -> Fraction | None:
    """The exact value of a numeric answer, for rules that compute with numbers.

    Returns:
        None where the text is no number, or one too large or too small to compute with (beyond 10^±400).

    >>> value_of("50%"), value_of("1e999999")
    (Fraction(1, 2), None)
    """
    found = literal(answer)
    if found is None:
        return None
    if "/" in found.key:
        return Fraction(found.key)
    digits, exponent = found.key.split("e")
    if len(digits) > EXACT or abs(int(exponent)) > EXACT:
        return None
    return Fraction(int(digits)) * Fraction(10) ** int(exponent)


def decimal_text(whole: str, fraction: str, shift: int) -> str:
    """Digits with the point moved by `shift` places, none lost.

    >>> decimal_text("70", "5", -2)
    '0.705'
    """
    digits = whole + fraction
    point = len(whole) + shift
    digits = "0" * (1 - point) + digits + "0" * (point - len(digits)) if point < 1 else digits.ljust(point, "0")
    point = max(point, 1)
    return digits[:point] + (f".{digits[point:]}" if digits[point:] else "")


def _plain(line: str) -> str:
    """The line in plain characters: LaTeX, typographic signs, raised digits and vulgar fractions spelled out."""
    text = _GROUP_BLANK.sub("", line)
    if not text.isascii():
        # Before NFKC, which would turn 10⁶ into 106 and 3½ into 31/2.
        text = _RAISED.sub(lambda raised: "^" + unicodedata.normalize("NFKC", raised[0]), text)
        text = _VULGAR.sub(" ", text)
        text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    if "\\" in text or "{,}" in text or "~" in text:
        for latex, plain in _LATEX_WORDS.items():
            text = text.replace(latex, plain)
        text = _LATEX_TEXT.sub(r"\1", text)
        text = _LATEX_FRACTION.sub(lambda f: f"{f[1] or f[2]}/{f[3] or f[4]}", _MIXED_LATEX.sub(r"\1 \\frac", text))
    if "^" in text:
        text = _POWER.sub(_power, text)
    return text.strip()


def _power(found: re.Match[str]) -> str:
    exponent = found[2] or found[3] or found[4]
    if found[1]:
        return f"{found[1]}e{exponent}"
    return f"1e{exponent}"


def _within_a_word(text: str, start: int) -> bool:
    """Whether digits belong to what stands before them: CO2, x_1, m^2."""
    return start > 0 and (text[start - 1].isalpha() or text[start - 1] in "_^")


def _digits(run: str) -> tuple[str, str] | None:
    """Digits before and after the point; None where commas or points stand where they may not."""
    whole, _, fraction = run.partition(".")
    if "." in fraction or "," in fraction:
        return None
    if "," in whole:
        groups = whole.split(",")
        if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            return None
        whole = "".join(groups)
    return whole or "0", fraction


def _signed(before: str) -> tuple[str, str]:
    """What stands before the number, and its sign, which touches it; currency may stand on either side of the sign."""
    rest = before.rstrip(_CURRENCY)
    if rest.endswith(("-", "+")) and not (len(rest) > 1 and rest[-2].isalnum()):
        return rest[:-1].rstrip(_CURRENCY).strip(), rest[-1].replace("+", "")
    return before.rstrip().rstrip(_CURRENCY).strip(), ""


def _continued(plain: str, end: int, sign: str, whole: str, fraction: str) -> tuple[str, str, int] | None:
    """The number with what belongs to it after its digits: exponent, denominator, percent sign, scale."""
    text = sign + whole + (f".{fraction}" if fraction else "")
    shift, over, add = 0, 1, 0
    if power := _E.match(plain, end):
        shift, end, text = int(power[1]), power.end(), f"{text}e{int(power[1])}"
    elif not fraction and (mixed := _MIXED.match(plain, end)):
        add, over, end, text = int(mixed[1][:80]), int(mixed[2][:80]), mixed.end(), f"{text} {mixed[1]}/{mixed[2]}"
        if not 0 < add < over or max(len(mixed[1]), len(mixed[2])) > FRACTION_DIGITS:
            return None
    elif quotient := _OVER.match(plain, end):
        over, end, text = int(quotient[1][:80]), quotient.end(), f"{text}/{quotient[1]}"
        if fraction or len(quotient[1]) > FRACTION_DIGITS:
            return None
    if percent := _PERCENT.match(plain, end):
        shift, end, text = shift - 2, percent.end(), f"{text}%"
    elif scale := _SCALE.match(plain, end):
        power_of_ten = _SCALES[scale[1].casefold()]
        end, text = scale.end(), f"{text}e{power_of_ten}"
        shift += power_of_ten
        if "/" in text or text.count("e") > 1:
            return None
    if _GOES_ON.match(plain, end):
        return None
    if "/" in text:
        key = _fraction_key(sign, whole, add, over, shift)
    else:
        key = _key(sign, whole + fraction, shift - len(fraction))
    return None if key is None else (text, key, end)


def _key(sign: str, digits: str, exponent: int) -> str:
    significant = digits.lstrip("0").rstrip("0")
    if not significant:
        return "0e0"
    return f"{sign}{significant}e{exponent + len(digits) - len(digits.rstrip('0'))}"


def _fraction_key(sign: str, whole: str, add: int, over: int, shift: int) -> str | None:
    if over == 0 or len(whole) > FRACTION_DIGITS:
        return None
    value = Fraction(int(whole) * over + add if add else int(whole), over) * Fraction(10) ** shift
    places, rest = 0, value.denominator
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        places += 1
    if rest == 1:
        return _key(sign, str(value.numerator * 10**places // value.denominator), -places)
    return f"{sign}{value.numerator}/{value.denominator}"
