"""Whatever is wrong is said in one sentence with its mend, with the right code, before any call."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
REAL = ("-m", "openai/m")
SIM = ("-m", "sim/debater")
FILE = "agents: [sim/debater]\n"

TABLE: list[tuple[str, int, str, tuple[str, ...], dict[str, str]]] = [
    ("unknown provider", 2, "did you mean 'openai'?", ("ask", "x?", "-m", "opnai/gpt-5-mini"), {}),
    ("unknown model", 2, "did you mean 'sim/debater'?", ("ask", "x?", "-m", "sim/debtr"), {}),
    ("bare model", 2, "did you mean 'openai/gpt-5-mini'?", ("ask", "x?", "-m", "gpt-5-mini"), {}),
    ("model parameter", 2, "did you mean 'accuracy'?", ("ask", "x?", "-m", "sim/debater?acuracy=1"), {}),
    ("unknown topology", 2, "did you mean 'ring'?", ("ask", "x?", *SIM, "--topology", "rng"), {}),
    ("unknown protocol", 2, "did you mean 'society'?", ("ask", "x?", *SIM, "--protocol", "socety"), {}),
    ("protocol parameter", 2, "did you mean 'rounds'?", ("ask", "x?", *SIM, "--protocol", "du?rouns=2"), {}),
    ("unknown decision", 2, "did you mean 'majority'?", ("ask", "x?", *SIM, "--decide", "majorty"), {}),
    ("unknown stop", 2, "did you mean 'unanimous'?", ("ask", "x?", *SIM, "--stop", "unanimos"), {}),
    ("no judge", 2, "decision 'judge' needs a judge", ("ask", "x?", *SIM, "--decide", "judge"), {}),
    ("no rounds", 2, "no rounds to set", ("ask", "x?", *SIM, "--protocol", "vote", "-r", "3"), {}),
    ("seats", 2, "seats 2 agents, not 1", ("ask", "x?", *SIM, "--protocol", "mad_liang", "--judge", "sim/debater"), {}),
    ("bad quorum", 2, "--quorum 'most'", ("ask", "x?", *SIM, "--quorum", "most"), {}),
    ("empty question", 2, "the question is empty", ("ask", " ", *SIM), {}),
    ("bad kind", 2, "no answer kind 'nmber'", ("ask", "x?", *SIM, "--kind", "nmber"), {}),
    ("one option", 2, "a choice takes 2 to 26 options", ("ask", "x?", *SIM, "-o", "a"), {}),
    ("missing key", 2, "set OPENAI_API_KEY", ("ask", "x?", *REAL), {}),
    ("unknown price", 2, "price of 'openai/m' is unknown", ("ask", "x?", *REAL, "--max-usd", "1"), {"KEY": "1"}),
    ("negative money", 2, "greater than 0", ("ask", "x?", *SIM, "--max-usd=-1"), {}),
    ("no model", 2, "--model", ("ask", "x?"), {}),
    ("unknown option", 2, "unknown option", ("ask", "x?", *SIM, "--modle", "y"), {}),
    ("not a number", 2, "--rounds", ("ask", "x?", *SIM, "--rounds", "two"), {}),
    ("unknown command", 2, "did you mean 'ask'?", ("aks", "x?"), {}),
    ("missing file", 5, "cannot be read", ("run", "nowhere.yaml", "x?"), {}),
    ("empty file", 5, "it is empty", ("run", "d.yaml", "x?"), {"d.yaml": ""}),
    ("no yaml", 5, "line 2: it is no YAML", ("run", "d.yaml", "x?"), {"d.yaml": "a: [1\n"}),
    ("key", 2, "did you mean 'topology'?", ("run", "d.yaml", "x?"), {"d.yaml": f"{FILE}topolgy: ring\n"}),
    (
        "agent key",
        2,
        "did you mean 'persona'?",
        ("run", "d.yaml", "x?"),
        {"d.yaml": "agents: [{llm: sim/debater, prsona: x}]"},
    ),
    (
        "seat mismatch",
        2,
        "1 agent for 4 seats",
        ("run", "d.yaml", "x?"),
        {"d.yaml": f"{FILE}topology: {{edges: [[0, 1]], nodes: 4}}"},
    ),
    ("graph file", 5, "cannot be read", ("run", "d.yaml", "x?"), {"d.yaml": f"{FILE}topology: {{file: g.graphml}}"}),
    ("no question", 2, "with --data", ("run", "d.yaml"), {"d.yaml": FILE}),
    ("two questions", 2, "either a question", ("run", "d.yaml", "x?", "-d", "q.jsonl"), {"d.yaml": FILE}),
    ("limit", 2, "--limit 0", ("run", "d.yaml", "-d", "q.jsonl", "--limit", "0"), {"d.yaml": FILE}),
    ("empty questions", 5, "holds no question", ("run", "d.yaml", "-d", "q.jsonl"), {"d.yaml": FILE, "q.jsonl": "\n"}),
    (
        "bad question",
        5,
        "line 2",
        ("run", "d.yaml", "-d", "q.jsonl"),
        {"d.yaml": FILE, "q.jsonl": '{"question": "x"}\n{'},
    ),
    (
        "question slip",
        5,
        "did you mean 'answer'?",
        ("run", "d.yaml", "-d", "q.jsonl"),
        {"d.yaml": FILE, "q.jsonl": '{"question": "x", "anwser": 1}'},
    ),
    ("set without value", 2, "write key=value", ("run", "d.yaml", "x?", "--set", "protocol"), {"d.yaml": FILE}),
    ("set unknown", 2, "did you mean 'protocol'?", ("run", "d.yaml", "x?", "--set", "protocl=du"), {"d.yaml": FILE}),
    (
        "set nowhere",
        2,
        "agents goes from agents.0 to agents.0",
        ("run", "d.yaml", "x?", "--set", "agents.3.llm=y"),
        {"d.yaml": FILE},
    ),
    ("import", 2, "--allow-import", ("run", "d.yaml", "x?", "--set", "protocol=os:system"), {"d.yaml": FILE}),
    (
        "no import",
        2,
        "cannot be imported",
        ("run", "d.yaml", "x?", "--set", "protocol=nix:x", "--allow-import"),
        {"d.yaml": FILE},
    ),
    ("no store", 5, "there is no store", ("resume",), {}),
    ("bad store", 5, "is not a store", ("resume", "q.txt"), {"q.txt": "hello\n" * 300}),
    ("no run", 5, "holds no run", ("resume", "r.sqlite", "--name", "nix"), {"r.sqlite": "make"}),
    ("plan nothing", 2, "give the models", ("plan", "x?"), {}),
    ("card", 2, "did you mean 'society'?", ("protocols", "socity"), {}),
    ("graph", 2, "did you mean 'ring'?", ("topologies", "rin"), {}),
    ("decision", 2, "did you mean 'majority'?", ("decisions", "majorit"), {}),
    ("prompt", 2, "did you mean 'society'?", ("prompts", "socity"), {}),
    ("model card", 2, "did you mean 'openai/gpt-5-mini'?", ("models", "gpt-5-mini"), {}),
    ("real call", 2, "allow it with --yes", ("doctor", "openai/gpt-5-mini", "--local"), {}),
    ("no answer", 5, "its ending says no format", ("run", "d.yaml", "-d", "q.txt"), {"d.yaml": FILE, "q.txt": "x"}),
]


@pytest.mark.parametrize(
    ("code", "sentence", "arguments", "files"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_one_sentence_names_what_is_wrong(
    code: int,
    sentence: str,
    arguments: tuple[str, ...],
    files: dict[str, str],
    command: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for name, content in files.items():
        if name == "KEY":
            monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
        elif content == "make":
            assert command("ask", "Is 7 prime?", *SIM, "--store", name, "-q").code in {0, 3}
        else:
            (folder / name).write_text(content, encoding="utf-8")
    said = command(*arguments)
    assert (said.code, said.out) == (code, ""), said
    assert sentence in said.err
    assert said.err.startswith("moot: ")
    assert said.err.count("\n") == 1
    assert not (folder / ".moot").exists()
    shown = command(*arguments, "--json")
    assert shown.object["exit_code"] == code
    assert sentence in shown.object["error"]


def test_a_defect_of_ours_is_one_line_too(command: Command, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "broken_rules.py").write_text("raise RuntimeError('boom')\n", encoding="utf-8")
    said = command("ask", "x?", *SIM, "--protocol", "broken_rules:x", "--allow-import")
    assert said.code == 6
    assert "boom" in said.err
    assert said.err.count("\n") == 1


def test_nothing_here_needs_the_network(folder: Path) -> None:
    program = "import socket, sys; socket.socket.connect = None; from moot.cli import main; main(['protocols', 'du'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
