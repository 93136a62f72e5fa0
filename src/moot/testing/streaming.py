"""A reply as server-sent events, for clients that ask with `stream: true`."""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from moot.testing.wire import Answer

_PIECE = 48


def streamed(completion: Mapping[str, JsonValue], *, with_usage: bool) -> Answer:
    """The completion cut into chunks, the finish reason in the last, then `[DONE]`."""
    choice = cast("list[dict[str, JsonValue]]", completion["choices"])[0]
    message = cast("dict[str, JsonValue]", choice["message"])
    text = str(message["content"] or "")
    deltas: list[JsonValue] = [{"role": "assistant", "content": ""}]
    deltas.extend({"content": text[start : start + _PIECE]} for start in range(0, len(text), _PIECE))
    chunks = [_chunk(completion, [{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(_chunk(completion, [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]))
    if with_usage:
        chunks.append({**_chunk(completion, []), "usage": completion["usage"]})
    events = [json.dumps(chunk) for chunk in chunks] + ["[DONE]"]
    body = "".join(f"data: {event}\n\n" for event in events)
    return Answer(body.encode(), content_type="text/event-stream; charset=utf-8")


def _chunk(completion: Mapping[str, JsonValue], choices: list[JsonValue]) -> dict[str, JsonValue]:
    return {
        "id": completion["id"],
        "object": "chat.completion.chunk",
        "created": completion["created"],
        "model": completion["model"],
        "choices": choices,
    }
