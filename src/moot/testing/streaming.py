"""A reply as server-sent events, for clients that ask with `stream: true`; and streams that go wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from moot.testing.wire import Answer, Manner

_PIECE = 48
_TYPE = "text/event-stream; charset=utf-8"
_DONE = "[DONE]"


def streamed(completion: Mapping[str, JsonValue], *, with_usage: bool) -> Answer:
    """The completion cut into chunks, the finish reason in the last, then `[DONE]`."""
    usage = [{**_chunk(completion, []), "usage": completion["usage"]}] if with_usage else []
    return _answer([*_events(completion), *map(json.dumps, usage), _DONE])


def misstreamed(kind: str, amount: float, completion: Mapping[str, JsonValue]) -> Answer:
    """A stream with one of the faults `sse_…`, whether a stream was asked for or not."""
    if kind == "sse_plain":
        return Answer(json.dumps(completion).encode())
    return _WRONG[kind](_events(completion), amount)


def _events(completion: Mapping[str, JsonValue]) -> list[str]:
    """The reply as chunks: its beginning, its pieces, its finish reason."""
    choice = cast("list[dict[str, JsonValue]]", completion["choices"])[0]
    message = cast("dict[str, JsonValue]", choice["message"])
    text = str(message["content"] or "")
    deltas: list[JsonValue] = [{"role": "assistant", "content": ""}]
    deltas.extend({"content": text[start : start + _PIECE]} for start in range(0, len(text), _PIECE))
    chunks = [_chunk(completion, [{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(_chunk(completion, [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]))
    return list(map(json.dumps, chunks))


def _answer(events: Sequence[str], manner: Manner = "whole", *, every_s: float = 0.2, again: bytes = b"") -> Answer:
    body = b"".join(map(_data, events))
    return Answer(body, content_type=_TYPE, manner=manner, every_s=every_s, again=again)


def _data(event: str) -> bytes:
    return f"data: {event}\n\n".encode()


def _chunk(completion: Mapping[str, JsonValue], choices: list[JsonValue]) -> dict[str, JsonValue]:
    return {
        "id": completion["id"],
        "object": "chat.completion.chunk",
        "created": completion["created"],
        "model": completion["model"],
        "choices": choices,
    }


def _half(events: list[str]) -> list[str]:
    return events[: len(events) // 2 + 1]


_CRASHED = json.dumps({"error": {"message": "the model has crashed", "type": "server_error"}})

_WRONG: Mapping[str, Callable[[list[str], float], Answer]] = {
    "sse_drip": lambda events, every_s: _answer([*events, _DONE], "drip", every_s=every_s),
    "sse_keepalive": lambda _, every_s: _answer([], "endless", every_s=every_s, again=b": keep-alive\n\n"),
    "sse_endless": lambda events, every_s: _answer(events[:1], "endless", every_s=every_s, again=_data(events[1])),
    "sse_no_done": lambda events, _: _answer(events),
    "sse_no_finish": lambda events, _: _answer([*events[:-1], _DONE]),
    "sse_cut": lambda events, _: _answer(_half(events)),
    "sse_bad_json": lambda events, _: _answer([*_half(events), '{"choices": [{"delta"', events[-1], _DONE]),
    "sse_error": lambda events, _: _answer([*_half(events), _CRASHED]),
    "sse_hang": lambda events, _: _answer([*events, _DONE], "hang_half"),
    "sse_reset": lambda events, _: _answer([*events, _DONE], "reset_body"),
    "sse_repeats": lambda events, _: _answer([*events[:1], *events[1:2] * 300, *events[2:], _DONE]),
}
