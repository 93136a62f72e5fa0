"""`moot run --log`, and the line of counters."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
PAIR = 'agents: [sim/debater, "sim/debater?family=b"]\nprotocol: {name: society, rounds: 2}\nseed: 3\n'


@pytest.fixture
def files(folder: Path) -> Path:
    (folder / "debate.yaml").write_text(PAIR, encoding="utf-8")
    asked = [{"question": f"Is {n} a prime number?", "kind": "bool", "answer": n == 7} for n in range(6, 16)]
    (folder / "q.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked), encoding="utf-8")
    return folder


def events(text: str) -> list[str]:
    return [json.loads(line)["event"] for line in text.splitlines()]


def test_a_run_tells_its_log_to_a_file_and_resume_adds_to_it(command: Command, files: Path) -> None:
    command("run", "debate.yaml", "--data", "q.jsonl", "--log", "moot.log", "--log-level", "debug")
    told = events((files / "moot.log").read_text())
    assert (told[0], told[-1], told.count("call.ended")) == ("run.began", "run.ended", 40)
    command("resume", "--log", "moot.log")
    command("ask", "Is 7 a prime number?", "-m", "sim/debater", "--log", "moot.log")
    assert events((files / "moot.log").read_text()).count("run.began") == 3


def test_on_standard_error_the_log_stands_in_place_of_progress(command: Command, files: Path) -> None:
    said = command("run", "debate.yaml", "--data", "q.jsonl", "--log", "-", "--json")
    *told, last = said.err.splitlines()
    assert events("\n".join(told))[-1] == "run.ended" or events(said.err)[-1] == "run.ended"
    assert "of 10 debates" not in said.err
    assert said.object["ended"] == 10
    assert last


def test_a_log_that_cannot_be_written_is_a_usage_error(command: Command, files: Path) -> None:
    said = command("run", "debate.yaml", "--data", "q.jsonl", "--log", "no/such/log")
    assert said.code == 2
    assert said.err == "moot: the log 'no/such/log' cannot be written: No such file or directory\n"
    assert command("run", "debate.yaml", "--data", "q.jsonl", "--log-level", "loud").code == 2


def test_where_nobody_watches_counters_come_with_each_tenth(command: Command, files: Path) -> None:
    said = command("run", "debate.yaml", "--data", "q.jsonl")
    told = [line for line in said.err.splitlines() if "of 10 debates" in line]
    assert told[0].startswith("0 of 10 debates: begun · 0 calls, 0 in flight")
    assert "40 calls, 0 in flight" in told[-1]
    assert "0 failed · 0.0000 USD" in told[-1]
    assert "s to go" in told[-2]
    assert "debates" not in command("run", "debate.yaml", "--data", "q.jsonl", "--quiet", "--name", "again").err


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_shows_the_counters_below_the_bar(files: Path, *, colour: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-P", "-m", "moot", "run", "debate.yaml", "--data", "q.jsonl"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment | ({} if colour else {"NO_COLOR": "1"})
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode in {0, 3}
    assert b"10/10" in shown
    assert b"40 calls, 0 in flight" in shown
    assert (b"\x1b[3" in shown or b"\x1b[9" in shown) == colour
