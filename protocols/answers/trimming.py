"""Small cuts on one line of text: what surrounds an answer without being part of it."""

import re
import unicodedata

VALUE_CAP = 10_000
"""Characters of one answer; what is longer is no answer."""

BLANKS = " \t\r\n\f\v\u00a0\u200b\u2060\ufeff"
_WRAPS = (
    ("**", "**"),
    ("__", "__"),
    ("*", "*"),
    ("_", "_"),
    ("`", "`"),
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("‘", "’"),
    ("«", "»"),
    ("<b>", "</b>"),
    ("<strong>", "</strong>"),
)
_MATHS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))
_LEFTOVERS = ("**", "__", "*", "`", "</s>", "<br>", "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end|>")
_STOPS = ".,;:!?…。"

_LATEX_TEXT = re.compile(r"\\(?:text|textbf|textrm|mathrm|mathbf)\s?\{([^{}]*)\}")

Pairs = tuple[tuple[str, str], ...]


def trimmed(value: str, *, stops: str = "") -> str:
    """The value without blanks, emphasis and quotation marks around it.

    Args:
        value: Part of one line.
        stops: Punctuation that may be taken off the end too.

    >>> trimmed(' **"Paris"** ')
    'Paris'
    """
    return _peeled(value, _WRAPS, stops)


def bared(value: str) -> str:
    """The value without anything around it: emphasis, quotation marks, brackets, `$`, closing punctuation.

    >>> bared("**(B).**")
    'B'
    """
    return _peeled(value, _WRAPS + _MATHS + _BRACKETS, _STOPS)


def unwrapped_maths(value: str) -> str:
    r"""The value without emphasis, mathematics marks and a closing full stop or comma.

    >>> unwrapped_maths(r"$\frac{1}{2}$.")
    '\\frac{1}{2}'
    """
    return _peeled(value, _WRAPS[:1] + _WRAPS[4:6] + _MATHS, ".,;")


def folded(text: str) -> str:
    """The text as compared: NFKC, casefold, blanks folded.

    >>> folded("  New   YORK ")
    'new york'
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def closes_a_quotation(value: str) -> bool:
    """Whether the value ends with a quotation mark that was opened before it: someone else's words.

    >>> closes_a_quotation('A"'), closes_a_quotation('"A"')
    (True, False)
    """
    end = value.rstrip(BLANKS + _STOPS + ")*_")
    return (end.endswith('"') and end.count('"') % 2 == 1) or (
        end.endswith(("”", "»")) and end.count("”") + end.count("»") > end.count("“") + end.count("«")
    )


def _peeled(value: str, pairs: Pairs, stops: str) -> str:
    """Layers taken off from outside, a few at most, so that the cost stays linear."""
    value = value.strip(BLANKS)
    for _ in range(8):
        if value[:1].isalnum() and value[-1:].isalnum():
            break  # a layer begins or ends with some other sign
        before = value
        value = _inside(_without_leftovers(value), pairs)
        if value.startswith("\\") and (worded := _LATEX_TEXT.fullmatch(value)) is not None:
            value = worded[1]
        if stops and value.rstrip(BLANKS + stops):
            value = value.rstrip(BLANKS + stops)
        value = value.strip(BLANKS)
        if value == before:
            break
    return value


def _inside(value: str, pairs: Pairs) -> str:
    for opening, closing in pairs:
        if len(value) > len(opening) + len(closing) and value.startswith(opening) and value.endswith(closing):
            inner = value[len(opening) : -len(closing)]
            if opening not in inner and closing not in inner:
                return inner
    return value


def _without_leftovers(value: str) -> str:
    """Marks at one end whose partner stood before the answer, and tokens that end a chat."""
    for mark in _LEFTOVERS:
        if len(value) > len(mark) and value.count(mark) == 1:
            if value.endswith(mark):
                return value[: -len(mark)]
            if value.startswith(mark) and not mark.startswith("<"):
                return value[len(mark) :]
    return value


_ASKED_FOR = r"\b(?:answer|letter|option|number|value|yes or no|expression|probability|score|your|here)\b"
_TEMPLATE = re.compile(
    rf"(?:[<\[{{][^<>\[\]{{}}]{{0,100}}{_ASKED_FOR}[^<>\[\]{{}}]{{0,100}}[>\]}}]|\.{{2,}}|…|_{{2,}}|[<\[][>\]])\Z"
    r"|[XN]\b[`*\"']{0,3}[,;]?\s{1,3}(?:where|being|stands)\b",
)


def is_template(value: str) -> bool:
    """Whether the value repeats a request instead of answering it: `<your answer>`, `X, where X is …`.

    >>> is_template("X, where X is yes or no"), is_template("xenon")
    (True, False)
    """
    return _TEMPLATE.match(value.strip(BLANKS + "`*")) is not None


_ABSTENTIONS = (
    "abstain|i abstain|abstention|no answer|no final answer|n/a|not applicable|i don't know|i do not know|don't know|"
    "i'm not sure|i am not sure|not sure|unsure|undecided|cannot say|can't say|i cannot say|i can't say"
)
_NONE = frozenset(_ABSTENTIONS.split("|"))


def is_abstention(value: str) -> bool:
    """Whether the value says that there is no answer."""
    return len(value) < 40 and folded(bared(value)).replace("’", "'") in _NONE
