"""What simulated models know: a bundled bank of questions with answers, and packs of the user's own.

One JSON object per line, with the fields of a question file (`question, options, answer, domain,
kind`) and `difficulty` in logits. The bank ships in `packs/`, one file per domain, and is read when
first asked for. Nothing of it goes through the prompt: it stands for training data.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, Field, JsonValue, ValidationError

from moot.errors import DataError, QuestionError, UnknownNameError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PACK_BYTES = 64 * 2**20
"""Largest pack that is read whole."""


class BankItem(BaseModel, frozen=True, extra="forbid"):
    """One question whose answer a simulated model may know."""

    question: str = Field(min_length=1)
    options: tuple[str, ...] | None = None
    """What may be chosen: 2 to 26 different texts; None where the answer is open."""
    answer: str = Field(min_length=1)
    """The right answer; of a choice, the option's text."""
    domain: str | None = None
    difficulty: float | None = Field(default=None, ge=-20, le=20, allow_inf_nan=False)
    """Ability, in logits, at which the item is even; None leaves it to be drawn from the item's text."""
    kind: Literal["choice", "number", "math", "bool", "text", "probability", "score"] = "text"


Key = tuple[str, tuple[str, ...]]
Index = MappingProxyType[Key, BankItem]
Stamp = tuple[str, tuple[tuple[str, int, int], ...]]


def normalised(text: str) -> str:
    """The text as it is compared: NFKC, case folded, one space between words.

    >>> normalised("  Which  CITY is it?\\n")
    'which city is it?'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def bank(domain: str | None = None) -> tuple[BankItem, ...]:
    """The bundled items, of one domain or of all, in a fixed order.

    Raises:
        UnknownNameError: No items of that domain are bundled.
    """
    folder = files("moot.agents.sim") / "packs"
    names = sorted(entry.name.removesuffix(".jsonl") for entry in folder.iterdir() if entry.name.endswith(".jsonl"))
    if domain is None:
        return tuple(item for name in names for item in bank(name))
    if domain not in names:
        raise UnknownNameError("domain", domain, names)
    return _items((folder / f"{domain}.jsonl").read_text(encoding="utf-8"), f"{domain}.jsonl")


def packs(path: str | Path) -> tuple[BankItem, ...]:
    """The items of a user's own pack: a JSONL file, or a folder of them read in order of name.

    Args:
        path: Fields of a line are `question`, `answer` and where wanted `options, domain,
            difficulty, kind`. Of a choice the answer is the exact option first, then its letter,
            then its index from 0. Other fields of a question file are skipped.

    Raises:
        DataError: The path cannot be read.
        QuestionError: A line is no item; the sentence names the file and the line.
    """
    place = Path(path)
    sources = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not sources:
        raise DataError(f"{place}: no .jsonl file in this folder")
    return tuple(item for source in sources for item in _file(source))


def lookup(stem: str, options: Sequence[str] | None = None, *, pack: str | Path | None = None) -> BankItem | None:
    """The item that asks this, or None where nobody was taught it.

    Args:
        stem: The question's text; case and spacing do not matter.
        options: What may be chosen, in any order; an item must offer exactly these. None finds
            the item by its text, where that names one item.
        pack: A user's own pack, which is asked before the bundled bank.

    Raises:
        DataError: The pack cannot be used.
    """
    key = _key(stem, options)
    if pack is not None and (known := _index_of(_stamp(pack)).get(key)) is not None:
        return known
    return _bundled().get(key)


def _key(stem: str, options: Iterable[str] | None) -> Key:
    return normalised(stem), tuple(sorted(map(normalised, options or ())))


def _indexed(items: Sequence[BankItem]) -> Index:
    index: dict[Key, BankItem] = {}
    answers: dict[Key, set[str]] = {}
    for item in items:
        index.setdefault(_key(item.question, item.options), item)
        answers.setdefault(_key(item.question, None), set()).add(item.answer)
    for item in items:
        if len(answers[bare := _key(item.question, None)]) == 1:
            index.setdefault(bare, item)
    return MappingProxyType(index)


@cache
def _bundled() -> Index:
    return _indexed(bank())


def _stamp(path: str | Path) -> Stamp:
    """The path and the state of its files, so that an edited pack is read again."""
    place = Path(path)
    sources = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    try:
        states = [(str(source), source.stat()) for source in sources]
    except OSError as error:
        raise _unreadable(place, error) from error
    return str(place), tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


@lru_cache(maxsize=8)
def _index_of(stamp: Stamp) -> Index:
    return _indexed(packs(stamp[0]))


def _file(source: Path) -> tuple[BankItem, ...]:
    try:
        if source.stat().st_size > PACK_BYTES:
            raise DataError(f"{source}: a pack may hold at most {PACK_BYTES // 2**20} MiB")
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{source}: not UTF-8 text: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise _unreadable(source, error) from error
    items = _items(text, str(source))
    if not items:
        raise QuestionError(f"{source}: no questions in it")
    return items


def _unreadable(place: Path, error: OSError) -> DataError:
    return DataError(f"{place}: cannot be read: {error.strerror or 'no such file'}")


def _items(text: str, name: str) -> tuple[BankItem, ...]:
    # split on newlines only: splitlines() would also cut inside a text at U+2028 and its like
    lines = enumerate(text.split("\n"), start=1)
    return tuple(_item(line, f"{name}, line {number}") for number, line in lines if line.strip())


def _item(line: str, place: str) -> BankItem:
    try:
        row: JsonValue = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"{place}: not a JSON object") from error
    if not isinstance(row, dict):
        raise QuestionError(f"{place}: not a JSON object")
    for field in ("question", "answer"):
        if row.get(field) in (None, ""):
            raise QuestionError(f"{place}: no {field!r}")
    options, kind = row.get("options"), row.get("kind")
    if options is not None and not isinstance(options, list):
        raise QuestionError(f"{place}: 'options' must be a list of texts")
    texts = None if options is None else tuple(str(option) for option in options)
    kind = kind or ("choice" if texts else "text")
    if (kind == "choice") != bool(texts):
        raise QuestionError(f"{place}: options go with kind 'choice' and with no other")
    try:
        return BankItem.model_validate(
            {
                "question": row["question"],
                "options": texts,
                "answer": _answer(row["answer"], texts, str(kind), place),
                "domain": row.get("domain"),
                "difficulty": row.get("difficulty"),
                "kind": kind,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise QuestionError(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _answer(given: JsonValue, options: tuple[str, ...] | None, kind: str, place: str) -> str:
    if options is not None:
        return _chosen(str(given), options, place)
    if isinstance(given, bool):
        return "yes" if given else "no"
    text = str(given)
    if kind == "bool" and text not in {"yes", "no"}:
        raise QuestionError(f"{place}: the answer of a yes-no question is yes or no, not {text!r}")
    if kind == "number" and not _finite(text):
        raise QuestionError(f"{place}: the answer {text!r} is no number")
    return text


def _chosen(given: str, options: tuple[str, ...], place: str) -> str:
    if not 2 <= len(options) <= len(LETTERS):
        raise QuestionError(f"{place}: a choice takes 2 to 26 options, not {len(options)}")
    if len({option.strip() for option in options}) < len(options) or not all(option.strip() for option in options):
        raise QuestionError(f"{place}: the options must be different and not empty")
    if given in options:
        return given
    if len(given) == 1 and given.upper() in LETTERS[: len(options)]:
        return options[LETTERS.index(given.upper())]
    if given.isascii() and given.isdecimal() and len(given) <= 2 and int(given) < len(options):
        return options[int(given)]
    raise QuestionError(f"{place}: the answer {given!r} is no option, letter or index")


def _no_number(constant: str) -> JsonValue:
    raise ValueError(constant)  # NaN and Infinity are Python's own, not JSON


def _finite(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
