"""What has changed since is named: the first turn that differs, in the order of the transcript, and how."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from moot import Agent, Debate, Question, decide
from moot.errors import DriftError
from moot.protocols import Ask, Floor, Outcome, View, protocol
from moot.runs.journal.sql import connected

ASKED = Question("What is 17 * 24?", kind="number", gold="408")


@pytest.fixture
def verified() -> None:
    """A store is damaged here on purpose."""


class Manner:
    """How a protocol of one's own goes: what a change of its code changes."""

    view, rounds, decide, ask = View(), 2, decide.plurality(), Ask(first="answer", later="update")


@protocol("mine")
async def mine(floor: Floor) -> Outcome:
    """Everyone speaks, in the manner of the day."""
    async for number in floor.rounds(Manner.rounds):
        await floor.everyone(view=Manner.view if number else View(), ask=Manner.ask)
    return await floor.decide(Manner.decide)


def drift_after(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> DriftError:
    """What a replay finds where the code of the protocol has changed since."""
    agents = [Agent("ada", "sim/debater"), Agent("bo", "sim/debater?family=b"), Agent("cy", "sim/debater?family=c")]
    run = Debate(agents, protocol=mine, seed=3).run_many([ASKED, "a?"], progress=False)
    assert run.replay().equal == 2
    for name, value in changes.items():
        monkeypatch.setattr(Manner, name, value)
    report = run.replay()
    assert report.differing == 2
    with pytest.raises(DriftError) as caught:
        report.check()
    assert caught.value is report.drifts[0]
    return caught.value


def test_another_prompt_is_named_at_the_first_turn_that_has_it_with_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drift_after(monkeypatch, view=View(own="none"))
    assert (found.seat, found.turn, found.round) == ("ada", 1, 1)
    head, *lines = found.difference.split("\n")
    assert head == "its prompt is another one than on record"
    assert '- <own round="0">' in lines
    assert str(found).startswith(f"debate {found.debate_id!r}, ada, turn 1, round 1: its prompt is another one")


def test_a_round_more_or_less_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as more:
        found = drift_after(more, rounds=3)
    assert (found.seat, found.turn, found.round) == ("ada", 2, 2)
    assert found.difference == "the record holds no such call"
    found = drift_after(monkeypatch, rounds=1)
    assert (found.seat, found.turn, found.round) == ("ada", 1, 1)
    assert found.difference == "this turn of the record is not taken"


def test_another_form_of_the_request_is_told_from_another_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drift_after(monkeypatch, ask=Ask(first="answer", later="update", temperature=0.3))
    assert (found.seat, found.turn, found.round) == ("ada", 0, 0)
    assert found.difference == "its model, sampling or form of reply is another than on record; the prompt is the same"


def test_where_only_the_decision_differs_no_turn_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drift_after(monkeypatch, decide=decide.unanimity())
    assert (found.seat, found.turn, found.round) == (None, None, None)
    assert found.difference.startswith("all turns are equal, but its ")


def test_a_debate_in_a_seat_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Debate([Agent("x", "sim/debater"), Agent("y", "sim/debater?family=b")], protocol=mine)
    agents = [Agent("ada", "sim/debater"), Agent("team", team)]
    run = Debate(agents, protocol="society", rounds=2, seed=3).run_many([ASKED], progress=False)
    monkeypatch.setattr(Manner, "view", View(own="none"))
    found = run.replay().drifts[0]
    assert (found.seat, found.turn, found.round) == ("team/0.0/x", 1, 0)


def test_a_reply_that_was_changed_in_the_record_is_noticed(tmp_path: Path, talker: Callable[..., Any]) -> None:
    store = tmp_path / "s.sqlite"
    agents = [Agent(name, talker(name)) for name in ("ada", "bo")]
    run = Debate(agents, protocol="society", rounds=2, seed=3).run_many([ASKED], store=store, name="r", progress=False)
    turn = next(run.results()).turns[0]
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute(f"UPDATE part SET body = 'Final answer: 7' WHERE body = '{turn.text}'")
    connection.close()
    found = run.replay().drifts[0]
    assert (found.seat, found.turn, found.round) == ("ada", 0, 0)
    assert found.difference == "its answer was '408', and is '7'"
