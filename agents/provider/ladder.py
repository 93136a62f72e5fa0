"""Structured replies: the strictest way an endpoint is known to accept, remembered, never tried twice in vain.

Three rungs: `json_schema`, `json_object` with the schema in the prompt, the prompt alone. An endpoint that
refuses a rung (a 400 about the response format, which no provider bills) is asked again at the next
one within the same attempt; the completion's `requests` then says 2, and the rung is remembered, so
it happens once for each model.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import JsonValue

from moot.agents.records import Kind, Message, Request

Rung = Literal["schema", "object", "prompt"]
_DOWN: Mapping[Rung, Rung] = {"schema": "object", "object": "prompt"}
_NO_SCHEMA = frozenset({"deepseek"})
"""Providers that are known to take `json_object` only, whatever litellm says."""
_ABOUT = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json[_ ]?object|structured[_ ]?output|guided|grammar", re.IGNORECASE
)


class Ladder:
    """Which rung each model stands on; belongs to one endpoint."""

    def __init__(self) -> None:
        self._rungs: dict[str, Rung] = {}

    def rung(self, model: str, *, takes_format: bool) -> Rung:
        """Where to begin.

        Args:
            model: The model's full name.
            takes_format: Whether it has a parameter for the response's format at all.
        """
        first: Rung = "object" if model.partition("/")[0] in _NO_SCHEMA else "schema"
        return self._rungs.setdefault(model, first if takes_format else "prompt")

    def refused(self, model: str, rung: Rung, kind: Kind, text: str) -> Rung | None:
        """The next rung, if this answer says that the model does not take the present one."""
        if kind != "bad_request" or rung not in _DOWN or not _ABOUT.search(text):
            return None
        self._rungs[model] = _DOWN[rung]
        return _DOWN[rung]


def response_format(schema: dict[str, JsonValue], rung: Rung) -> JsonValue | None:
    """The parameter of that name for a rung; None where the prompt alone asks."""
    if rung == "prompt":
        return None
    if rung == "object":
        return {"type": "json_object"}
    asked: dict[str, JsonValue] = {"name": "reply", "schema": schema}
    if _is_strict(schema):
        asked["strict"] = True
    return {"type": "json_schema", "json_schema": asked}


def asking(request: Request, rung: Rung) -> Request:
    """The request as a rung needs it: below `schema`, a prompt that does not yet ask for JSON says so."""
    said = request.messages[-1].content if request.messages else ""
    asked_already = "<reply_format>" in said and "json" in said.lower()  # the word itself is a condition of some
    if rung == "schema" or asked_already or request.reply_schema is None:
        return request
    words = f"Reply with one JSON object and nothing else, valid under this schema:\n{json.dumps(request.reply_schema)}"
    if request.messages and request.messages[-1].role == "user":
        last = Message(role="user", content=f"{said}\n\n{words}")
        return replace(request, messages=(*request.messages[:-1], last))
    return replace(request, messages=(*request.messages, Message(role="user", content=words)))


def _is_strict(schema: JsonValue) -> bool:
    """Whether a schema keeps the rules of strict mode: every object closed, every property required."""
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required")
        if schema.get("additionalProperties") is not False or not isinstance(required, list):
            return False
        if {name for name in required if isinstance(name, str)} != set(properties):
            return False
    return all(map(_is_strict, schema.values()))
