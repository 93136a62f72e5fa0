"""Quotes from the document, checked by comparing strings: a debater's word is not taken for them."""

import re
import unicodedata

_QUOTE = re.compile(r"<quote>(.{1,4000}?)</quote>", re.DOTALL)
_SPACE = re.compile(r"\s+")
_MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def checked_quotes(text: str, document: str) -> str:
    """The text with each `<quote>` marked as verified or unverified.

    Letters, digits and marks must agree; space, case and the shape of quotation marks need not.
    A mark that the text brings along itself is taken off first, so none can be claimed.

    Args:
        text: A reply.
        document: What it may quote.

    >>> checked_quotes("He said <quote>It  rained</quote>, not <quote>it snowed</quote>.", "It rained all day.")
    'He said [verified quote: "It  rained"], not [unverified quote: "it snowed"].'
    """
    known = _folded(document)

    def marked(found: re.Match[str]) -> str:
        word = "verified" if _folded(found[1]) in known and _folded(found[1]) else "unverified"
        return f'[{word} quote: "{found[1].strip()}"]'

    return _QUOTE.sub(marked, re.sub(r"\[(?:un)?verified quote:", "[quote:", text))


def closed(text: str) -> str:
    """The text with the mark of a quote closed that it was cut in.

    >>> closed('He said [verified quote: "It rained all')
    'He said [verified quote: "It rained all"]'
    """
    opened = max(text.rfind(f'[{word} quote: "') for word in ("verified", "unverified"))
    return f'{text}"]' if opened > text.rfind('"]') else text


def _folded(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text.translate(_MARKS))).casefold().strip()
