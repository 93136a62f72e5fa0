"""`moot run`, `moot resume`, `moot plan`, `moot init`: files of debates and of questions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot import Debate, protocols
from moot.cli.starting import TEMPLATE

Command = Callable[..., Any]
QUESTIONS = [
    {"question": "What is 17 * 24?", "kind": "number", "answer": 408},
    {"question": "Is 7 a prime number?", "kind": "bool", "answer": True},
    {"question": "Is 9 a prime number?", "kind": "bool", "answer": False},
]
PAIR = 'agents: [sim/debater, "sim/debater?family=b"]\nprotocol: {name: society, rounds: 2}\nseed: 3\n'


@pytest.fixture
def files(folder: Path) -> Path:
    (folder / "debate.yaml").write_text(PAIR, encoding="utf-8")
    lines = "".join(f"{json.dumps(question)}\n" for question in QUESTIONS)
    (folder / "q.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_a_file_over_many_questions_ends_in_figures(command: Command, files: Path) -> None:
    said = command("run", "debate.yaml", "--data", "q.jsonl")
    assert said.code in {0, 3}
    assert "correct: " in said.out
    assert "95 % interval" in said.out
    assert "3 of 3 debates" in said.err
    plain = command("run", "debate.yaml", "--data", "q.jsonl", "--json", "-q").object
    assert (plain["debates"], plain["ended"], len(plain["results"])) == (3, 3, 3)
    assert plain["exit_code"] == said.code


def test_the_same_run_goes_on_by_itself_and_takes_more_questions(command: Command, files: Path) -> None:
    first = command("run", "debate.yaml", "-d", "q.jsonl", "--limit", "1", "--json", "-q").object
    again = command("run", "debate.yaml", "-d", "q.jsonl", "--json", "-q").object
    assert first["run"] == again["run"]
    assert (len(first["seats"]), again["debates"]) == (2, 3)  # of one question the debate itself is told
    more = command("run", "debate.yaml", "-d", "q.jsonl", "--trials", "2", "--json", "-q").object
    assert (more["run"], more["debates"]) == (first["run"], 6)


def test_another_debate_is_another_run_and_a_lowered_limit_is_named(command: Command, files: Path) -> None:
    one = command("run", "debate.yaml", "Is 7 prime?", "--kind", "bool", "--json", "-q").object
    changed = ("--set", "topology=none", "--json", "-q")
    other = command("run", "debate.yaml", "Is 7 prime?", "--kind", "bool", *changed).object
    assert one["run"] != other["run"]
    said = command("run", "debate.yaml", "Is 7 prime?", "--kind", "bool", "--set", "protocol.rounds=1")
    assert said.code == 5
    assert "protocol.rounds" in said.err


def test_a_budget_per_debate_makes_the_whole_run_code_4(command: Command, files: Path) -> None:
    said = command("run", "debate.yaml", "-d", "q.jsonl", "--set", "budget.calls=3", "--json", "-q")
    assert said.code == said.object["exit_code"] == 4
    assert any(result["capped"] for result in said.object["results"])


def test_resume_takes_the_latest_run_of_a_store(command: Command, files: Path) -> None:
    held = command("run", "debate.yaml", "-d", "q.jsonl", "--store", "mine.sqlite", "--json", "-q").object
    assert held["resume"] == f"moot resume mine.sqlite --name {held['run']}"
    again = command("resume", "mine.sqlite", "--json", "-q").object
    assert (again["run"], again["usage"]["calls"]) == (held["run"], held["usage"]["calls"])


def test_a_protocol_of_ones_own_runs_only_where_that_is_allowed(command: Command, files: Path) -> None:
    program = (
        "from moot.protocols import Floor, Outcome, decide\n"
        "async def mine(floor: Floor) -> Outcome:\n"
        "    async for _ in floor.rounds(1):\n"
        "        await floor.everyone()\n"
        "    return await floor.decide(decide.plurality(tie='first'))\n"
    )
    (files / "rules_of_mine.py").write_text(program, encoding="utf-8")
    change = ("run", "debate.yaml", "Is 7 prime?", "--kind", "bool", "--set", "protocol=rules_of_mine:mine", "-q")
    refused = command(*change)
    assert (refused.code, "--allow-import" in refused.err) == (2, True)
    assert command(*change, "--allow-import").code in {0, 3}
    assert command("resume", "-q").code == 2
    assert command("resume", "-q", "--allow-import").code in {0, 3}


def test_a_plan_spends_nothing_and_bounds_what_is_spent(command: Command, files: Path) -> None:
    plan = command("plan", "debate.yaml", "-d", "q.jsonl", "--json").object
    held = command("run", "debate.yaml", "-d", "q.jsonl", "--json", "-q").object
    assert plan["debates"] == 3
    assert plan["calls"][0] <= held["usage"]["calls"] <= plan["calls"][1]
    assert plan["cost_usd"] == [0.0, 0.0]
    shown = command("plan", "Is 7 prime?", "-m", "sim/debater", "-m", "sim/debater?family=b", "--prompts").out
    assert "[system]" in shown
    assert "1 debate: 4 calls" in shown


def test_init_writes_a_debate_that_runs_and_overwrites_nothing(command: Command, folder: Path) -> None:
    assert command("init").code == 0
    written = (folder / "debate.yaml").read_text(encoding="utf-8")
    assert written == TEMPLATE
    debate = Debate.load(folder / "debate.yaml")
    assert debate.protocol.card is protocols.society.card
    said = command("init")
    assert (said.code, "left alone" in said.err) == (2, True)
    assert (folder / "debate.yaml").read_text(encoding="utf-8") == written
    assert command("run", "debate.yaml", "What is 17 * 24?", "--kind", "number", "-q").code in {0, 3}
    assert command("init", "other.yaml").code == 0
    assert "moot run other.yaml" in (folder / "other.yaml").read_text(encoding="utf-8")
