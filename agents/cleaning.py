"""Text from outside made safe to store, send and show: no surrogates, no control characters but newline and tab."""

import re

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    r"""The text with line ends made `\n`, surrogates replaced and other control characters dropped.

    >>> clean("a\x1b[2Jb\r\nc\ud800")
    'a[2Jb\nc\ufffd'
    """
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub(_replaced, text.replace("\r\n", "\n"))


def printable(text: str) -> str:
    r"""The text as a terminal may show it: `clean`, and without marks that turn the direction of writing.

    >>> printable("a\u202eb\x07")
    'ab'
    """
    return _BIDI.sub("", clean(text))


def _replaced(found: re.Match[str]) -> str:
    return "\n" if found.group() == "\r" else "\ufffd" if found.group() >= "\ud800" else ""
