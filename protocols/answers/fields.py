"""The fields of a structured reply, as text."""

from collections.abc import Sequence

from pydantic import JsonValue

from moot.agents.structured import parsed_object
from moot.protocols.answers.unquoted import unquoted

FIELD_CAP = 20_000
"""Characters of one field."""


def read_fields(text: str, keys: Sequence[str]) -> dict[str, str] | None:
    """The wanted fields of the one JSON object in a reply.

    Args:
        text: The reply: an object, alone, fenced or within prose.
        keys: Names of the fields, compared without regard to case.

    Returns:
        The fields that are there, in the order of `keys`, each as text: true is `yes`, false is `no`, null is "".
        None where the reply holds no object with any of them, or several that differ.

    >>> read_fields('{"answer": "B", "decided": true, "more": 1}', ["answer", "decided", "reason"])
    {'answer': 'B', 'decided': 'yes'}
    """
    found = parsed_object(text)
    if found is None:
        # Objects in what it quotes may be another's.
        found = parsed_object("\n".join(unquoted(text)))
    if found is None:
        return None
    given = {key.strip().casefold(): value for key, value in found.items()}
    if len(given) < len(found):
        return None
    fields = {key: as_text(given[key.casefold()]) for key in keys if key.casefold() in given}
    read = {key: value for key, value in fields.items() if value is not None}
    return read or None


def as_text(value: JsonValue) -> str | None:
    """A JSON value as text; None for lists and objects, which no flat reply holds, and for what is too long."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        text = str(value).strip()
        return text if len(text) <= FIELD_CAP else None
    return None
