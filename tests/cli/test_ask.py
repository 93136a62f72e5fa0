"""`moot ask`: the answer last, progress apart, codes that tell the truth."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot.testing import Fault, Reply, Stub

Command = Callable[..., Any]
PANEL = ("-m", "sim/exact-zealot?init=408", "-m", "sim/exact-majority?init=408", "-m", "sim/exact-voter?init=408")
AGREED = [part.replace("408", "yes") for part in PANEL]


def test_the_answer_is_the_last_line_and_progress_goes_to_standard_error(command: Command) -> None:
    said = command("ask", "What is 17 * 24?", *PANEL, "--kind", "number", "--seed", "1")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "408 (decided, simulated)"
    assert "round 0" in said.err
    assert "heard a2, a3" in said.err
    assert "moot resume --name ask-" in said.err


def test_a_judge_given_again_takes_over_and_who_stands_aside_says_why(command: Command) -> None:
    seats = ("-m", "sim/debater", "-m", "sim/debater?family=b")
    judges = ("--judge", "sim/debater?family=b", "--judge", "sim/debater?family=c")
    said = command("ask", "Is 7 prime?", *seats, *judges, "--decide", "judge?recuse=true", "--kind", "bool", "--json")
    judged = {turn["seat"]: turn["status"] for turn in said.object["turns"] if turn["round"] is None}
    assert judged == {"judge": "skipped", "judge-2": "ok"}
    shown = command("ask", "Is 7 prime?", *seats, *judges[:2], "--decide", "judge?recuse=true", "--kind", "bool")
    assert (shown.code, "judge stands aside: a2 is of its own family, sim/b" in shown.err) == (3, True)


def test_quiet_says_nothing_but_the_result(command: Command) -> None:
    said = command("ask", "What is 17 * 24?", *PANEL, "--kind", "number", "--seed", "1", "--quiet")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("first vote: 408")


def test_json_is_one_object_and_nothing_else(command: Command) -> None:
    said = command("ask", "Is 7 prime?", *AGREED, "--kind", "bool", "--seed", "1", "--json", "-r", "3")
    plain = said.object
    assert plain["answer"] == "yes"
    assert plain["status"] == "decided"
    assert plain["rounds"] == 3
    assert plain["usage"]["calls"] == 9
    assert plain["usage"]["cost_usd"] == 0.0
    assert plain["simulated"] is True
    assert plain["exit_code"] == said.code == 0
    assert plain["votes"][0] == {"yes": ["a1", "a2", "a3"]}
    assert plain["resume"].startswith("moot resume --name ask-")


def test_a_choice_is_made_of_options(command: Command) -> None:
    question = ("Which country shares the island of Hispaniola with Haiti?", "-o", "Cuba", "-o", "Dominican Republic")
    plain = command("ask", *question, "-m", "sim/exact-zealot?init=B", "--json", "--seed", "1").object
    assert plain["question"]["kind"] == "choice"
    assert plain["answer"] == "Dominican Republic"


def test_every_call_is_kept_in_the_default_store(command: Command, folder: Path) -> None:
    command("ask", "What is 400 + 8?", *PANEL, "--name", "sum", "--protocol", "vote", "-q")
    with sqlite3.connect(folder / ".moot" / "runs.sqlite") as store:
        assert store.execute("SELECT name FROM run").fetchall() == [("sum",)]
        assert store.execute("SELECT count(*) FROM outcome").fetchone() == (3,)
    store.close()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["--decide", "plurality?tie=first"]),
        (3, ["--decide", "majority", "--rounds", "1"]),
        (6, ["--quorum", "3", "--timeout", "5"]),
    ],
)
def test_the_code_tells_how_it_ended(code: int, arguments: list[str], command: Command, folder: Path) -> None:
    models = ["-m", "sim/exact-zealot?init=A", "-m", "sim/exact-zealot?init=B"]
    if code == 6:
        models += ["-m", "sim/debater?fail=1"]
    said = command("ask", "Which?", "-o", "tea", "-o", "coffee", *models, *arguments, "-q")
    assert said.code == code, said


def test_a_budget_that_is_reached_is_code_4(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        monkeypatch.setenv("OPENAI_API_BASE", stub.url)
        said = command("ask", "Is 7 prime?", "-m", "openai/gpt-5-mini", "--max-usd", "0.0001", "-q")
        assert (said.code, len(stub.log)) == (4, 0)
    assert "budget" in said.out


def test_what_a_model_says_reaches_the_terminal_without_control_sequences(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2Jevil\u202e\x9b31m"
    with Stub() as stub:
        stub.script("hostile", [Reply(f"Final answer: {hostile}")] * 4)
        monkeypatch.setenv("OPENAI_API_BASE", stub.url)
        said = command("ask", f"Say{hostile}?", "-m", "openai/hostile", "--protocol", "vote")
        plain = command("ask", "Say?", "-m", "openai/hostile", "--protocol", "vote", "--json", "-q")
    assert "evil" in said.out
    for character in "\x1b\x07\x9b\u202e":
        assert character not in said.out + said.err
    assert "\x1b" not in plain.out


def test_a_failed_debate_is_resumed_without_paying_again(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Stub() as stub:
        stub.script("m", [Reply("Final answer: yes"), Fault("401"), Reply("Final answer: yes")])
        monkeypatch.setenv("OPENAI_API_BASE", stub.url)
        asked = ("ask", "Is 7 prime?", "--kind", "bool", "-m", "openai/m", "--name", "once", "-q")
        assert command(*asked).code == 6
        assert command("resume", "--name", "once", "-q").code == 0
        assert [seen.served for seen in stub.log] == ["reply", "401", "reply"]
