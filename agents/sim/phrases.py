"""Questions as plain words: cleaned, and fitted to a form with gaps. Linear in the text's length."""

import re
from collections.abc import Iterable

LONGEST = 600
"""Characters of a question that solvers look at; a longer one is not for them."""

_FILLERS = frozenset({"the", "a", "an", "number", "numbers", "whole", "integer", "please", "exact", "exactly"})
_SAME = {
    "which": "what",
    "what's": "what is",
    "bigger": "larger",
    "greater": "larger",
    "higher": "larger",
    "biggest": "largest",
    "greatest": "largest",
    "highest": "largest",
    "lower": "smaller",
    "less": "smaller",
    "lowest": "smallest",
    "least": "smallest",
    "appear": "occur",
}
_TOKEN = re.compile(r"\"[^\"\s]+\"|'[a-z]+'|[0-9][0-9,.]*(?<=[0-9])|[a-z]+(?:'[a-z]+)?|\*\*|\S")
_QUOTES = str.maketrans(
    {
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)


def cleaned(text: str) -> str:
    """The question's tokens with one space between: lower case, one word per meaning, no fillers.

    >>> cleaned("Which is the bigger number, 9.11 or 9.9?")
    'what is larger , 9.11 or 9.9'
    """
    words = [_SAME.get(word, _quoted(word)) for word in _TOKEN.findall(text.casefold().translate(_QUOTES))]
    while words and words[-1] in {"?", ".", "!", "="}:
        words.pop()
    return " ".join(word for word in words if word not in _FILLERS)


def _quoted(word: str) -> str:
    return f'"{word[1:-1]}"' if len(word) > 2 and word[0] == word[-1] == "'" else word


def fitted(text: str, forms: Iterable[str]) -> list[str] | None:
    """What stands in the gaps `{}` of the first form that the whole text fits, or None.

    >>> fitted("what is 4 plus 5", ["what is {} minus {}", "what is {} plus {}"])
    ['4', '5']
    """
    for form in forms:
        if (found := _gaps(text, form)) is not None:
            return found
    return None


def _gaps(text: str, form: str) -> list[str] | None:
    pieces = form.split("{}")
    first, middle, last = pieces[0], pieces[1:-1], pieces[-1]
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(form) - 2 * form.count("{}"):
        return None
    rest = text[len(first) : len(text) - len(last)]
    found: list[str] = []
    for piece in middle:
        gap, piece_found, rest = rest.partition(piece)
        if not piece_found:
            return None
        found.append(gap)
    found.append(rest)
    return found if all(gap.strip() for gap in found) else None
