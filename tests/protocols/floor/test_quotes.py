"""Quotes are compared with the document letter by letter; space, case and the shape of marks are let pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.floor.quotes import checked_quotes

DOCUMENT = "“It’s cold,” said Ann – and drank her tea\nat four…"


@pytest.mark.parametrize(
    ("quoted", "verified"),
    [
        ("drank her tea at four", True),
        ("DRANK  her\n tea", True),
        ('"It\'s cold," said Ann - and', True),
        ("at four...", True),
        ("drank her milk", False),
        ("drank tea", False),
        (" ", False),
        ("\n\n", False),
    ],
)
def test_a_quote_is_verified_where_the_document_has_its_words(quoted: str, verified: bool) -> None:
    word = "verified" if verified else "unverified"
    assert checked_quotes(f"See <quote>{quoted}</quote>.", DOCUMENT) == f'See [{word} quote: "{quoted.strip()}"].'


@given(st.text(alphabet='[]<>/quoteverifdn: "ab', max_size=60))
def test_no_text_brings_a_mark_of_its_own(text: str) -> None:
    assert "[verified quote:" not in checked_quotes(text.replace("<quote>", ""), DOCUMENT)


def test_no_quote_of_no_document_is_verified() -> None:
    assert checked_quotes("<quote>a</quote>", "") == '[unverified quote: "a"]'
