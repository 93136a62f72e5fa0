"""A short line of free text as an answer."""

from moot.protocols.answers.numerals import literal
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.trimming import BLANKS, folded, trimmed

TEXT_CAP = 500
"""Characters of a text answer; a longer line is no short answer."""

_OUTER = BLANKS + ".,;:!?…。\"'“”‘’«»`*_¿¡"
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def short_text(value: str) -> str | Unclear:
    """The line as given, blanks folded, without the emphasis or quotation marks around it.

    >>> short_text('**Paris,  France**')
    'Paris, France'
    """
    said = " ".join(trimmed(value).split())
    if len(said) > TEXT_CAP or not outer_removed(said):
        return Unclear.UNPARSED
    return said


def text_key(answer: str) -> str:
    """The same for answers equal after NFKC, casefold, blanks folded and outer punctuation removed, or as numbers.

    >>> text_key("The Hague.") == text_key('"the  hague"'), text_key("1,200") == text_key("1200.0")
    (True, True)
    >>> text_key("C#") == text_key("C")
    False
    """
    found = literal(answer.strip(_OUTER.replace(".", "")))
    if found is not None:
        return f"={found.key}"
    return f"'{outer_removed(folded(answer)) or folded(answer)}"


def outer_removed(text: str) -> str:
    """The text without punctuation that only surrounds it; `#`, `+`, `%`, `-` and the like belong to it."""
    while True:
        before = text
        text = text.strip(_OUTER)
        if len(text) > 1 and _PAIRS.get(text[0]) == text[-1] and text[-1] not in text[:-1] and text[0] not in text[1:]:
            text = text[1:-1]
        if text == before:
            return text
