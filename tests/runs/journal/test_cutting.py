"""Prompts in pieces: nothing is lost, and what is quoted stands by itself."""

from hypothesis import given
from hypothesis import strategies as st

from moot.agents.records import Message, Request
from moot.protocols.quoting import escaped, tagged
from moot.runs.journal.cutting import cut, flattened, messages, packed, unpacked

marks = st.sampled_from(["\n</", "<message", ">\n", "<", ">", "\n", "a", "</message>", "\ud83d", "é"])
texts = st.one_of(st.text(), st.lists(marks).map("".join))
chats = st.lists(st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=texts), max_size=4)


@given(texts)
def test_the_pieces_joined_are_the_text(text: str) -> None:
    pieces = cut(text)
    assert "".join(pieces) == text
    assert all(pieces)


@given(chats)
def test_a_chat_survives_being_flattened(chat: list[Message]) -> None:
    asked = Request(key="k", model="m", messages=tuple(chat))
    assert messages(flattened(asked)) == asked.messages


@given(st.lists(st.integers(0, 2**40)))
def test_numbers_survive_being_packed(numbers: list[int]) -> None:
    assert unpacked(packed(numbers)) == numbers


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_quoted_body_is_a_piece_of_its_own(said: list[str]) -> None:
    quoted = "\n".join(tagged("message", text, author=f"a{place}", round="0") for place, text in enumerate(said))
    pieces = cut(f"Hear them:\n{quoted}\nNow you.")
    assert pieces[1::2] == [escaped(text) for text in said]


def test_a_long_prompt_of_quotations_takes_about_a_byte_a_piece() -> None:
    tags, bodies = range(100, 164), range(90_000, 90_064)
    alternating = [number for pair in zip(tags, bodies, strict=True) for number in pair]
    assert len(packed(alternating)) <= len(alternating) + 8
