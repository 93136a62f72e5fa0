"""What the stub does with one request: a reply, or a fault; as plain values a script can list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import JsonValue

from moot.errors import SpecError, UnknownNameError

FAULTS: Mapping[str, str] = {
    "quota": "429 with code insufficient_quota, which no waiting mends",
    "content_filter": "400 with code content_filter",
    "context": "400 with code context_length_exceeded",
    "auth": "401 whose body echoes the key it was sent",
    "hang": "no byte of an answer, for ever",
    "hang_body": "a head that promises a body, then nothing",
    "drip": "a good reply at one byte every AMOUNT seconds (0.2)",
    "reset": "TCP reset before the head",
    "reset_body": "TCP reset in the middle of the body",
    "short_body": "half of the promised body, then an orderly close",
    "truncated_json": "half of the JSON under a matching length",
    "html": "an HTML page with status AMOUNT (200)",
    "json_null": "200 with `null`",
    "json_list": "200 with a list",
    "json_number": "200 with a number",
    "empty_body": "200 with no body",
    "error_200": "200 with an error object",
    "no_choices": "200 with an empty list of choices",
    "empty": 'a reply whose content is ""',
    "null_content": "a reply whose content is null",
    "refusal": "a reply with a refusal and no content",
    "length": "a reply cut off, finish_reason length",
    "filtered": "a reply with finish_reason content_filter and no content",
    "odd_finish": "a reply with a finish_reason nobody knows",
    "surrogate": "a reply that holds a lone surrogate",
    "control": "a reply full of control characters and terminal sequences",
    "bad_utf8": "a reply that is not UTF-8",
    "deep": "JSON nested AMOUNT deep (100000)",
    "huge": "a reply of AMOUNT MiB (20)",
    "nan": "a body that holds NaN and Infinity",
    "usage_missing": "a reply without usage",
    "usage_negative": "a reply with negative usage",
    "usage_text": "a reply whose usage is words",
    "usage_lies": "a reply whose usage is AMOUNT times the truth (100)",
    "wrong_types": "a reply whose list of choices is an object and whose usage is a list",
    "key_echo": "a reply whose text repeats the key it was sent",
    "redirect": "307 to another host, `to` or this server under the name localhost",
    "gzip_bomb": "a gzip body, which nobody asked for, that unpacks to AMOUNT MiB (100)",
    "continue_stall": "`100 Continue`, then nothing, for ever",
    "http_10": "a good reply over HTTP/1.0, without a length, ended by closing",
    "double_length": "a good reply with two different Content-Length headers",
    "sse_drip": "an event stream at one byte every AMOUNT seconds (0.2)",
    "sse_keepalive": "an event stream of comments only, one every AMOUNT seconds (0.2), for ever",
    "sse_endless": "an event stream whose reply goes on for ever, a word every AMOUNT seconds (0.2)",
    "sse_no_done": "an event stream without `[DONE]`",
    "sse_no_finish": "an event stream without a finish reason",
    "sse_cut": "half an event stream, then an orderly end",
    "sse_bad_json": "an event stream of which one event is broken JSON",
    "sse_error": "an event stream that turns into an error half-way",
    "sse_hang": "half an event stream, then nothing",
    "sse_reset": "TCP reset in the middle of an event stream",
    "sse_repeats": "an event stream that says one piece 300 times",
    "sse_plain": "a good reply as plain JSON, though a stream was asked for",
}
"""Every fault by name, beside the plain statuses `"400"` to `"599"`."""


@dataclass(frozen=True)
class Reply:
    """A good reply.

    Args:
        text: What the model says; None lets the stub make it from the messages.
        latency_s: How long it takes; None leaves the server's own latency.
        finish: The finish reason.
        usage: Prompt and completion tokens as reported; None counts a token per 4 characters.
        message: Further fields of the message, for example `{"reasoning_content": "…"}`.
        logprobs: Its tokens with their log-probabilities, for a request that wants them; None cuts the text into
            tokens of 4 characters and draws their likelihood from the request.
    """

    text: str | None = None
    latency_s: float | None = None
    finish: str = "stop"
    usage: tuple[int, int] | None = None
    message: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    logprobs: Sequence[tuple[str, float]] | None = None


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Args:
        kind: A name of `FAULTS` or a status from `"400"` to `"599"`.
        amount: The number some kinds take; see `FAULTS`.
        retry_after: Seconds for the Retry-After header of a status.
        retry_form: How that is written: whole or decimal `seconds`, a `date`, or `ms`
            (the header retry-after-ms).
        latency_s: How long until it happens; None leaves the server's own latency.
        to: Where `redirect` points.

    Raises:
        UnknownNameError: There is no such fault.
        SpecError: The status is out of range.
    """

    kind: str
    amount: float | None = None
    retry_after: float | None = None
    retry_form: Literal["seconds", "date", "ms"] = "seconds"
    latency_s: float | None = None
    to: str | None = None

    def __post_init__(self) -> None:
        if self.kind.isdecimal():
            if not 400 <= int(self.kind) <= 599:
                raise SpecError(f"fault {self.kind!r}: a status must be from 400 to 599")
        elif self.kind not in FAULTS:
            raise UnknownNameError("fault", self.kind, FAULTS)


@dataclass(frozen=True)
class StubRequest:
    """One chat request as the stub read it."""

    model: str
    """The model name it asked for."""
    messages: tuple[tuple[str, str], ...]
    """Role and text of each message."""
    body: Mapping[str, JsonValue]
    """The whole JSON body."""
    headers: Mapping[str, str]
    """Header names in lower case; the one that carries the key is not among them."""
    authorization: str | None
    """The header that carries the key."""
    number: int
    """How many requests for this model came before."""
    dialect: str = "openai"
    """Whose API it was made to: `openai`, `anthropic` or `gemini`."""

    @property
    def prompt(self) -> str:
        """All message texts, one after the other."""
        return "\n\n".join(text for _, text in self.messages)


Step: TypeAlias = str | Reply | Fault
"""One entry of a script; a plain string is `Reply(string)`."""

Steps: TypeAlias = Step | Callable[[StubRequest], Step] | Sequence[Step]
"""Always the same, computed from the request, or one after the other."""
