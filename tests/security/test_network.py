"""No socket and no look-up but those of the providers that were named: a guard sees whatever Python opens."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot.testing import Stub

GUARD = r'''
"""Loaded by Python itself at the start: notes every connection and look-up, before any library can open one."""
import json, os, sys

def note(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        where = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[:2]
        if isinstance(where, tuple):
            with open(os.environ["GUARD"], "a") as file:
                file.write(json.dumps([event, str(where[0]), where[1] if len(where) > 1 else None]) + "\n")

sys.addaudithook(note)
'''
DEBATE = "agents: [sim/debater, 'sim/debater?family=b', 'sim/debater?family=c']\ntopology: ring\nseed: 1\n"
Guarded = Callable[..., list[tuple[str, str, int | None]]]


@pytest.fixture
def guarded(program: Any, tmp_path: Path) -> Guarded:
    """Runs Python under the guard, and gives what it saw."""
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    (tmp_path / "debate.yaml").write_text(DEBATE)
    seen = tmp_path / "seen"

    def run(*arguments: str, codes: frozenset[int] = frozenset({0}), **variables: str) -> list[Any]:
        seen.write_text("")
        paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
        done = program(*arguments, GUARD=str(seen), PYTHONPATH=paths, **variables)
        assert done.returncode in codes, done.stderr.decode()[-2000:]
        return [tuple(json.loads(line)) for line in seen.read_text().splitlines()]

    return run


def test_the_guard_sees_connections_and_look_ups(guarded: Guarded) -> None:
    with Stub() as stub:
        code = f"import socket; socket.create_connection(('127.0.0.1', {stub.port}))"
        seen = guarded("-c", code)
    assert seen == [("socket.getaddrinfo", "127.0.0.1", stub.port), ("socket.connect", "127.0.0.1", stub.port)]


COMMANDS = """
import contextlib, sys
from moot.cli import main
for line in sys.argv[1:]:
    try:
        main(line.split())
    except SystemExit as ended:
        assert ended.code in {0, 3}, (line, ended.code)
"""
LOOKS = (
    *("--help", "ask --help", "protocols du", "topologies ring", "decisions", "models openai/gpt-5-mini", "prompts du"),
    *("plan debate.yaml Prime?", "doctor --local"),
)
HELD = (
    "run debate.yaml Prime? --kind bool --name r",
    *(
        "replay .moot/runs.sqlite",
        "redecide .moot/runs.sqlite --decide plurality",
        "verify .moot/runs.sqlite",
        "resume",
    ),
)


def test_importing_looking_planning_holding_and_looking_again_open_nothing(guarded: Guarded) -> None:
    assert guarded("-c", "import moot; moot.protocols.du; moot.sim.questions()") == []
    assert guarded("-c", COMMANDS, *LOOKS, *HELD) == []


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_run_speaks_to_its_provider_and_to_nobody_else(guarded: Guarded, provider: str) -> None:
    key = {f"{provider.upper()}_API_KEY": "sk-of-no-use-to-anybody"}
    with Stub() as stub:
        base = stub.api_base if provider == "openai" else stub.url
        asked = ("-m", "moot", "ask", "Is 7 prime?", "--model", f"{provider}/m", "--protocol", "vote")
        seen = guarded(*asked, codes=frozenset({0, 3}), **key, **{f"{provider.upper()}_API_BASE": base})
        assert len(stub.log) > 0
    assert {(host, port) for _, host, port in seen} == {("127.0.0.1", stub.port)}
