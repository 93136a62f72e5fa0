"""Structured replies: one complete object, or none; the traps of repair included."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, JsonValue

from moot.agents.structured import CAP, parsed_object, structured


class Vote(BaseModel, frozen=True, extra="forbid"):
    answer: str
    confidence: float = Field(default=0.5, ge=0, le=1)


GOOD = {"answer": "B", "confidence": 0.9}


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "B", "confidence": 0.9}',
        '  \n{"answer": "B", "confidence": 0.9}\n',
        '```json\n{"answer": "B", "confidence": 0.9}\n```',
        'Here you are:\n```json\n{"answer": "B", "confidence": 0.9}\n```\nDone.',
        'I weighed the set {A, B} and \\frac{1}{2}. {"answer": "B", "confidence": 0.9}',
        '{"answer": "B", "confidence": 0.9} and once more {"confidence": 0.9, "answer": "B"}',
        "{'answer': 'B', 'confidence': 0.9}",
        '{"answer": "B", "confidence": 0.9,}',
        '{answer: "B", confidence: 0.9}',
        '{"answer": "B" "confidence": 0.9}',
        '{"answer": "B", "confidence": 0.9',
        '{"answer": "B", // the second\n "confidence": 0.9}',
    ],
)
def test_one_object_is_found(text: str) -> None:
    assert parsed_object(text) == GOOD
    assert structured(text, Vote) == Vote(answer="B", confidence=0.9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON at all",
        "[1, 2]",
        '"B"',
        "42",
        "null",
        "{}",
        "{A, B}",
        '{"answer": "A"} {"answer": "B"}',
        '{"answer": "A"} and then {"answer": "B",}',
        '{"answer": "Ye',
        '{"answer": "A", "confidence": NaN}',
        '{"answer": "A", "confidence": Infinity}',
        '{"answer": "A", "confidence": 1e999}',
        '{"a":' * 40 + "1" + "}" * 40,
        '{"a":' * 2000 + "1" + "}" * 2000,
        '{"answer": "' + "x" * CAP + '"}',
    ],
)
def test_what_is_not_plainly_one_object_is_none(text: str) -> None:
    assert parsed_object(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "B", "confidence": "0.9"}',
        '{"answer": "B", "confidence": true}',
        '{"answer": "B", "confidence": 95}',
        '{"answer": "B", "confidence": "NaN"}',
        '{"answer": 3}',
        '{"answer": "B", "votes": 3}',
        '{"confidence": 0.9}',
    ],
)
def test_a_record_is_checked_strictly(text: str) -> None:
    assert structured(text, Vote) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1), JSON, min_size=1), st.text(alphabet="abc ,.\n", max_size=50))
def test_json_inside_prose_comes_back_as_it_was(value: dict[str, JsonValue], prose: str) -> None:
    assert parsed_object(f"{prose}{json.dumps(value)}{prose}") == value


@given(st.text(max_size=300) | st.text(alphabet="{}[]\":,'\\ a1", max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = parsed_object(text)
    assert found is None or json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("piece", ["{", '{"a":', '"', '{"', "{'a':", "{a:b,", '"a" ', "[{", "1 ", "\\", '{"a":"b"}'])
def test_hostile_text_is_done_with_at_once(piece: str) -> None:
    began = process_time()
    parsed_object('{"a": [' + piece * (CAP // len(piece) - 10))
    parsed_object(piece * (CAP // len(piece)))
    assert process_time() - began < 2.0
