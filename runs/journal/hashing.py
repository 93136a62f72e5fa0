"""The identity of a request and of a call: what must be equal for a reply to be taken from the journal."""

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from moot.agents.records import Request

_SCHEME = "moot request 1"
_written = json.JSONEncoder(sort_keys=True, allow_nan=False).encode

_CREDENTIALS = ("api_key", "apikey", "authorization", "secret", "password", "credential", "access_token")
"""Parts of names under which provider extras carry what must be neither recorded nor compared."""


def request_hash(request: Request, api_base: str | None = None) -> str:
    """What a request asks, as 32 hex digits: equal hashes ask the same of the same model.

    Counts: model and address, messages, seed, temperature, top_p, max_tokens, reply schema,
    extras and the wish for log-probabilities. Does not count: the key and the turn (its place,
    which the journal's key holds), the deadline, and credentials among the extras. About 40 µs
    for 64 messages of 500 characters.

    Args:
        request: Its key may still be empty.
        api_base: The address the model is called at, where it is not the provider's own.

    Raises:
        ValueError: An extra or the schema holds NaN or an infinity, which no JSON can.
    """
    asked = [
        _SCHEME,
        request.model,
        api_base,
        request.seed,
        request.temperature,
        request.top_p,
        request.max_tokens,
        request.reply_schema,
        without_credentials(request.extra),
        *(["logprobs"] if request.logprobs else []),
    ]
    heading = _written(asked)
    # Lengths before texts: no two lists of messages are written alike.
    chat = [f"\n{message.role} {len(message.content)}\n{message.content}" for message in request.messages]
    text = f"{heading}{''.join(chat)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def call_id(key: tuple[str, str, int, int, int], request_hash: str) -> str:
    """Names one call everywhere, as 16 hex digits: its place in the debate and what it asks.

    The place alone would not do: two forks of one debate, or a debate resumed after a failure,
    ask different things at one place, and whoever answers by id must not mix them up.

    Args:
        key: A `CallKey`.
        request_hash: Of the request at that place.
    """
    stream, seat, turn, sample, ask = key
    text = f"{stream}\0{seat}\0{turn}.{sample}.{ask}.{request_hash}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def without_credentials(extra: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The extras without what looks like a key, at any depth.

    >>> without_credentials({"top_k": 5, "api_key": "k", "headers": {"Authorization": "k", "x": "y"}})
    {'top_k': 5, 'headers': {'x': 'y'}}
    """
    return {name: _cleared(value) for name, value in extra.items() if not _is_credential(name)}


def _cleared(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return cast(JsonValue, without_credentials(value))
    return [_cleared(one) for one in value] if isinstance(value, list) else value


def _is_credential(name: str) -> bool:
    plain = name.lower().replace("-", "_")
    return any(part in plain for part in _CREDENTIALS)
