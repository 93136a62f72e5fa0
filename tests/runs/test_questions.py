"""Files of questions: what is read, and the one sentence for what cannot be."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import moot
from moot import Question
from moot.errors import QuestionError


def read(folder: Path, name: str, content: str | bytes) -> tuple[Question, ...]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return moot.questions(path)


def refused(folder: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(QuestionError) as caught:
        read(folder, name, content)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_line_of_json_is_a_question_with_all_its_fields(tmp_path: Path) -> None:
    line = {
        "question": "Tea or coffee?",
        "options": ["tea", "coffee"],
        "context": "a café",
        "answer": "B",
        "id": "q1",
        "kind": "choice",
        "domain": "drinks",
    }
    (question,) = read(tmp_path, "q.jsonl", json.dumps(line))
    expected = Question(
        "Tea or coffee?", options=["tea", "coffee"], context="a café", gold="coffee", id="q1", domain="drinks"
    )
    assert question == expected


def test_byte_order_mark_line_ends_of_windows_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"question": "one?"}\r\n\r\n{"question": "two?"}'
    assert [question.text for question in read(tmp_path, "q.jsonl", content)] == ["one?", "two?"]
    content = b"\xef\xbb\xbfquestion,answer\r\none?,1\r\n\r\ntwo?,2\r\n"
    assert [question.text for question in read(tmp_path, "q.csv", content)] == ["one?", "two?"]


def test_a_number_keeps_every_digit_it_was_given(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "q.jsonl", '{"question": "pi?", "kind": "number", "answer": 3.10}')
    assert question.gold == "3.10"


def test_a_table_has_quoted_cells_options_and_empty_cells(tmp_path: Path) -> None:
    table = 'question,options,answer,note\n"Tea,\nor coffee?",tea | coffee,A,x\nWhy?,"[""a|b"", ""c""]",,\n'
    first, second = read(tmp_path, "q.csv", table)
    assert (first.text, first.options, first.gold) == ("Tea,\nor coffee?", ("tea", "coffee"), "tea")
    assert (second.options, second.gold) == (("a|b", "c"), None)


def test_other_fields_are_skipped(tmp_path: Path) -> None:
    assert len(read(tmp_path, "q.jsonl", '{"question": "x?", "difficulty": 1.5, "source": ["a"]}')) == 1


def test_control_characters_and_lone_surrogates_do_not_get_in(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "q.jsonl", '{"question": "a\\u001b[2Jb\\ud800"}')
    assert question.text == "a[2Jb\ufffd"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("q.jsonl", "", "q.jsonl holds no question"),
        ("q.csv", "question,answer\n", "q.csv holds no question"),
        ("q.jsonl", '{"question": "x?"}\n{"question": ', "line 2: it is no JSON at column 13"),
        ("q.jsonl", '["x?"]', "line 1: it is no JSON object"),
        ("q.jsonl", '{"anwser": "x", "question": "x?"}', "did you mean 'answer'?"),
        ("q.jsonl", '{"text": "x?"}', "line 1: it has no 'question', only text"),
        ("q.jsonl", '{"question": "x?", "question": "y?"}', "'question' is given twice"),
        ("q.jsonl", '{"question": 3}', "question is a number: write it as a text in quotes"),
        ("q.jsonl", '{"question": "x?", "answer": NaN}', "NaN is no number"),
        ("q.jsonl", '{"question": "x?", "answer": [1]}', "answer is a list"),
        ("q.jsonl", '{"question": "x?", "answer": ' + "9" * 5000 + "}", "a number that is too long"),
        ("q.jsonl", '{"question": ' + "[" * 100_000, "nested too deeply"),
        ("q.jsonl", '{"question": "x?", "options": "a|b"}', "options is a text, not a list"),
        ("q.jsonl", '{"question": "x?", "options": [true, "b"]}', "an option is true or false"),
        ("q.jsonl", '{"question": "x?", "options": ["a"]}', "a choice takes 2 to 26 options, not 1"),
        ("q.jsonl", '{"question": "x?", "options": ["a", "b"], "answer": "c"}', "the right answer 'c' is no option"),
        ("q.jsonl", '{"question": "x?", "kind": "nmber"}', "no answer kind 'nmber'"),
        ("q.jsonl", b'{"question": "\xff"}', "line 1: byte 15 is not UTF-8: save the file as UTF-8"),
        ("q.jsonl", '{"question": "x?"}'.encode("utf-16"), "is not UTF-8"),
        ("q.jsonl", '{"question": "' + "x" * 9_000_000 + '"}', "line 1: it is longer than 8388608 bytes"),
        ("q.csv", "quesiton,answer\nx?,y\n", "did you mean 'question'?"),
        ("q.csv", "what,answer\nx?,y\n", "the header has no column 'question'"),
        ("q.csv", "question,question\nx?,y\n", "column 'question' is there twice"),
        ("q.csv", "question,answer\nyes, or no?,y\nx?,a,b\n", "line 2: it has 3 cells for 2 columns"),
        ("q.csv", 'question\n"open\n', "it is no CSV"),
        ("q.csv", 'question,options\nx?,"[1,"\n', "is no JSON list"),
        ("q.txt", "x", "its ending says no format"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_line(
    name: str, content: str | bytes, sentence: str, tmp_path: Path
) -> None:
    said = refused(tmp_path, name, content)
    assert sentence in said
    assert "\n" not in said


def test_a_file_that_is_not_there_or_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"none.jsonl cannot be read \(no such file or directory\)"):
        moot.questions(tmp_path / "none.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(QuestionError, match="no regular file"):
        moot.questions(tmp_path / "folder.jsonl")


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).filter(str.strip)


@given(TEXTS, TEXTS, TEXTS.filter(lambda text: text != "#"))
def test_what_is_written_is_read_back(text: str, context: str, answer: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name)
        row = {"question": text.strip(), "context": context.strip(), "answer": answer.strip()}
        (folder / "q.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        with (folder / "q.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(row))
            table.writeheader()
            table.writerow(row)
        expected = (Question(row["question"], context=row["context"], gold=row["answer"]),)
        assert moot.questions(folder / "q.jsonl") == moot.questions(folder / "q.csv") == expected


@given(st.binary(max_size=200), st.sampled_from(["q.jsonl", "q.csv", "q.tsv"]))
def test_any_bytes_are_questions_or_one_sentence(content: bytes, name: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        said = ""
        try:
            read(Path(folder), name, content)
        except QuestionError as error:
            said = str(error)
        assert "\n" not in said
