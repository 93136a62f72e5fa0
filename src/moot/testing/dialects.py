"""The stub's three APIs: a request of any into one form, and whatever is answered into the words of the one that asked.

Errors too are worded as each provider words them: a spent account is a 429 at one and a 400 at another,
and when to come back stands in a header here and in the body there.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from pydantic import JsonValue

from moot.testing.steps import StubRequest
from moot.testing.wire import Answer, Asked

KEYS = ("authorization", "x-api-key", "x-goog-api-key", "api-key")
"""Headers that carry a key."""

_Object = Mapping[str, JsonValue]
_List = list[dict[str, JsonValue]]
Worded = tuple[int, JsonValue]
"""A status and a body."""


@dataclass(frozen=True)
class Dialect:
    """One provider's API."""

    name: str
    ending: str
    """Of the paths at which it is spoken."""
    read: Callable[[Asked, _Object], tuple[str, tuple[tuple[str, str], ...]]]
    """From a request and its body to the model and its messages."""
    reply: Callable[[_Object], JsonValue]
    """From a chat completion, of any quality, to the reply."""
    refusal: Callable[[int, _Object, float | None], Worded]
    """From status, error and seconds to wait, as OpenAI has them, to the refusal."""

    def request(self, asked: Asked, number: Callable[[str], int]) -> StubRequest:
        """The request in one form.

        Args:
            asked: As it came.
            number: How many came before for a model.

        Raises:
            ValueError: It is none; so do a KeyError and a TypeError say.
        """
        body = cast("dict[str, JsonValue]", json.loads(asked.body))
        model, messages = self.read(asked, body)
        return StubRequest(
            model=model,
            messages=messages,
            body=body,
            headers={name: value for name, value in asked.headers.items() if name not in KEYS},
            authorization=next((asked.headers[name] for name in KEYS if name in asked.headers), None),
            number=number(model),
            dialect=self.name,
        )

    def worded(self, answer: Answer) -> Answer:
        """An answer in this API's words; what is no JSON object stays as it is."""
        if self is OPENAI or answer.content_type != "application/json":
            return answer
        try:
            body = json.loads(answer.body)
        except (ValueError, RecursionError):
            return answer
        if not isinstance(body, dict):
            return answer
        status, said = self._said(answer, cast("_Object", body))
        return replace(answer, status=status, body=json.dumps(said).encode())

    def _said(self, answer: Answer, body: _Object) -> Worded:
        error = body.get("error")
        if not isinstance(error, dict):
            return answer.status, self.reply(body)
        wait = dict(answer.headers).get("retry-after")
        status, said = self.refusal(answer.status, error, float(wait) if wait and wait[0].isdigit() else None)
        return (200 if answer.status == 200 else status), said


def dialect_of(path: str) -> Dialect | None:
    """The API spoken at that path, or None."""
    return next((dialect for dialect in (OPENAI, ANTHROPIC, GEMINI) if path.endswith(dialect.ending)), None)


def _text(content: JsonValue) -> str:
    """The text of a message, given as a string or as a list of parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _choice(body: _Object) -> tuple[dict[str, JsonValue], str] | None:
    """Message and finish reason of a completion; None where it has no choices to speak of."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    first = cast("dict[str, JsonValue]", choices[0])
    return cast("dict[str, JsonValue]", first["message"]), str(first["finish_reason"])


def _usage(body: _Object, prompt: str, reply: str) -> dict[str, JsonValue] | None:
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return None
    return {prompt: usage["prompt_tokens"], reply: usage["completion_tokens"]}


def _asked_openai(_asked: Asked, body: _Object) -> tuple[str, tuple[tuple[str, str], ...]]:
    entries = cast("_List", body["messages"])
    return str(body["model"]), tuple((str(entry["role"]), _text(entry.get("content"))) for entry in entries)


def _asked_anthropic(asked: Asked, body: _Object) -> tuple[str, tuple[tuple[str, str], ...]]:
    system = _text(body.get("system"))
    model, messages = _asked_openai(asked, body)
    return model, (*([("system", system)] if system else []), *messages)


def _anthropic(body: _Object) -> JsonValue:
    made = _choice(body)
    message, finish = made or ({}, "stop")
    content = message.get("content")
    reasons = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}
    blocks: list[JsonValue] = [] if content is None else [{"type": "text", "text": content}]
    said: dict[str, JsonValue] = {
        "id": f"msg_{str(body.get('id'))[-24:]}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model"),
        "content": blocks,
        "stop_reason": "refusal" if message.get("refusal") else reasons.get(finish, finish),
        "stop_sequence": None,
    }
    usage = _usage(body, "input_tokens", "output_tokens")
    return said if usage is None else {**said, "usage": usage}


_ANTHROPIC_TYPES = {
    200: "overloaded_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_ANTHROPIC_CODES: Mapping[str, Worded] = {
    "insufficient_quota": (400, "Your credit balance is too low to access the Anthropic API."),
    "context_length_exceeded": (400, "prompt is too long: 210000 tokens > 200000 maximum"),
    "content_filter": (400, "Output blocked by content filtering policy"),
}


def _anthropic_error(status: int, error: _Object, _wait_s: float | None) -> Worded:
    told, message = _ANTHROPIC_CODES.get(str(error.get("code")), (status, error.get("message")))
    kind = _ANTHROPIC_TYPES.get(told, "invalid_request_error" if told < 500 else "api_error")
    return told, {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_stub"}


def _asked_gemini(asked: Asked, body: _Object) -> tuple[str, tuple[tuple[str, str], ...]]:
    path = asked.path.partition("?")[0]
    model = path.rpartition("/")[2].removesuffix(GEMINI.ending)
    contents = cast("_List", body["contents"])
    system = body.get("systemInstruction") or body.get("system_instruction")
    said = [("system", _text(system.get("parts")))] if isinstance(system, dict) else []
    roles = {"model": "assistant"}
    turns = [(str(entry.get("role", "user")), _text(entry.get("parts"))) for entry in contents]
    return model, (*said, *((roles.get(role, role), text) for role, text in turns))


def _gemini(body: _Object) -> JsonValue:
    made = _choice(body)
    candidates: list[JsonValue] = [] if made is None else [_candidate(*made)]
    said: dict[str, JsonValue] = {"candidates": candidates, "modelVersion": body.get("model")}
    usage = _usage(body, "promptTokenCount", "candidatesTokenCount")
    return said if usage is None else {**said, "usageMetadata": usage}


def _candidate(message: _Object, finish: str) -> JsonValue:
    reasons = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
    text = message.get("content")
    parts: list[JsonValue] = [] if text is None else [{"text": text}]
    reason = "PROHIBITED_CONTENT" if message.get("refusal") else reasons.get(finish, finish)
    return {"content": {"parts": parts, "role": "model"}, "finishReason": reason, "index": 0}


_GEMINI_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_GEMINI_CODES: Mapping[str, Worded] = {
    "insufficient_quota": (429, "You exceeded your current quota, please check your plan and billing details."),
    "context_length_exceeded": (400, "The input token count (1200000) exceeds the maximum number of tokens allowed."),
    "invalid_api_key": (400, "API key not valid. Please pass a valid API key."),
}


def _gemini_error(status: int, error: _Object, wait_s: float | None) -> Worded:
    told, message = _GEMINI_CODES.get(str(error.get("code")), (status, error.get("message")))
    said: dict[str, JsonValue] = {"code": told, "message": message, "status": _GEMINI_STATUSES.get(told, "UNKNOWN")}
    if wait_s is not None:
        said["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait_s:g}s"}]
    return told, {"error": said}


OPENAI = Dialect("openai", "/chat/completions", _asked_openai, dict, lambda s, e, _: (s, dict(e)))
ANTHROPIC = Dialect("anthropic", "/messages", _asked_anthropic, _anthropic, _anthropic_error)
GEMINI = Dialect("gemini", ":generateContent", _asked_gemini, _gemini, _gemini_error)
