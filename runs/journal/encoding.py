"""Requests and completions as rows of the store, and back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pydantic import JsonValue, TypeAdapter

from moot.agents.records import Completion, Kind, Message, Request, Usage
from moot.runs.journal.hashing import without_credentials

_LARGEST = 10**15  # more than any call uses, and sums of it still fit; a provider may claim to have counted anything

_REQUEST = TypeAdapter(Request)
_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

Cell = str | int | float | bytes | None


class OutcomeColumns(NamedTuple):
    """A completion as the columns of `outcome`, its text apart."""

    kind: Kind
    prompt_tokens: int
    completion_tokens: int
    cost_nano_usd: int | None
    estimated: bool
    simulated: bool
    latency_us: int
    finish: str | None
    more: str | None
    """JSON of what is seldom there: requests, status, detail, retry_after_s, view, logprobs."""


def written(value: Mapping[str, JsonValue] | Sequence[JsonValue]) -> str:
    """The value as compact JSON.

    Raises:
        ValueError: It holds NaN or an infinity.
    """
    return _text(value)


def pieces(value: Mapping[str, JsonValue]) -> Iterator[str]:
    """The same text in pieces, lists item by item, so that a crowd's result is never whole in memory.

    >>> list(pieces({"answer": "B", "turns": [{"seat": "ada"}, {"seat": "bo"}]}))
    ['{"answer":', '"B"', ',"turns":', '[', '{"seat":"ada"}', ',{"seat":"bo"}', ']', '}']

    Raises:
        ValueError: It holds NaN or an infinity.
    """
    before = "{"
    for name, inner in value.items():
        yield f"{before}{_text(name)}:"
        if isinstance(inner, Sequence) and not isinstance(inner, str):
            yield "["
            yield from (f"{',' if place else ''}{_text(item)}" for place, item in enumerate(inner))
            yield "]"
        else:
            yield _text(inner)
        before = ","
    yield "}" if before == "," else "{}"


def settings(request: Request) -> str:
    """Everything of a request but key, seed and messages, as JSON; most requests of a run share it."""
    fields: dict[str, Any] = _REQUEST.dump_python(request, exclude={"key", "messages", "seed"}, exclude_defaults=True)
    if request.extra:
        fields["extra"] = without_credentials(request.extra)
    return written(fields)


def request_of(key: str, settings: str, seed: int | None, messages: tuple[Message, ...]) -> Request:
    """The request of which `settings` was written, as it was sent; credentials are not in it."""
    return Request(**json.loads(settings), key=key, seed=seed, messages=messages)


def columns(completion: Completion) -> OutcomeColumns:
    """The columns of a completion; its latency is kept to the microsecond."""
    usage = completion.usage
    return OutcomeColumns(
        completion.kind,
        min(usage.prompt_tokens, _LARGEST),
        min(usage.completion_tokens, _LARGEST),
        None if usage.cost_nano_usd is None else min(usage.cost_nano_usd, _LARGEST),
        usage.estimated,
        completion.simulated,
        round(completion.latency_s * 1_000_000),
        None if completion.finish is None else completion.finish.encode(errors="replace").decode(),
        _more(completion),
    )


def completion_of(cells: Sequence[Cell], text: str) -> Completion:
    """The completion of which `columns` was made."""
    stored = OutcomeColumns._make(cast(Sequence[Kind], cells))
    usage = Usage(
        prompt_tokens=stored.prompt_tokens,
        completion_tokens=stored.completion_tokens,
        cost_nano_usd=stored.cost_nano_usd,
        estimated=bool(stored.estimated),
    )
    more: dict[str, Any] = json.loads(stored.more) if stored.more else {}
    return Completion(
        kind=stored.kind,
        text=text,
        usage=usage,
        latency_s=stored.latency_us / 1_000_000,
        finish=stored.finish,
        simulated=bool(stored.simulated),
        **more,
    )


def _more(completion: Completion) -> str | None:
    fields: dict[str, JsonValue] = {}
    if completion.requests != 1:
        fields["requests"] = completion.requests
    if completion.status is not None:
        fields["status"] = completion.status
    if completion.detail:
        fields["detail"] = completion.detail
    if completion.retry_after_s is not None:
        fields["retry_after_s"] = completion.retry_after_s
    if completion.source:
        fields["source"] = completion.source
    if completion.view:
        fields["view"] = completion.view
    if completion.logprobs:
        fields["logprobs"] = [[text, logprob] for text, logprob in completion.logprobs]
    if not fields:
        return None
    try:
        return written(fields)
    except ValueError:
        # A reply that was paid for is not lost over a diagnostic that no JSON can hold.
        return written(cast(dict[str, JsonValue], _finite(fields)))


def _finite(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    unwritable = isinstance(value, float) and value - value != 0
    return None if unwritable else value
