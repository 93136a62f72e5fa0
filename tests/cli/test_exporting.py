"""`moot export`: every format by its option, runs and debates by name, and what there is not named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot import Debate, Question, Result

Command = Callable[..., Any]
STORE = "runs.sqlite"
FORMATS = ["html", "md", "jsonl", "parquet", "graphml"]
SIGNS = {"html": b"<!doctype html>", "md": b"## ", "jsonl": b"{", "parquet": b"PAR1", "graphml": b"<?xml"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / STORE
    debate = Debate(["sim/debater", "sim/debater"], rounds=2, seed=1)
    for name, most in (("first", 4), ("second", 6)):
        sums = [Question(f"What is {n} + 2?", gold=str(n + 2)) for n in range(2, most)]
        debate.run_many(sums, store=path, name=name, runtime="local", progress=False)
    return path


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_and_told_with_its_size(
    command: Command, store: Path, folder: Path, format: str
) -> None:
    said = command("export", str(store), f"--{format}", f"out.{format}")
    written = (folder / f"out.{format}").read_bytes()
    assert (said.code, said.err) == (0, "")
    assert said.out == f"out.{format}: {len(written):,} bytes\n"
    assert written.startswith(SIGNS[format])


def test_several_formats_are_written_at_once_and_told_as_json(command: Command, store: Path, folder: Path) -> None:
    asked = [part for format in FORMATS for part in (f"--{format}", f"all.{format}")]
    told = command("export", str(store), *asked, "--json").object["written"]
    assert told == [{"file": f"all.{f}", "bytes": (folder / f"all.{f}").stat().st_size} for f in FORMATS]


def lines(path: Path) -> list[Result]:
    return [Result.from_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_or_a_debate_is_taken_by_name(command: Command, store: Path, folder: Path) -> None:
    assert command("export", str(store), "--jsonl", "all.jsonl").code == 0
    assert command("export", str(store), "--name", "second", "--jsonl", "run.jsonl").code == 0
    every, run = lines(folder / "all.jsonl"), lines(folder / "run.jsonl")
    assert (len(every), len(run)) == (6, 4)
    assert {result.debate_id for result in run} < {result.debate_id for result in every}
    assert command("export", str(store), "--debate", run[2].debate_id, "--jsonl", "one.jsonl").code == 0
    assert lines(folder / "one.jsonl") == [run[2]]


def test_a_file_that_was_there_is_replaced_whole(command: Command, store: Path, folder: Path) -> None:
    (folder / "out.jsonl").write_text("older\n" * 10_000)
    assert command("export", str(store), "--jsonl", "out.jsonl").code == 0
    assert len(lines(folder / "out.jsonl")) == 6
    assert [path.name for path in folder.iterdir()] == ["out.jsonl"]


def test_without_prompts_the_page_is_smaller(command: Command, store: Path, folder: Path) -> None:
    for name, more in (("whole.html", []), ("bare.html", ["--without-prompts"])):
        assert command("export", str(store), "--html", name, *more).code == 0
    assert (folder / "bare.html").stat().st_size < (folder / "whole.html").stat().st_size


@pytest.mark.parametrize(
    ("asked", "code", "sentence"),
    [
        ([], 2, "say into which file: --html, --md, --jsonl, --parquet, --graphml"),
        (["--name", "third", "--html", "x.html"], 5, "the store holds no run 'third'"),
        (["--debate", "third/1", "--html", "x.html"], 5, "the store holds no debate 'third/1'"),
    ],
)
def test_what_there_is_not_is_said_and_nothing_is_written(
    command: Command, store: Path, folder: Path, asked: list[str], code: int, sentence: str
) -> None:
    said = command("export", str(store), *asked)
    assert (said.code, said.out, said.err) == (code, "", f"moot: {sentence}\n")
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_and_a_store_that_is_not_are_named(command: Command, store: Path) -> None:
    said = command("export", str(store), "--md", "nowhere/x.md")
    assert said.code == 5
    assert "nowhere" in said.err
    said = command("export", "nowhere.sqlite", "--md", "x.md")
    assert (said.code, said.err) == (
        5,
        "moot: there is no store 'nowhere.sqlite' yet: moot ask or moot run makes one\n",
    )
