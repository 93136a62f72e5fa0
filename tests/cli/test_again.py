"""`moot replay`, `moot fork`, `moot redecide`: stored runs looked at again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from moot.runs.journal.sql import connected

Command = Callable[..., Any]
PAIR = (
    'agents: [{name: ada, llm: sim/debater}, "sim/debater?family=b"]\nprotocol: {name: society, rounds: 3}\nseed: 3\n'
)


@pytest.fixture
def debate(command: Command, folder: Path) -> str:
    """The id of a stored debate."""
    (folder / "debate.yaml").write_text(PAIR, encoding="utf-8")
    said = command("run", "debate.yaml", "What is 17 * 24?", "--kind", "number", "--json", "-q")
    id: str = said.object["debate_id"]
    return id


def test_a_replay_says_how_many_are_equal_and_that_is_its_code(command: Command, debate: str) -> None:
    said = command("replay")
    assert (said.code, said.out) == (0, f"run {debate.rpartition('/')[0]}: 1 of 1 debates equal, 0 differing\n")
    plain = command("replay", "--debate", debate, "--json").object
    assert (plain["equal"], plain["differing"], plain["skipped"], plain["drifts"], plain["exit_code"]) == (
        1,
        0,
        0,
        [],
        0,
    )


def test_a_replay_of_what_has_not_ended_or_is_not_there_has_another_code(
    command: Command, debate: str, folder: Path
) -> None:
    connection = connected(str(folder / ".moot" / "runs.sqlite"), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute("DELETE FROM ending")
    connection.close()
    said = command("replay")
    assert (said.code, "1 skipped" in said.out) == (3, True)
    assert command("replay", "--debate", debate).code == 5
    assert command("replay", "--name", "nobody").code == 5
    said = command("replay", "elsewhere.sqlite")
    assert (said.code, "there is no store" in said.err) == (5, True)


def test_a_fork_makes_what_the_change_affects_and_ends_like_a_debate(command: Command, debate: str) -> None:
    store = ".moot/runs.sqlite"
    plain = command("fork", store, debate, "--after-round", "1", "--set", "protocol.rounds=5", "--json").object
    assert (plain["rounds"], plain["usage"]["calls"], plain["usage"]["cached_calls"]) == (5, 10, 6)
    assert (plain["fork"]["parent"], plain["fork"]["after_round"]) == (debate, 1)
    said = command("fork", store, debate, "--set", "judge=sim/debater?family=d", "--set", "decide=judge")
    assert said.code in {0, 3}
    assert "1 of 7 calls were made for it" in said.err
    assert "decided by judge" in said.out
    changed = command("fork", store, debate, "--after-round", "0", "--set", "agents.ada.llm=sim/debater?family=e", "-q")
    assert (changed.code in {0, 3}, changed.err) == (True, "")
    assert command("replay").out.endswith("4 of 4 debates equal, 0 differing\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--set", "protocol=du"), 2, "the protocol itself, 'society', cannot change"),
        (("--set", "seed=4"), 2, "the seed cannot change"),
        (("--set", "jugde=x"), 2, "did you mean 'judge'"),
        (("--after-round", "7"), 2, "has rounds 0 to 2"),
        (("--set", "decide=judge"), 2, "needs a judge"),
    ],
)
def test_a_fork_that_cannot_be_is_refused_in_one_sentence(
    command: Command, debate: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    said = command("fork", ".moot/runs.sqlite", debate, *arguments)
    assert (said.code, said.err.count("\n")) == (code, 1)
    assert words in said.err
    assert command("fork", ".moot/runs.sqlite", "nobody").code == 5
    assert command("fork", "elsewhere.sqlite", debate).code == 5


def test_rules_over_a_stored_run_are_a_table(command: Command, debate: str) -> None:
    rules = (
        "--decide",
        "plurality",
        "--decide",
        "weighted?by=confidence",
        "--stop",
        "unanimous",
        "--stop",
        "rounds?limit=2",
    )
    said = command("redecide", *rules)
    assert said.code == 0
    assert "plurality" in said.out
    assert "not told: debaters were not asked how sure they are (1 of 1)" in " ".join(said.out.split())
    plain = command("redecide", *rules, "--json").object
    assert [(row["decide"], row["stop"]) for row in plain["rows"]] == [
        (rule, stop) for rule in ("plurality", "weighted?by=confidence") for stop in ("unanimous", "rounds?limit=2")
    ]
    assert (plain["rows"][1]["rounds"], plain["rows"][1]["calls"], plain["rows"][2]["calls"]) == (2.0, 4, None)
    said = command("redecide", "--decide", "pluralty")
    assert (said.code, "did you mean 'plurality'" in said.err) == (2, True)


def test_a_protocol_of_ones_own_is_looked_at_again_only_where_that_is_allowed(command: Command, folder: Path) -> None:
    program = (
        "from moot.protocols import Floor, Outcome, decide\n"
        "async def mine(floor: Floor) -> Outcome:\n"
        "    async for _ in floor.rounds(1):\n"
        "        await floor.everyone()\n"
        "    return await floor.decide(decide.plurality(tie='first'))\n"
    )
    (folder / "replayed_rules_of_mine.py").write_text(program, encoding="utf-8")
    (folder / "debate.yaml").write_text(PAIR, encoding="utf-8")
    change = ("--set", "protocol=replayed_rules_of_mine:mine", "--allow-import", "-q")
    command("run", "debate.yaml", "Is 7 prime?", "--kind", "bool", *change)
    for arguments in (("replay",), ("redecide", "--decide", "unanimity")):
        refused = command(*arguments)
        assert (refused.code, "--allow-import" in refused.err) == (2, True)
        assert command(*arguments, "--allow-import").code == 0
