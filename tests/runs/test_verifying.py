"""What only results can tell of a store: they name calls on record, count what those used, and are as they were."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

import moot
from moot import Agent, Budget, Debate
from moot.agents.provider import prices
from moot.cli import main
from moot.errors import SpecError, StoreError
from moot.runs.journal import Reader
from moot.runs.journal.parts import kept, opened
from moot.runs.journal.sql import connected
from moot.runs.verifying import verify


@pytest.fixture
def verified() -> None:
    """These stores are damaged on purpose."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two debates under caps, with calls that failed; the second was held in a later epoch."""
    path = tmp_path_factory.mktemp("whole") / "runs.sqlite"
    agents = [Agent(name, "sim/debater?fail=0.2", max_tokens=100) for name in ("ada", "bo", "cy")]
    asked = [moot.Question(f"What is {number} * 24?", kind="number", id=f"q{number}") for number in range(2)]
    debate = Debate(agents, "ring", "society", rounds=2, budget=Budget(calls=100, usd=1), seed=5)
    for questions in (asked[:1], asked):
        debate.run_many(questions, store=path, name="r", runtime="local", progress=False, budget=Budget(calls=500))
    return path


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    path = tmp_path / "runs.sqlite"
    path.write_bytes(whole.read_bytes())
    return path


Deed = Callable[[dict[str, Any]], object]


def change(store: Path, deed: Deed) -> None:
    """Change the result of the first debate."""
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    number, body = connection.execute("SELECT max(id), result FROM ending WHERE debate = 1").get
    result = json.loads(opened(body))
    deed(result)
    connection.execute("UPDATE ending SET result = ? WHERE id = ?", (kept(json.dumps(result)), number))
    connection.close()


def test_a_whole_store_is_clean_and_counted(whole: Path) -> None:
    report = moot.verify(str(whole))
    assert report.clean
    assert (report.runs, report.debates) == (1, 2)
    assert report.attempts >= report.calls == Reader(whole).totals("r").calls
    assert str(report).endswith("every invariant holds")


DEEDS: dict[str, tuple[Deed, list[str], str]] = {
    "another answer": (
        lambda result: result["outcome"].update(answer="77"),
        ["digests"],
        "the result of debate 'r/q0' has the digest",
    ),
    "another status": (
        lambda result: result.update(status="undecided"),
        ["digests", "results"],
        "is of another debate, question, trial or status than its record",
    ),
    "a turn twice": (
        lambda result: result["turns"].append(result["turns"][0]),
        ["digests", "turns", "turns"],
        "has 2 turns '0:ada': a seat speaks once in a wave",
    ),
    "a call that is not on record": (
        lambda result: result["turns"][0].update(calls=["0123456789abcdef"]),
        ["results"],
        "lacks call 0123456789abcdef",
    ),
    "tokens nobody used": (
        lambda result: result["turns"][0]["usage"].update(prompt_tokens=1),
        ["usage"],
        "for turn '0:ada', whose calls used",
    ),
    "a field that is none": (
        lambda result: result.update(colour="red"),
        ["results"],
        "cannot be read: colour: extra inputs are not permitted",
    ),
    "no turns at all": (lambda result: result.pop("turns"), ["results"], "cannot be read"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_changed_result_is_told(store: Path, deed: str) -> None:
    done, checks, words = DEEDS[deed]
    change(store, done)
    report = verify(store)
    assert [violation.check for violation in report.violations] == checks
    assert any(words in violation.sentence for violation in report.violations)


def test_a_changed_reply_is_told(store: Path) -> None:
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    text = "(SELECT text FROM outcome JOIN call ON call.id = call WHERE debate = 1 AND text IS NOT NULL)"
    connection.execute(f"UPDATE part SET body = 'Final answer: 7' WHERE id = {text}")
    connection.close()
    assert {violation.check for violation in verify(store).violations} == {"digests"}


def test_one_reply_for_two_samples_is_told(store: Path) -> None:
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    more = kept(json.dumps({"source": "0123456789abcdef"}))
    connection.execute("INSERT INTO part SELECT max(id) + 1, NULL, ? FROM part", (more,))
    connection.execute("UPDATE outcome SET more = (SELECT max(id) FROM part) WHERE call IN (2, 3)")
    connection.close()
    (violation,) = verify(store).violations
    assert violation.check == "samples"
    assert violation.sentence == "the result of debate 'r/q0' has the reply to call 0123456789abcdef 2 times"


def test_the_command_says_the_same_and_ends_with_its_code(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("verify", str(store)) == 0
    assert "every invariant holds" in capsys.readouterr().out
    change(store, lambda result: result["outcome"].update(answer="77"))
    assert ended("verify", str(store)) == 5
    assert capsys.readouterr().out.startswith("digests: the result of debate 'r/q0' has the digest")
    assert ended("verify", str(store), "--json") == 5
    told = json.loads(capsys.readouterr().out)
    assert told["clean"] is False
    assert [violation["check"] for violation in told["violations"]] == ["digests"]


def ended(*arguments: str) -> int:
    with pytest.raises(SystemExit) as code:
        main(arguments)
    assert isinstance(code.value.code, int)
    return code.value.code


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        moot.verify(tmp_path / "none.sqlite")


def test_a_run_records_its_caps_and_the_hash_of_the_prices(whole: Path) -> None:
    assert Reader(whole).run("r").terms == {"prices": prices.digest(), "budget": {"calls": 500}}


@pytest.mark.parametrize("budget", [True, "much", [3]])
def test_a_budget_of_a_run_that_is_none_is_refused(budget: Any) -> None:
    with pytest.raises(SpecError, match=r"give US dollars, or \{'calls': 100\}"):
        Debate(["sim/debater"], protocol="vote").run_many(["2 + 2?"], budget=budget, runtime="local", progress=False)
