"""What an unquoted word of YAML 1.2 means, by its core schema.

So `no`, `on` and `3:25` are texts, `1e3` is a number, and where a text is wanted the word stands as
it was written: an agent may be called `012`.
"""

import re
from typing import NamedTuple

Plain = bool | int | float | str | None

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}\Z")
_OTHER_BASE = re.compile(r"0o[0-7]{1,300}\Z|0x[0-9a-fA-F]{1,300}\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,300})?\Z")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")


class Word(NamedTuple):
    """An unquoted word that means something other than its text."""

    text: str
    value: bool | int | float | None


def meaning(text: str) -> Word | str:
    """What the word means; the text itself where it means nothing else.

    >>> meaning("no"), meaning("012").value, meaning("1e3").value
    ('no', 12, 1000.0)
    """
    if text in _WORDS:
        value = _WORDS[text]
        return Word(text, value if isinstance(value, bool) else None)
    if _WHOLE.match(text):
        return Word(text, int(text))
    if _OTHER_BASE.match(text):
        return Word(text, int(text, 0))
    if _NUMBER.match(text):
        return Word(text, float(text))
    if _ENDLESS.match(text):
        return Word(text, float(text.lower().replace(".", "")))
    return text
