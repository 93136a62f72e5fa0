"""Texts kept once, whatever they hold."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import StoreError
from moot.runs.journal.parts import COMPRESS_FROM, TEXT_CAP, Parts, bodies, kept, opened
from moot.runs.journal.schema import connect_writer
from moot.runs.journal.sql import Database


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Database]:
    one = connect_writer(tmp_path / "s.sqlite")
    yield one
    one.close()


def store(connection: Database, parts: Parts) -> None:
    for number, digest, body, is_bytes in parts.fresh:
        whole = bytes.fromhex(body) if is_bytes else body
        connection.execute("INSERT INTO part VALUES (?, ?, ?)", (number, digest, whole))
    parts.committed()


@given(st.one_of(st.text(), st.text(min_size=COMPRESS_FROM), st.just("half \ud83d"), st.just("\ud83d" * 900)))
def test_a_text_survives_being_kept(text: str) -> None:
    assert opened(kept(text)) == text


def test_long_text_is_kept_in_less() -> None:
    text = "The sum of the parts is what the others have overlooked. " * 20
    assert len(kept(text)) < len(text) / 3
    assert kept("short") == "short"


def test_a_text_has_one_number(connection: Database) -> None:
    parts = Parts(connection)
    parts.learn(["a", "b", "a"])
    numbers = parts["a"], parts["b"]
    assert len(set(numbers)) == 2
    store(connection, parts)
    parts.learn(["b", "a"])
    assert (parts["a"], parts["b"]) == numbers
    assert parts.fresh == []


def test_a_text_is_found_again_by_the_next_writer(connection: Database) -> None:
    first, second = Parts(connection), Parts(connection)
    long = "word " * 500
    first.learn(["a", long, "half \ud83d"])
    store(connection, first)
    second = Parts(connection)
    second.learn(["new", long, "a", "half \ud83d"])
    assert [(second[text], text) for text in ("a", long, "half \ud83d")] == [
        (first[text], text) for text in ("a", long, "half \ud83d")
    ]
    assert len(second.fresh) == 1


def test_two_texts_of_one_digest_are_two_parts(connection: Database) -> None:
    parts = Parts(connection)
    parts.learn(["a"])
    (number, digest, *_) = parts.fresh[0]
    connection.execute("INSERT INTO part VALUES (?, ?, ?)", (number, digest, "something else"))
    again = Parts(connection)
    again.learn(["a"])
    assert again["a"] != number


def test_a_quoted_reply_is_the_reply(connection: Database) -> None:
    parts = Parts(connection)
    number = parts.add("I say no.")
    parts.learn(["I say no."])
    assert parts["I say no."] == number
    assert parts.fresh == [(number, None, "I say no.", False)]


def test_memory_is_bounded_and_forgetting_loses_nothing(connection: Database) -> None:
    parts = Parts(connection)
    for round in range(6):
        texts = [f"{round} {place} ".ljust(1_000_000, "x") for place in range(4)]
        parts.learn(texts)
        store(connection, parts)
    first = "0 0 ".ljust(1_000_000, "x")
    parts.learn([first])
    assert parts.fresh == []
    assert bodies(connection, [parts[first]]) == {parts[first]: first}


def test_a_missing_text_is_said_so(connection: Database) -> None:
    with pytest.raises(StoreError, match="lacks 2 of the texts"):
        bodies(connection, [7, 8])


def test_damaged_and_oversized_texts_are_refused() -> None:
    with pytest.raises(StoreError, match="damaged"):
        opened(b"not deflated")
    with pytest.raises(StoreError, match="cut off or too large"):
        opened(zlib.compress(b"word " * 500)[:-8])
    bomb = zlib.compressobj()
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range((TEXT_CAP >> 20) + 1)) + bomb.flush()
    with pytest.raises(StoreError, match="cut off or too large"):
        opened(packed)
