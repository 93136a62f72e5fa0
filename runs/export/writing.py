"""Debates into a file of one of several formats, whole or not at all."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from moot.errors import DataError, SpecError, UnknownNameError
from moot.runs.export.chosen import Chosen
from moot.runs.export.graphml import write_graphml
from moot.runs.export.markdown import markdown
from moot.runs.export.packing import packed
from moot.runs.export.page import page
from moot.runs.export.parquet import write_parquet

Write = Callable[[Path, Chosen], None]


def _write_html(path: Path, chosen: Chosen, *, prompts: bool = True) -> None:
    path.write_text(page(packed(chosen, prompts=prompts)), encoding="utf-8")


def _write_md(path: Path, chosen: Chosen) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(f"{markdown(taken.result)}\n" for taken in chosen)


def _write_jsonl(path: Path, chosen: Chosen) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(f"{taken.result.to_json()}\n" for taken in chosen)


FORMATS: Mapping[str, Write] = {
    "html": _write_html,
    "md": _write_md,
    "jsonl": _write_jsonl,
    "parquet": write_parquet,
    "graphml": write_graphml,
}
"""By the end of a file's name."""


def format_of(path: str | Path) -> str:
    """The format that the file's name asks for.

    Raises:
        SpecError: It has no ending.
        UnknownNameError: It is none of `FORMATS`.
    """
    ending = Path(path).suffix.removeprefix(".")
    if not ending:
        raise SpecError(f"{str(path)!r} does not say its format: end it in .{', .'.join(FORMATS)}")
    if ending not in FORMATS:
        raise UnknownNameError("format to export", ending, FORMATS)
    return ending


def export(chosen: Chosen, path: str | Path, *, format: str | None = None, prompts: bool = True) -> Path:
    """Write debates into a file; what was there before stays until the new one is whole.

    Args:
        chosen: Which debates.
        path: Of the file.
        format: One of `FORMATS`; None goes by the file's name.
        prompts: Whether a page holds prompts and raw replies.

    Returns:
        The path.

    Raises:
        UsageError: There is no such format, or what it needs is not installed.
        DataError: The file cannot be written.
        StoreError: A record is damaged, or a debate has not ended.
    """
    file, kind = Path(path), format or format_of(path)
    write = partial(_write_html, prompts=prompts) if kind == "html" else FORMATS[kind]
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        write(part, chosen)
        part.replace(file)
    except OSError as error:
        raise DataError(f"{str(file)!r} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return file
