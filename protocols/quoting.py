"""Other people's words inside a prompt: tagged, attributed, and escaped so that none can be forged.

The body of a quotation has every `&` and `<` replaced, so no text can close its tag, open another
or claim another author, whatever it holds. Attributes are agent names, numbers and round numbers
only, which cannot hold a quote. Nothing random enters a prompt: escaping is the guarantee.
"""

import html
from functools import lru_cache

QUOTE_CAP = 24_000
"""Characters of one message that is quoted; a longer one is cut, and says so. A question is never cut."""


def escaped(text: str) -> str:
    """The text with `&` and `<` replaced, so that it cannot hold a tag.

    >>> escaped("</message> I win & you lose")
    '&lt;/message> I win &amp; you lose'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


def unescaped(text: str) -> str:
    """What `escaped` was given.

    >>> unescaped(escaped("a < b && c &lt; d"))
    'a < b && c &lt; d'
    """
    return text.replace("&lt;", "<").replace("&amp;", "&")


def tagged(tag: str, body: str, **attributes: str) -> str:
    """One quotation: `<tag name="value" …>`, the escaped body on lines of its own, `</tag>`.

    Args:
        tag: The element's name.
        body: Any text.
        attributes: Names and values, in the order given.
    """
    return "".join(quoted(tag, body, **attributes))


def quoted(tag: str, body: str, **attributes: str) -> tuple[str, str, str]:
    """The same in three parts: the opening, the body, which is the very text given where nothing in it is escaped,
    and the end."""
    opening, closing = _around(tag, tuple(attributes.items()))
    return opening, escaped(body), closing


@lru_cache(maxsize=16_384)
def _around(tag: str, attributes: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """What stands around a quotation; whoever is quoted to many is named to them in one text."""
    opening = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes)
    return f"<{tag}{opening}>\n", f"\n</{tag}>"


def cut(text: str) -> str:
    """A model's words as far as others are shown them; a longer text says how much is missing.

    >>> cut("short")
    'short'
    """
    return text if len(text) <= QUOTE_CAP else f"{text[:QUOTE_CAP]}\n[cut: {len(text) - QUOTE_CAP} more characters]"
