"""What the rows of a store hold, checked: texts by their digests, requests by their hashes."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from pydantic import JsonValue

from moot.agents.provider.secrets import seeker
from moot.errors import StoreError
from moot.runs.journal.cutting import ROLES, messages, unpacked
from moot.runs.journal.encoding import request_of
from moot.runs.journal.hashing import request_hash
from moot.runs.journal.naming import call_named
from moot.runs.journal.parts import digest_of, opened
from moot.runs.journal.sql import Database

_AT_ONCE = 256
"""Calls whose texts are held at the same time."""
# Bodies are read as bytes: a text that is none could not be read as one.
_TEXTS = "SELECT id, digest, typeof(body) = 'text', CAST(body AS BLOB) FROM part ORDER BY id"
_RESULTS = (
    "SELECT ending.id, debate.name, result FROM ending JOIN debate ON debate.id = ending.debate ORDER BY ending.id"
)
_CALLS = """
SELECT call.id, debate.run, lower(hex(hash)), seed, settings, messages FROM call
JOIN debate ON debate.id = call.debate ORDER BY call.id
"""
_BODIES = """
SELECT id, typeof(body) = 'text', CAST(body AS BLOB) FROM part WHERE id IN (SELECT value FROM json_each(?))
"""
_SPECS = "SELECT DISTINCT part.body FROM epoch JOIN part ON part.id = epoch.spec WHERE epoch.run = ?"


def texts(connection: Database) -> Iterator[str]:
    """Texts that are damaged, are not what they were, or show a key."""
    shows_key = seeker()
    for number, digest, is_text, body in connection.execute(_TEXTS):
        try:
            text = _read(is_text, body)
        except StoreError as error:
            yield f"text {number}: {error}"
            continue
        if digest is not None and digest_of(text) != digest:
            yield f"text {number} is not the one that its digest was made of"
        if shows_key(text):
            yield f"text {number} holds what looks like a key of a provider"
    for number, debate, body in connection.execute(_RESULTS):
        try:
            if shows_key(opened(body)):
                yield f"result {number}, of debate {debate!r}, holds what looks like a key of a provider"
        except StoreError as error:
            yield f"result {number}, of debate {debate!r}: {error}"


class _Asked(NamedTuple):
    """A call, its texts still numbers."""

    call: int
    run: int
    digest: str
    seed: int | None
    settings: int
    messages: list[int]

    @property
    def parts(self) -> Iterator[int]:
        """The texts it is made of."""
        yield self.settings
        yield from (number for number in self.messages if number >= len(ROLES))


def requests(connection: Database) -> Iterator[str]:
    """Calls whose hash is not that of what was asked."""
    rows = (_Asked._make((*cells, unpacked(asked))) for *cells, asked in connection.execute(_CALLS))
    addresses: dict[int, set[str | None]] = {}
    while some := list(islice(rows, _AT_ONCE)):
        known = _bodies(connection, some)
        for asked in some:
            if asked.run not in addresses:
                addresses[asked.run] = {None, *_addresses(connection, asked.run)}
            words = _wrong(asked, known, addresses[asked.run])
            if words:
                yield f"{call_named(connection, asked.call)} {words}"


def _wrong(asked: _Asked, known: Mapping[int, str], addresses: Collection[str | None]) -> str:
    """What is wrong with a call; empty if nothing is."""
    missing = [number for number in asked.parts if number not in known]
    if missing:
        return f"asks text {missing[0]}, which cannot be read"
    try:
        chat = messages(number if number < len(ROLES) else known[number] for number in asked.messages)
        request = request_of("", known[asked.settings], asked.seed, chat)
    except (IndexError, ValueError):  # JSON's and pydantic's errors are such, too
        return "has messages or settings that cannot be read"
    # The address is in the spec of the run, with the agent, and not with the call.
    if all(request_hash(request, address) != asked.digest for address in addresses):
        return f"has the hash {asked.digest}, which is not that of what it asks"
    return ""


def _bodies(connection: Database, calls: Iterable[_Asked]) -> dict[int, str]:
    """The texts of calls, without those that are damaged: `texts` tells of them."""
    wanted = sorted({number for asked in calls for number in asked.parts})
    found: dict[int, str] = {}
    for number, is_text, body in connection.execute(_BODIES, (json.dumps(wanted),)):
        with suppress(StoreError):
            found[number] = _read(is_text, body)
    return found


def _read(is_text: bool, body: bytes) -> str:
    if not is_text:
        return opened(body)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise StoreError(f"a text of the store is damaged: {error}") from error


def _addresses(connection: Database, run: int) -> Iterator[str]:
    for (body,) in connection.execute(_SPECS, (run,)):
        try:
            yield from _named(json.loads(opened(body)), "api_base")
        except (StoreError, ValueError):
            continue


def _named(value: JsonValue, name: str) -> Iterator[str]:
    """Every text of that name, at any depth."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == name and isinstance(inner, str):
            yield inner
        else:
            yield from _named(inner, name)
