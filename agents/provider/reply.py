"""A reply as a chat model gives it: text, how it ended and what it says it used, from a body of any quality."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard, cast

from moot.agents.cleaning import clean, printable
from moot.agents.provider.classify import Problem, told
from moot.agents.records import Kind
from moot.agents.tokens import Tokens, last_tokens

_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
_FILTERED = frozenset(
    {"content_filter", "safety", "refusal", "recitation", "prohibited_content", "blocklist", "sensitive"}
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a body holds."""

    kind: Kind
    text: str = ""
    finish: str | None = None
    reasoning: str = ""
    """Thoughts that the provider shows; they are billed, and not part of the reply."""
    usage: Mapping[str, object] | None = None
    logprobs: Tokens = ()
    problem: Problem | None = None
    """The error where the body is one."""
    about: str = ""
    """One sentence where the kind is not ok."""


def parsed(body: bytes) -> object:
    """The JSON value of a body; NaN and infinities in it become None.

    Raises:
        ValueError: It is not JSON, or not UTF-8, or nested beyond reason.
    """
    try:
        return json.loads(body, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def read(value: object) -> Reply:
    """The reply in a chat completion.

    >>> read({"choices": [{"message": {"content": "B"}, "finish_reason": "stop"}]}).text
    'B'
    >>> read({"choices": []}).kind
    'unreadable'
    """
    body = _mapping(value)
    if body is None:
        return Reply("unreadable", about=f"the reply is JSON of type {type(value).__name__}, not an object")
    usage = _mapping(body.get("usage"))
    choices = body.get("choices")
    first = _mapping(cast("list[object]", choices)[0]) if isinstance(choices, list) and choices else None
    if first is None:
        problem = told(body)
        if problem is not None:
            return Reply("outage", problem=problem)
        return Reply("unreadable", usage=usage, about="the reply holds no choices")
    return _chosen(first, usage)


def _chosen(choice: Mapping[str, object], usage: Mapping[str, object] | None) -> Reply:
    problem = told(choice) if "error" in choice else None
    if problem is not None:
        return Reply("outage", problem=problem)
    message = _mapping(choice.get("message")) or {"content": choice.get("text")}
    said = _text(message.get("content"))
    refusal = _text(message.get("refusal"))
    kind, about = _ended(choice, message, said, refusal)
    finish = choice.get("finish_reason")
    return Reply(
        kind,
        clean(said or refusal),
        printable(finish)[:40] if isinstance(finish, str) else None,
        _text(message.get("reasoning_content")) or _text(message.get("reasoning")),
        usage,
        _tokens(_mapping(choice.get("logprobs")) or {}),
        about=about,
    )


def _ended(choice: Mapping[str, object], message: Mapping[str, object], said: str, refusal: str) -> tuple[Kind, str]:
    finish = str(choice.get("finish_reason")).lower()
    if refusal and not said.strip():
        return "refused", "the model declined"
    if finish in _FILTERED:
        return "refused", f"the reply was withheld: {finish}"
    if finish in _CUT:
        return "truncated", "the reply was cut off at its token limit"
    if said.strip():
        return "ok", ""
    if message.get("tool_calls") or message.get("function_call"):
        return "empty", "the model asked for a tool and said nothing"
    return "empty", "the model said nothing"


def _tokens(told: Mapping[str, object]) -> Tokens:
    """The tokens of a reply: a list of mappings, or two lists as of the older completions; none where one is odd."""
    listed = told.get("content")
    if isinstance(listed, list):
        parts = [_mapping(part) or {} for part in cast("list[object]", listed)]
        pairs = [(part.get("token"), part.get("logprob")) for part in parts]
    else:
        texts, logprobs = told.get("tokens"), told.get("token_logprobs")
        if not isinstance(texts, list) or not isinstance(logprobs, list):
            return ()
        pairs = list(zip(cast("list[object]", texts), cast("list[object]", logprobs), strict=False))
    read = [(text, float(logprob)) for text, logprob in pairs if isinstance(text, str) and _is_number(logprob)]
    return last_tokens(read) if len(read) == len(pairs) else ()


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(content: object) -> str:
    """Text of a content field: a string, or a list of parts of which the text ones count."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = (_mapping(part) for part in cast("list[object]", content))
    texts = (
        part.get("text") for part in parts if part is not None and part.get("type") in (None, "text", "output_text")
    )
    return "".join(text for text in texts if isinstance(text, str))


def _mapping(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None
