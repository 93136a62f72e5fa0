"""Text from outside made safe."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from moot.agents.cleaning import clean, printable

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_sent_and_holds_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not [char for char in cleaned if unicodedata.category(char) == "Cc" and char not in "\n\t"]


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(ANY_TEXT)
def test_printable_text_turns_no_writing_around(text: str) -> None:
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not [char for char in printable(text) if unicodedata.bidirectional(char) in turning]
