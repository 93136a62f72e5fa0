"""The stub's own reply: a pure function of model, messages and seed, with a proper last line.

Three times in four the answer is the one the question itself hashes to, else another, so that a
panel disagrees a little and mostly decides. Nothing here knows anything: it is a load and fault
server, not a simulated debater.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from moot.testing.steps import StubRequest

_QUESTION = re.compile(r'<question kind="([a-z]+)">')
_OPTION = re.compile(r"^([A-Z])\. ", re.MULTILINE)
_WORDS = ("amber", "birch", "cobalt", "delta", "ember", "flint", "grove", "harbour")
_SENTENCE = "Weighing what was said against the question, this step follows from the one before it. "


def digest(request: StubRequest) -> bytes:
    """32 bytes that differ wherever model, messages or seed differ."""
    parts = json.dumps([request.model, request.messages, request.body.get("seed")])
    return hashlib.blake2b(parts.encode(), digest_size=32).digest()


def answered(request: StubRequest, *, chars: int) -> str:
    """The deterministic reply to a request, about `chars` characters before its last lines."""
    mark = digest(request)
    shape = _reply_shape(request)
    if shape is not None:
        return json.dumps({key: _field(key, about, request, mark) for key, about in shape.items()})
    said = f"Note {mark.hex()[:8]}. {_SENTENCE * (chars // len(_SENTENCE) + 1)}"[: max(chars, 14)].rstrip()
    lines = [said, f"Final answer: {_answer(request, mark)}"]
    if "Confidence:" in request.prompt[-2000:]:
        lines.append(f"Confidence: {50 + mark[8] % 50}%")
    return "\n".join(lines)


def weighed(request: StubRequest, text: str) -> list[tuple[str, float]]:
    """The text in tokens of 4 characters, each with a log-probability above -1."""
    mark = digest(request)
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]
    return [(piece, -mark[place % len(mark)] / 256) for place, piece in enumerate(pieces)]


def _answer(request: StubRequest, mark: bytes) -> str:
    prompt = request.prompt
    start = prompt.find('<question kind="')
    question = prompt[start : prompt.find("</question>", start)] if start >= 0 else ""
    agrees = mark[0] % 4 != 0
    drawn = hashlib.blake2b(question.encode(), digest_size=8).digest() if agrees else mark[1:9]
    number = int.from_bytes(drawn, "big")
    found = _QUESTION.match(question)
    return _drawn(found.group(1) if found else "text", number, prompt)


def _drawn(kind: str, number: int, prompt: str) -> str:
    if kind == "choice":
        start = prompt.find("<options>")
        letters = _OPTION.findall(prompt[start : prompt.find("</options>", start)]) or ["A", "B"]
        return str(letters[number % len(letters)])
    if kind == "bool":
        return ("yes", "no")[number % 2]
    if kind == "probability":
        return f"0.{number % 100:02d}"
    if kind == "score":
        return str(1 + number % 10)
    return str(number % 100) if kind in ("number", "math") else _WORDS[number % len(_WORDS)]


def _reply_shape(request: StubRequest) -> Mapping[str, str] | None:
    """Keys and descriptions of the JSON object that was asked for, in the prompt or by schema."""
    last = request.messages[-1][1] if request.messages else ""
    start = last.rfind("<reply_format>")
    if start >= 0:
        try:
            asked = json.loads(last[start + len("<reply_format>") : last.find("</reply_format>", start)])
        except ValueError:
            return None
        return (
            None if not isinstance(asked, dict) else {k: str(v) for k, v in cast("dict[str, JsonValue]", asked).items()}
        )
    return _schema_shape(request.body.get("response_format"))


def _schema_shape(asked: JsonValue) -> Mapping[str, str] | None:
    for key in ("json_schema", "schema", "properties"):
        asked = asked.get(key) if isinstance(asked, dict) else None
    return {key: json.dumps(about) for key, about in asked.items()} if isinstance(asked, dict) else None


def _field(key: str, about: str, request: StubRequest, mark: bytes) -> JsonValue:
    if key == "answer":
        return _answer(request, mark)
    schema = _schema(about)
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[mark[9] % len(choices)]
    if schema.get("type") == "boolean":
        return mark[9] % 2 == 0
    if schema.get("type") in ("integer", "number") or key == "confidence":
        return 50 + mark[8] % 50
    return ("yes", "no")[mark[9] % 2] if "yes or no" in about else f"{key} {mark.hex()[:6]}"


def _schema(about: str) -> Mapping[str, JsonValue]:
    try:
        read = json.loads(about)
    except ValueError:
        return {}
    return cast("dict[str, JsonValue]", read) if isinstance(read, dict) else {}
