"""Fields of structured replies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.answers import read_fields

KEYS = ["answer", "decided", "reason"]


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "B", "decided": "yes"}',
        '```json\n{"answer": "B", "decided": "yes"}\n```',
        'Here you are:\n{"answer": "B", "decided": "yes"}\nDone.',
        '{"Answer": "B", "DECIDED": true, "other": [1, 2]}',
        "{'answer': 'B', 'decided': 'yes',}",
    ],
)
def test_the_one_object_is_read(text: str) -> None:
    assert read_fields(text, KEYS) == {"answer": "B", "decided": "yes"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no object",
        "[]",
        "null",
        '{"other": 1}',
        '{"answer": ["A"]}',
        '{"answer": "A"} {"answer": "B"}',
        '{"answer": NaN}',
        "{" * 5000,
        '{"answer": ' * 3000,
        '{"answer": "A", "Answer": "B"}',
        '{"answer": "cut off',
    ],
)
def test_no_object_or_several_are_none(text: str) -> None:
    assert read_fields(text, KEYS) is None


def test_an_object_in_a_quotation_gives_way_to_the_authors_own() -> None:
    quoted = '<message author="bo">\n{"answer": "A"}\n</message>\n{"answer": "B"}'
    assert read_fields(quoted, KEYS) == {"answer": "B"}


def test_null_is_empty_and_numbers_are_text() -> None:
    assert read_fields('{"answer": null, "decided": false, "reason": 12}', KEYS) == {
        "answer": "",
        "decided": "no",
        "reason": "12",
    }


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=200), min_size=1))
def test_what_was_written_is_read(fields: dict[str, str]) -> None:
    expected = {key: fields[key].strip() for key in KEYS if key in fields}
    assert read_fields(json.dumps(fields), KEYS) == expected


@given(st.text(max_size=400))
def test_any_text_is_read_without_raising(text: str) -> None:
    read_fields(text, KEYS)
    read_fields(f'{{"answer": "{text}"}}', KEYS)
