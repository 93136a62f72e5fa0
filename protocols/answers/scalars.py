"""Single values: a number, a probability, a score from 1 to 10, yes or no."""

import re

from moot.protocols.answers.numerals import Numeral, decimal_text, literal, numeral, value_of
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.trimming import bared, folded, trimmed

_INTRODUCTIONS = (
    "the answer is it it's its there are about approximately approx approx. roughly around exactly equals equal to a "
    "total of result value number = ≈ ~ :"
)
_SAID_BEFORE = frozenset(_INTRODUCTIONS.split())
_NAMED = re.compile(r"[A-Za-z][A-Za-z_'() ]{0,30}\s?[=≈]")
_UNIT = re.compile(r"[A-Za-z°µμΩ€£¥₹$/'\"\u2032\u2033][A-Za-z0-9°µμΩ/^·*.'{}-]{0,24}")
_OTHER_WORDS = (
    "or not and nor to if unless minus plus times than more less at out of pi tau e i j k n x y z sqrt log ln mod "
    "choose dozen score bn mn mil lakh crore half point but because since as so is are it if when where which that this"
)
_NO_UNIT = frozenset(_OTHER_WORDS.split())
_YES_NO = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
_FIRST_WORD = re.compile(r"(yes|no|true|false)(?:\s?[,.;:(–—-].*)?")
_WORD = re.compile(r"[a-z]+")
_DENIES = frozenset(("not", "cannot", "or", "maybe", "unless", "t"))
_OUT_OF_TEN = re.compile(r"\s?(?:/|out of)\s?10\.?\Z", re.IGNORECASE)


def number(value: str) -> str | Unclear:
    """The one number in the value, every digit kept.

    Words such as "about", a name with "=", and a unit of up to three words may stand around it and are
    dropped: `x = 408 km` is 408, the question fixes the unit. Anything else around it (a bound, a
    factor, "not") makes it no answer.

    >>> number("$1,200.50"), number("408 km"), number("at least 5"), number("3 to 5")
    ('1200.50', '408', <Unclear.UNPARSED: 'unparsed'>, <Unclear.AMBIGUOUS: 'ambiguous'>)
    """
    found = _only(value)
    return found if isinstance(found, Unclear) else found.text


def probability(value: str) -> str | Unclear:
    """A number from 0 to 1, as a plain decimal where it has one; a percentage is a hundredth.

    >>> probability("70%"), probability("0.85"), probability("70"), probability("1e999")
    ('0.70', '0.85', <Unclear.UNPARSED: 'unparsed'>, <Unclear.UNPARSED: 'unparsed'>)
    """
    found = _only(value)
    if isinstance(found, Unclear):
        return found
    exact = value_of(found.text)
    if exact is None or not 0 <= exact <= 1:
        return Unclear.UNPARSED
    text = found.text
    if text.endswith("%") and text[:-1].replace(".", "", 1).isdigit():
        whole, _, fraction = text[:-1].partition(".")
        return decimal_text(whole, fraction, -2)
    if "/" not in found.key and not text.removeprefix("-").replace(".", "", 1).isdigit():
        digits, exponent = found.key.split("e")
        return decimal_text(digits, "", int(exponent))
    return text.removeprefix("-")


def score(value: str) -> str | Unclear:
    """A number from 1 to 10; `8/10` and `8 out of 10` are 8.

    >>> score("8/10"), score("11")
    ('8', <Unclear.UNPARSED: 'unparsed'>)
    """
    found = _only(_OUT_OF_TEN.sub("", bared(value)))
    if isinstance(found, Unclear):
        return found
    exact = value_of(found.text)
    return found.text if exact is not None and 1 <= exact <= 10 else Unclear.UNPARSED


def yes_or_no(value: str) -> str | Unclear:
    """`yes` or `no`; true and false count as these, and a remark may follow that does not deny.

    >>> yes_or_no("True."), yes_or_no("No, it is odd"), yes_or_no("yes or no"), yes_or_no("not true")
    ('yes', 'no', <Unclear.AMBIGUOUS: 'ambiguous'>, <Unclear.UNPARSED: 'unparsed'>)
    """
    said = folded(bared(value))
    words = set(_WORD.findall(said))
    if len({_YES_NO[word] for word in words & _YES_NO.keys()}) > 1:
        return Unclear.AMBIGUOUS
    found = _FIRST_WORD.fullmatch(said)
    return Unclear.UNPARSED if found is None or words & _DENIES else _YES_NO[found[1]]


def number_key(answer: str) -> str:
    """The same for equal numbers and no others; other text stands for itself."""
    found = literal(answer)
    return answer if found is None else found.key


def _only(value: str) -> Numeral | Unclear:
    found = numeral(_unpacked(value))
    if not isinstance(found, Numeral):
        return Unclear.AMBIGUOUS if found == "several" else Unclear.UNPARSED
    return found if _introduces(found.before) and _measures(found.after) else Unclear.UNPARSED


def _unpacked(value: str) -> str:
    """Without brackets and mathematics marks around it, but with the `!` of a factorial."""
    bare = bared(value)
    return f"{bare}!" if "!" in value and trimmed(value).rstrip(" $*").endswith("!") else bare


def _introduces(before: str) -> bool:
    return not before or _NAMED.fullmatch(before) is not None or _SAID_BEFORE.issuperset(before.casefold().split())


def _measures(after: str) -> bool:
    units = after.split()
    return len(units) <= 3 and all(
        _UNIT.fullmatch(unit) is not None and unit.casefold().strip(".") not in _NO_UNIT for unit in units
    )
