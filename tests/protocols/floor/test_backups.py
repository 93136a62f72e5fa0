"""A judge and those who take over from it: where it cannot be read, where it is lost, and what that takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Completion, Debate, Question, Request, Result, Turn
from moot.errors import SeatingError
from moot.runs.ahead.plan import Range
from moot.testing import Script

QUESTION = Question("Which is it?", options=["red", "green", "blue"])
SAID = ("Final answer: A", "Final answer: B", "Final answer: B")
LOST = Completion(kind="auth", detail="no such key")
MUTTERS = "Hard to say."
RED = "It is red. Final answer: A"


def held(*judges: str | Completion, **given: Any) -> Result:
    """A vote of three, for green by two to one, before judges who always say the same."""
    agents = [Agent(f"a{place}", Script([words])) for place, words in enumerate(SAID, 1)]
    bench = [Script.by(_always(says)) for says in judges]
    return Debate(agents, protocol="vote", judge=bench, seed=1, **given).run(QUESTION, runtime="local")


def _always(line: str | Completion) -> Callable[[Request], str | Completion]:
    return lambda _: line


def ruled(result: Result) -> list[tuple[str, str, int]]:
    """Every turn of a judge, how it ended, and in how many calls."""
    return [(turn.seat, turn.status, turn.usage.calls) for turn in result.turns if turn.round is None]


def test_the_backup_of_a_judge_that_can_be_read_is_not_asked() -> None:
    result = held(RED, MUTTERS)
    assert (result.answer, result.status, ruled(result)) == ("red", "decided", [("judge", "ok", 1)])


@pytest.mark.parametrize(("reasks", "calls"), [(0, 1), (1, 2), (3, 4)])
def test_a_judge_that_cannot_be_read_is_asked_again_and_then_its_backup_decides(reasks: int, calls: int) -> None:
    result = held(MUTTERS, RED, policy={"reasks": reasks})
    assert ruled(result) == [("judge", "unparsed", calls), ("judge-2", "ok", 1)]
    assert (result.answer, result.status, result.usage.calls) == ("red", "degraded", 3 + calls + 1)
    assert result.outcome.rationale == RED


def test_where_no_judge_can_be_read_nothing_is_decided_and_the_first_vote_stands_beside() -> None:
    result = held(MUTTERS, MUTTERS, MUTTERS)
    assert ruled(result) == [(seat, "unparsed", 2) for seat in ("judge", "judge-2", "judge-3")]
    assert (result.status, result.answer) == ("undecided", None)
    assert result.outcome.fallback is not None
    assert (result.outcome.fallback.answer, result.outcome.fallback.label) == ("green", "first vote")


@pytest.mark.parametrize(
    ("judges", "status", "answer"),
    [
        ((LOST, RED), "degraded", "red"),
        ((LOST, MUTTERS), "undecided", None),
        ((MUTTERS, LOST), "undecided", None),
        ((LOST, LOST), "failed", None),
        ((Completion(kind="refused", text="I would rather not."), RED), "degraded", "red"),
    ],
)
def test_a_lost_judge_is_followed_too_and_only_where_all_are_lost_the_debate_fails(
    judges: tuple[str | Completion, ...], status: str, answer: str | None
) -> None:
    result = held(*judges)
    assert (result.status, result.answer) == (status, answer)


def test_a_moderator_is_followed_as_a_judge_is() -> None:
    ruling = '{"decided": "yes", "preference": "yes", "side": "negative", "reason": "So.", "answer": "C"}'
    agents = [Agent(name, Script.by(_always(f"Final answer: {said}"))) for name, said in (("a1", "A"), ("a2", "C"))]
    bench = [Script.by(_always(LOST)), Script.by(_always(ruling))]
    result = Debate(agents, protocol="mad_liang", judge=bench, seed=1).run(QUESTION, runtime="local")
    assert (result.answer, [turn.seat for turn in result.turns][-2:]) == ("blue", ["judge", "judge-2"])


def test_a_plan_counts_backups_at_its_highest_only() -> None:
    debate = Debate(["sim/debater"] * 3, protocol="vote", judge=["sim/debater"] * 3, seed=1)
    plan = debate.plan(QUESTION)
    assert plan.calls == Range(3 + 1, 3 + 3)
    assert {name: plan.agents[name].calls for name in ("judge", "judge-2", "judge-3")} == {
        "judge": Range(1, 1),
        "judge-2": Range(0, 1),
        "judge-3": Range(0, 1),
    }


def test_a_cap_holds_before_the_backup_is_asked() -> None:
    result = held(MUTTERS, RED, policy={"reasks": 0}, budget={"calls": 4})
    assert (ruled(result), result.capped) == ([("judge", "unparsed", 1)], True)


def test_a_ruling_by_a_backup_is_in_the_store_and_costs_nothing_again(tmp_path: Path) -> None:
    debate = Debate(
        ["sim/debater", "sim/debater?family=b"],
        protocol="vote",
        judge=["sim/debater?fail=1", "sim/debater?family=c"],
        policy={"retries": 0},
        seed=1,
    )
    path = tmp_path / "runs.sqlite"
    first = debate.run(QUESTION, store=path, name="backed", runtime="local")
    assert [turn.seat for turn in first.turns if turn.round is None] == ["judge", "judge-2"]
    again = debate.run(QUESTION, store=path, name="backed", runtime="local")
    assert (again.digest, again.answer) == (first.digest, first.answer)
    known: list[Turn] = [turn for turn in again.turns if turn.seat == "judge-2"]
    assert known[0].usage.cached_calls == 1


def test_judges_are_written_and_read_in_order(tmp_path: Path) -> None:
    one = Debate(["sim/debater"] * 2, judge=["sim/debater", Agent("cy", "sim/debater?family=b")], seed=1)
    one.save(tmp_path / "debate.yaml")
    assert Debate.load(tmp_path / "debate.yaml").spec() == one.spec()
    file = tmp_path / "short.yaml"
    file.write_text(
        "agents: [sim/debater, sim/debater]\njudge: [sim/debater, sim/debater?family=b]\n", encoding="utf-8"
    )
    assert [seat.agent.model for seat in Debate.load(file).judges] == ["sim/debater", "sim/debater?family=b"]


def test_no_debater_is_called_as_a_judge_is() -> None:
    with pytest.raises(SeatingError, match="'judge-2'"):
        Debate([Agent("judge-2", "sim/debater")], judge=["sim/debater", "sim/debater"])
