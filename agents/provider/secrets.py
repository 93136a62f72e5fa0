"""Keeps keys out of what is told: every form in which a provider may echo one is struck out."""

import base64
import json
import os
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
_LEAST = 8
_FORE = 12
_BEARER = re.compile(r"\b(?:bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
_USUAL = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|key|AIza|ya29)[-_.]?[A-Za-z0-9_-]{16,}")
_PARAMETER = re.compile(r"(?i)\b((?:api[_-]?key|key|token)=)[^&\s\"']{4,}")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
"""What keys hold and words do not, where there is a digit in it: many letters and digits without a break."""
STRUCK = "[secret]"


def scrubbed(text: str, *keys: str | None) -> str:
    """The text without the given keys, the environment's keys, or anything that looks like one.

    >>> scrubbed("Incorrect key sk-abcdefghijklmnop1234.", "sk-abcdefghijklmnop1234")
    'Incorrect key [secret].'
    """
    for form in _held(*keys):
        text = text.replace(form, STRUCK)
    text = _PARAMETER.sub(rf"\1{STRUCK}", _BEARER.sub(STRUCK, text))
    return _USUAL.sub(STRUCK, text)


def words_of(error: BaseException) -> str:
    """An exception's class and sentence, scrubbed.

    >>> words_of(ValueError("no such key: sk-abcdefghijklmnop1234"))
    'ValueError: no such key: [secret]'
    """
    return scrubbed(f"{type(error).__name__}: {error}")


def unkeyed(text: str, key: str | None) -> str:
    """The text without that key in any form; all else stays, whatever it looks like.

    >>> unkeyed("You sent 4321-wxyz-abcd, reversed dcba-zyxw-1234.", "4321-wxyz-abcd")
    'You sent [secret], reversed [secret].'
    """
    for form in _forms(key) if key is not None and len(key) >= _LEAST else ():
        text = text.replace(form, STRUCK)
    return text


def seeker() -> Callable[[str], bool]:
    """A function that says whether a text shows a key of the environment, or a word that only a key looks like.

    It overlooks more than `scrubbed` strikes out: prose about keys is no key.

    >>> shows = seeker()
    >>> shows("key-value-stores and sk-learn"), shows("sk-abcdefghijklmnop1234")
    (False, True)
    """
    held = _held()

    def shows(text: str) -> bool:
        runs = (run[0] for found in _USUAL.finditer(text) for run in _RUN.finditer(found[0]))
        return any(form in text for form in held) or any(not run.isalpha() for run in runs)

    return shows


def _held(*keys: str | None) -> list[str]:
    """Every form of the given keys and of the environment's, the longest key first."""
    known = {*keys, *(value for name, value in os.environ.items() if _NAME.search(name))}
    long = sorted((key for key in known if key and len(key) >= _LEAST), key=len, reverse=True)
    return [form for key in long for form in _forms(key)]


def _forms(key: str) -> list[str]:
    """The key as it is, in JSON, JSON in JSON, an address, hex, base64 and backwards; and its beginning."""
    raw = key.encode("utf-8", "surrogatepass")
    coded = [base64.b64encode(b"\0" * shift + raw).decode() for shift in range(3)]
    # Of base64 at each of the three alignments, what the neighbours of the key share bits with is cut off.
    cores = [code.rstrip("=")[(0, 2, 3)[shift] : -2] for shift, code in enumerate(coded)]
    forms = [
        *(json.dumps(json.dumps(key))[3:-3], json.dumps(key)[1:-1], key),  # the longest first: one holds the other
        *(quote(key, safe=""), quote_plus(key)),
        *(raw.hex(), raw.hex().upper(), key[::-1]),
        *(form for core in cores for form in (core, core.replace("+", "-").replace("/", "_"))),
        *([key[:_FORE]] if len(key) >= 2 * _LEAST else ()),
    ]
    return [form for form in dict.fromkeys(forms) if len(form) >= _LEAST]
