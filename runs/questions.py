"""Questions from files: one JSON object a line, or a CSV table with a header.

Fields are `question, options, context, answer, id, kind, domain`; only `question` is needed. Other
fields are skipped, unless they look like a slip of one of these. Whatever is wrong is said in one
sentence with its line, before anything is asked.
"""

import csv
import json
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from moot.agents.cleaning import clean
from moot.errors import QuestionError, UnknownNameError
from moot.protocols.question import Question

FIELDS = ("question", "options", "context", "answer", "id", "kind", "domain")
FILE_BYTES = 2**30
LINE_BYTES = 8 * 2**20
QUESTIONS = 1_000_000
_NEAR = 0.75
_TEXTS = ("question", "context", "id", "kind", "domain")


class _Digits(str):
    """A number of a JSON file, with every digit it was written with."""

    __slots__ = ()


class _LineError(Exception):
    """What is wrong with a line; its place is added where it is known."""


def read_questions(path: str | Path) -> tuple[Question, ...]:
    r"""The questions of a file, in its order.

    Control characters are dropped. In a CSV file an empty cell is no value, and options are a JSON
    list or are separated by `|`.

    Args:
        path: A `.jsonl` (`.ndjson`), `.csv` or `.tsv` file in UTF-8, of at most 1 GiB, 8 MiB a line and
            1 000 000 questions.

    Raises:
        QuestionError: The file cannot be read, holds no question, or a line is wrong; the sentence
            names file, line and mend.
    """
    place = Path(path)
    readers: Mapping[str, Callable[[Iterable[bytes]], Iterator[tuple[int, Mapping[str, Any]]]]] = {
        ".jsonl": _json_rows,
        ".ndjson": _json_rows,
        ".csv": lambda lines: _table_rows(lines, ","),
        ".tsv": lambda lines: _table_rows(lines, "\t"),
    }
    reader = readers.get(place.suffix.lower())
    if reader is None:
        raise QuestionError(f"{_shown(place)}: its ending says no format: give a .jsonl or .csv file")
    lines = _Lines(place)
    questions: list[Question] = []
    try:
        for number, row in reader(lines):
            lines.told = number
            if len(questions) == QUESTIONS:
                raise _LineError(f"more than {QUESTIONS} questions are not read at once: split the file")
            questions.append(_question(row))
    except (_LineError, QuestionError, UnknownNameError) as error:
        if lines.told == 0:
            raise  # nothing was read, so it is about the file
        raise QuestionError(f"{_shown(place)}, line {lines.told}: {error}") from error
    if not questions:
        raise QuestionError(f'{_shown(place)} holds no question: write one a line, as in {{"question": "…"}}')
    return tuple(questions)


class _Lines:
    """The lines of a file as bytes, counted and held to their caps."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0
        self.told = 0
        """The line that a fault is about."""

    def __iter__(self) -> Iterator[bytes]:
        with _opened(self.path) as file:
            while line := file.readline(LINE_BYTES + 1):
                self.read += 1
                self.told = self.read
                if len(line) > LINE_BYTES:
                    raise _LineError(
                        f"it is longer than {LINE_BYTES} bytes, the most that is read: shorten its context"
                    )
                yield line.removeprefix(b"\xef\xbb\xbf") if self.read == 1 else line


def _opened(path: Path) -> BinaryIO:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe or device may never end
            raise QuestionError(f"{_shown(path)} is no regular file: give a .jsonl or .csv file")
        if status.st_size > FILE_BYTES:
            raise QuestionError(f"{_shown(path)} is larger than {FILE_BYTES} bytes, the most that is read: split it")
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise QuestionError(f"{_shown(path)} cannot be read ({reason.lower()}): check the path") from error


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _LineError(f"byte {error.start + 1} is not UTF-8: save the file as UTF-8") from error


def _json_rows(lines: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        text = _text(line).strip()
        if text:
            yield number, _object(text)


def _object(text: str) -> Mapping[str, Any]:
    try:
        row = json.loads(text, object_pairs_hook=_once, parse_float=_Digits, parse_constant=_no_number)
    except RecursionError as error:
        raise _LineError("it is nested too deeply: write one flat JSON object") from error
    except json.JSONDecodeError as error:
        raise _LineError(
            f"it is no JSON at column {error.colno} ({error.msg.lower()}): write one object a line"
        ) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise _LineError("it holds a number that is too long: write it as a text") from error
    if not isinstance(row, dict):
        raise _LineError('it is no JSON object: write {"question": "…", "answer": "…"}')
    given: dict[str, Any] = row  # pyright: ignore[reportUnknownVariableType]  (keys of JSON objects are texts)
    return given


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        raise _LineError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice: give it once")
    return row


def _no_number(name: str) -> Any:
    raise _LineError(f"{name} is no number: leave the field out")


def _table_rows(lines: Iterable[bytes], delimiter: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    table = csv.reader(map(_text, lines), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for row in table:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if header is None:
                header = _header(cells)
            elif len(cells) > len(header):
                raise _LineError(
                    f"it has {len(cells)} cells for {len(header)} columns: put quotes around commas in a text"
                )
            else:
                yield table.line_num, _cells(dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise _LineError(f"it is no CSV ({error}): quote texts, double the quotes in them, or use .jsonl") from error


def _header(cells: list[str]) -> list[str]:
    if "question" not in cells:
        _no_slip(cells)
        raise _LineError(f"the header has no column 'question': begin with a line such as {','.join(FIELDS[:4])}")
    if twice := {name for name in cells if name and cells.count(name) > 1}:
        raise _LineError(f"column {min(twice)!r} is there twice: give it once")
    return cells


def _cells(row: Mapping[str, str]) -> Mapping[str, Any]:
    given: dict[str, Any] = {name: cell for name, cell in row.items() if name and cell}
    listed = given.get("options")
    if isinstance(listed, str):
        given["options"] = _object_list(listed) if listed.startswith("[") else [*map(str.strip, listed.split("|"))]
    return given


def _object_list(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_Digits, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _LineError(f'options {text[:40]!r} is no JSON list: write ["a", "b"] or a|b') from error


def _question(row: Mapping[str, Any]) -> Question:
    given = {name: value for name, value in row.items() if value is not None}
    _no_slip(given)
    for name in _TEXTS:
        value: Any = given.get(name, "")
        if isinstance(value, int) and not isinstance(value, bool) and name == "id":
            given[name] = value = str(value)
        if not isinstance(value, str) or isinstance(value, _Digits):
            raise _LineError(f"{name} is {_sort(value)}: write it as a text in quotes")
    if "question" not in given:
        raise _LineError(f"it has no 'question', only {', '.join(sorted(given)) or 'nothing'}: give it one")
    answer: Any = given.get("answer")
    if not isinstance(answer, str | int | float | bool | None):
        raise _LineError(f"answer is {_sort(answer)}: write one text, number, true or false")
    texts = {name: clean(given[name]) for name in _TEXTS if name in given}
    return Question(
        texts["question"],
        kind=texts.get("kind"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (checked there)
        options=_options(given.get("options")),
        context=texts.get("context") or None,
        gold=clean(answer) if isinstance(answer, str) else answer,
        id=texts.get("id") or None,
        domain=texts.get("domain") or None,
    )


def _options(value: Any) -> list[str] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise _LineError(f'options is {_sort(value)}, not a list: write one, as in ["tea", "coffee"]')
    options: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    for option in options:
        if not isinstance(option, str | int) or isinstance(option, bool):
            raise _LineError(f"an option is {_sort(option)}: write each as a text in quotes")
    return [clean(str(option)) for option in options]


def _no_slip(names: Iterable[str]) -> None:
    """A field that is nearly one of ours is one, misspelled; any other is none of our business."""
    given = set(names)
    for name in given - set(FIELDS):
        slip = UnknownNameError("field of a question", name, [known for known in FIELDS if known not in given])
        bare = re.sub(r"[^a-z]", "", name.lower())
        if slip.nearest and (bare == slip.nearest or _alike(bare, slip.nearest) >= _NEAR):
            raise slip


def _alike(one: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio()


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a text", list: "a list", dict: "an object", int: "a number", _Digits: "a number", float: "a number"}
    return names.get(type(value), "no text")  # pyright: ignore[reportUnknownArgumentType]


def _shown(path: Path) -> str:
    return clean(str(path)).replace("\n", " ")
