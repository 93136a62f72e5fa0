"""`moot view`: a page until Ctrl-C, or one clear sentence."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from moot import Debate

Command = Callable[..., Any]
STORE = "runs.sqlite"


@pytest.fixture
def store(folder: Path) -> Path:
    debate = Debate(["sim/debater", "sim/debater"], rounds=1, seed=1)
    debate.run("What is 2 + 2?", store=folder / STORE, name="sums", runtime="local")
    return folder / STORE


@pytest.mark.parametrize("json_asked", [False, True])
def test_it_prints_the_address_answers_there_and_ends_well_on_an_interrupt(store: Path, json_asked: bool) -> None:
    asked = [sys.executable, "-m", "moot", "view", STORE, *(["--json"] if json_asked else [])]
    piped = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        asked, cwd=store.parent, env=piped, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            address = json.loads(line)["address"] if json_asked else line.removeprefix("open ").strip()
            base, _, token = address.partition("#t=")
            assert httpx.get(base).text.startswith("<!doctype html>")
            runs = httpx.get(f"{base}api/runs", headers={"Authorization": f"Bearer {token}"}).json()
            assert [run["name"] for run in runs["runs"]] == ["sums"]
        finally:
            process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == 0
    assert said == ("" if json_asked else "Ctrl-C ends it\n")


def test_a_store_that_does_not_exist_is_named(command: Command) -> None:
    said = command("view", "nowhere.sqlite")
    assert said.code == 5
    assert said.err == "moot: there is no store 'nowhere.sqlite' yet: moot ask or moot run makes one\n"


def test_a_file_that_is_no_store_is_named(command: Command, folder: Path) -> None:
    (folder / "notes.txt").write_text("not a store\n" * 100)
    said = command("view", "notes.txt")
    assert (said.code, said.out) == (5, "")
    assert said.err.startswith("moot: ")
    assert "notes.txt" in said.err
    assert said.err.count("\n") == 1


def test_a_store_of_a_later_moot_is_refused_with_both_versions(command: Command, store: Path) -> None:
    with versioned(store, 99) as version:
        said = command("view", STORE)
    assert said.code == 5
    assert f"its tables are version 99, this moot knows {version}" in said.err
    assert said.err.count("\n") == 1


@contextmanager
def versioned(store: Path, version: int) -> Generator[int]:
    """A store that says it is of another version; the block gets its own."""
    with closing(sqlite3.connect(store)) as connection:
        (own,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version}")
        yield own
        connection.execute(f"PRAGMA user_version = {own}")


def test_a_port_in_use_is_named_with_the_mend(command: Command, store: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = command("view", STORE, "--port", str(port))
    assert said.code != 0
    assert f"127.0.0.1:{port}" in said.err
    assert "--port 0 takes a free port" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("port", ["65536", "-1"])
def test_what_is_no_port_is_named(command: Command, store: Path, port: str) -> None:
    said = command("view", STORE, f"--port={port}")
    assert (said.code, said.err) == (2, f"moot: --port {port} is none: ports are 0 to 65535, and 0 takes a free one\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_others_than_this_machine_are_not_listened_to_unless_that_is_said(
    command: Command, store: Path, host: str
) -> None:
    said = command("view", STORE, "--host", host)
    assert said.code == 2
    assert "--expose" in said.err
