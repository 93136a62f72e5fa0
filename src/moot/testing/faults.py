"""From a step to bytes: good replies in OpenAI's shape, and every way of getting them wrong."""

import gzip
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from pydantic import JsonValue

from moot.testing.answers import answered, digest, weighed
from moot.testing.steps import Fault, Reply, StubRequest
from moot.testing.streaming import misstreamed, streamed
from moot.testing.wire import Answer, Manner

_CREATED = 1_700_000_000
"""A fixed date, so that equal requests get equal bytes."""


def replied(reply: Reply, request: StubRequest, *, chars: int) -> Answer:
    """A good reply as the wire carries it."""
    text = answered(request, chars=chars) if reply.text is None else reply.text
    body = completion(
        request, text, finish=reply.finish, usage=reply.usage, message=reply.message, logprobs=reply.logprobs
    )
    if request.body.get("stream") is not True:
        return _json(body)
    options = request.body.get("stream_options")
    return streamed(body, with_usage=isinstance(options, dict) and options.get("include_usage") is True)


def completion(
    request: StubRequest,
    content: str | None,
    *,
    finish: str = "stop",
    usage: tuple[int, int] | None = None,
    message: Mapping[str, JsonValue] | None = None,
    logprobs: Sequence[tuple[str, float]] | None = None,
) -> dict[str, JsonValue]:
    """A chat completion in OpenAI's shape."""
    asked, said = usage or (tokens(request.prompt), tokens(content or ""))
    return {
        "id": f"chatcmpl-{digest(request).hex()[:24]}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": request.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": None, **(message or {})},
                "logprobs": _logprobs(request, content or "", logprobs),
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }


def _logprobs(request: StubRequest, content: str, given: Sequence[tuple[str, float]] | None) -> JsonValue:
    """Tokens in OpenAI's shape where they are wanted; where alternatives are too, each token is its only one."""
    if request.body.get("logprobs") is not True:
        return None
    told = weighed(request, content) if given is None else given
    wanted = bool(request.body.get("top_logprobs"))
    listed: list[JsonValue] = []
    for text, logprob in told:
        one: dict[str, JsonValue] = {"token": text, "logprob": logprob, "bytes": list(text.encode(errors="replace"))}
        listed.append({**one, "top_logprobs": [one] if wanted else []})
    return {"content": listed, "refusal": None}


def tokens(text: str) -> int:
    """How many tokens the stub says a text has: one per 4 characters, at least 1."""
    return max(1, len(text) // 4)


def error(status: int, message: str, *, code: str | None = None, kind: str = "invalid_request_error") -> Answer:
    """An error in OpenAI's shape."""
    return _json({"error": {"message": message, "type": kind, "param": None, "code": code}}, status=status)


def broken(fault: Fault, request: StubRequest, *, chars: int) -> Answer:
    """A fault as the wire carries it."""
    if fault.kind.isdecimal():
        return _status(fault)
    good = completion(request, answered(request, chars=chars))
    if fault.kind.startswith("sse_"):
        return misstreamed(fault.kind, fault.amount or 0.2, good)
    return _BROKEN[fault.kind](fault, request, good)


def _json(body: JsonValue, *, status: int = 200, manner: Manner = "whole", every_s: float = 0.2) -> Answer:
    return Answer(json.dumps(body).encode(), status, manner=manner, every_s=every_s)


def _status(fault: Fault) -> Answer:
    limited = fault.kind == "429"
    made = error(
        int(fault.kind),
        "Rate limit reached for requests" if limited else f"The server answered {fault.kind} on purpose",
        code="rate_limit_exceeded" if limited else None,
        kind="requests" if limited else "server_error" if fault.kind >= "500" else "invalid_request_error",
    )
    return Answer(made.body, made.status, headers=_retry_after(fault))


def _retry_after(fault: Fault) -> tuple[tuple[str, str], ...]:
    wait = fault.amount if fault.retry_after is None else fault.retry_after
    if wait is None:
        return ()
    if fault.retry_form == "ms":
        return (("retry-after-ms", f"{wait * 1000:g}"),)
    if fault.retry_form == "date":
        return (("retry-after", format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)),)
    return (("retry-after", f"{wait:g}"),)


Broken = Callable[[Fault, StubRequest, dict[str, JsonValue]], Answer]


def _delivered(manner: Manner) -> Broken:
    return lambda fault, _request, good: _json(good, manner=manner, every_s=fault.amount or 0.2)


def _body(body: bytes) -> Broken:
    return lambda _fault, _request, _good: Answer(body)


def _said(content: str | None, finish: str = "stop", **message: JsonValue) -> Broken:
    return lambda _fault, request, _good: _json(completion(request, content, finish=finish, message=message))


def _changed(**fields: JsonValue) -> Broken:
    return lambda _fault, _request, good: _json({**good, **fields})


def _refused(status: int, message: str, code: str, kind: str = "invalid_request_error") -> Broken:
    return lambda _fault, _request, _good: error(status, message, code=code, kind=kind)


def _auth(_fault: Fault, request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    sent = request.authorization or "no key"
    return error(401, f"Incorrect API key provided: {sent}.", code="invalid_api_key")


def _truncated(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    body = json.dumps(good).encode()
    return Answer(body[: len(body) // 2])


def _html(fault: Fault, _request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    page = b"<!doctype html><html><body><h1>Welcome to the proxy</h1></body></html>"
    return Answer(page, int(fault.amount or 200), content_type="text/html; charset=utf-8")


def _cut(_fault: Fault, request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    return _json(completion(request, answered(request, chars=200)[:120], finish="length"))


def _not_utf8(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    return Answer(json.dumps(good).encode().replace(b"Note ", b"\xff\xfe\xc3(", 1))


def _deep(fault: Fault, _request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    depth = int(fault.amount or 100_000)
    return Answer(b"[" * depth + b"]" * depth)


def _huge(fault: Fault, request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    text = "x" * int((fault.amount or 20) * 2**20)
    return _json(completion(request, f"{text}\nFinal answer: A", usage=(1, 1)))


def _not_a_number(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    return _json({**good, "created": math.nan, "score": math.inf})


def _without_usage(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    return _json({name: value for name, value in good.items() if name != "usage"})


def _lies(fault: Fault, request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    factor = 100.0 if fault.amount is None else fault.amount
    asked, said = tokens(request.prompt), tokens(answered(request, chars=400))
    told = {"prompt_tokens": int(asked * factor), "completion_tokens": int(said * factor)}
    return _json({**good, "usage": {**told, "total_tokens": sum(told.values())}})


def _redirect(fault: Fault, request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    port = request.headers.get("host", "").rpartition(":")[2]
    target = fault.to or f"http://localhost:{port}/elsewhere/chat/completions"
    return Answer(b"", 307, headers=(("location", target),))


def _key_echo(_fault: Fault, request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    return _json(completion(request, f"You sent me {request.authorization or 'no key'}.\nFinal answer: A"))


def _bomb(fault: Fault, _request: StubRequest, _good: dict[str, JsonValue]) -> Answer:
    return Answer(_packed(int(fault.amount or 100)), headers=(("content-encoding", "gzip"),))


@lru_cache(maxsize=4)
def _packed(size: int) -> bytes:
    return gzip.compress(b'{"choices": [{"message": {"content": "' + b"x" * (size * 2**20) + b'"}}]}', 1)


def _old(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    return Answer(json.dumps(good).encode(), manner="unsized")


def _double_length(_fault: Fault, _request: StubRequest, good: dict[str, JsonValue]) -> Answer:
    return Answer(json.dumps(good).encode(), headers=(("content-length", "7"),))


_BROKEN: Mapping[str, Broken] = {
    "quota": _refused(429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
    "content_filter": _refused(400, "The response was filtered by the content policy", "content_filter"),
    "context": _refused(400, "This model's maximum context length is 8192 tokens", "context_length_exceeded"),
    "auth": _auth,
    "hang": _delivered("hang"),
    "hang_body": _delivered("hang_body"),
    "drip": _delivered("drip"),
    "reset": _delivered("reset"),
    "reset_body": _delivered("reset_body"),
    "short_body": _delivered("short"),
    "truncated_json": _truncated,
    "html": _html,
    "json_null": _body(b"null"),
    "json_list": _body(b"[1, 2]"),
    "json_number": _body(b"42"),
    "empty_body": _body(b""),
    "error_200": _body(b'{"error": {"message": "the model is overloaded", "type": "overloaded", "code": null}}'),
    "no_choices": _changed(choices=[]),
    "empty": _said(""),
    "null_content": _said(None),
    "refusal": _said(None, refusal="I cannot help with that."),
    "length": _cut,
    "filtered": _said(None, "content_filter"),
    "odd_finish": _said("Final answer: A", "banana"),
    "surrogate": _said("half a pair \ud800 here\nFinal answer: A"),
    "control": _said("\x1b]0;owned\x07\x1b[2J\x00\x08 text \x9b31m \u202e\nFinal answer: A"),
    "bad_utf8": _not_utf8,
    "deep": _deep,
    "huge": _huge,
    "nan": _not_a_number,
    "usage_missing": _without_usage,
    "usage_negative": _changed(usage={"prompt_tokens": -5, "completion_tokens": -7, "total_tokens": -12}),
    "usage_text": _changed(usage={"prompt_tokens": "many", "completion_tokens": "few", "total_tokens": "some"}),
    "usage_lies": _lies,
    "wrong_types": _changed(choices={"0": {"message": {"content": 7}}}, usage=[1, 2]),
    "key_echo": _key_echo,
    "redirect": _redirect,
    "gzip_bomb": _bomb,
    "continue_stall": _delivered("interim"),
    "http_10": _old,
    "double_length": _double_length,
}
