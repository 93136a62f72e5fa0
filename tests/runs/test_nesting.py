"""A debate in a seat of another: as a debater, as a judge; with one journal, one purse and one record."""

from pathlib import Path

import pytest

from moot import Agent, Budget, Completion, Debate, Message, Question, Request, Result, open_run, sim
from moot.errors import SpecError
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
PANEL = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]


def outer(*, judge: bool = False, budget: Budget | None = None, inner_budget: Budget | None = None) -> Debate:
    team = Debate(PANEL, protocol="society", rounds=2, budget=inner_budget)
    agents = [Agent("ada", "sim/debater"), Agent("team", team), Agent("bo", "sim/debater?family=b")]
    chair = Debate(PANEL, protocol="vote") if judge else None
    return Debate(agents, protocol="society", rounds=2, judge=chair, seed=5, budget=budget)


def test_a_debate_debates_in_a_seat_and_its_calls_are_on_the_books() -> None:
    result = outer().run(QUESTION, runtime="local")
    seated = [turn for turn in result.turns if turn.seat == "team"]
    assert result.status == "decided"
    assert [(len(turn.inner), turn.usage.calls, turn.attempts) for turn in seated] == [(6, 6, 6), (6, 6, 6)]
    assert result.usage.calls == 4 + 2 * 6
    assert seated[1].heard == ("0:ada", "0:bo")
    assert seated[0].vote in {turn.vote for turn in seated[0].inner}
    assert seated[0].simulated


def test_a_debate_judges() -> None:
    result = outer(judge=True).run(QUESTION, runtime="local")
    verdict = result.turns[-1]
    assert (verdict.seat, len(verdict.inner), result.outcome.rule) == ("judge", 3, "judge")
    assert result.answer == verdict.vote


def test_a_debate_proposes_and_a_debate_aggregates() -> None:
    team, chair = Debate(PANEL, protocol="du", rounds=2), Debate(PANEL, protocol="self_consistency?samples=2")
    agents = [Agent("ada", "sim/debater"), Agent("team", team)]
    result = Debate(agents, protocol="moa?rounds=2", judge=chair, seed=2).run(QUESTION, runtime="local")
    assert [(turn.seat, len(turn.inner)) for turn in result.turns] == [
        ("ada", 0), ("team", 6), ("ada", 0), ("team", 6), ("judge", 6),
    ]  # fmt: skip
    assert result.turns[-1].heard == ("1:ada", "1:team")
    assert result.usage.calls == 2 + 2 * 6 + 6
    assert result.answer == result.turns[-1].vote


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_debate_completes_a_request_as_a_model_does() -> None:
    request = Request(key="k", model="team", messages=(Message(role="user", content="Which is the larger, 2 or 3?"),))
    agreed = Debate([Agent(name, Script(["Three it is.\nFinal answer: 3"])) for name in "xy"], protocol="vote")
    said = await agreed.complete(request)
    assert (said.kind, said.text) == ("ok", "Three it is.\nFinal answer: 3\n\nFinal answer: 3")
    split = Debate([Agent(name, Script([f"Final answer: {name}"])) for name in "xy"], protocol="vote")
    assert (await split.complete(request)).kind == "refused"
    mute = Debate([Agent("x", Script([Completion(kind="auth")]))], protocol="vote")
    assert (await mute.complete(request)).kind == "outage"


def test_what_was_said_outside_is_told_inside() -> None:
    inner = [Script(["Final answer: 1"] * 2), Script(["Final answer: 1"] * 2)]
    team = Debate([Agent("x", inner[0]), Agent("y", inner[1])], protocol="vote")
    agents = [Agent("ada", Script(["It is plainly 408. Final answer: 408"] * 2)), Agent("team", team)]
    Debate(agents, protocol="society", rounds=2, seed=1).run(QUESTION, runtime="local")
    first, second = (request.messages[-1].content for request in inner[0].requests)
    assert "plainly" not in first
    assert "plainly 408" in second
    assert '<message author="ada"' not in second  # inside it is context, and no message of a peer's


def test_equal_seeds_give_equal_debates_and_others_differ() -> None:
    assert outer().run(QUESTION, runtime="local").digest == outer().run(QUESTION, runtime="local").digest


def test_caps_of_both_hold() -> None:
    assert outer(budget=Budget(calls=7)).run(QUESTION, runtime="local").usage.calls <= 7
    result = outer(inner_budget=Budget(calls=3)).run(QUESTION, runtime="local")
    assert all(len(turn.inner) <= 3 for turn in result.turns)


def test_a_stored_nested_debate_is_told_again_whole_and_not_paid_again(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    questions = sim.questions()[:3]
    run = outer(judge=True).run_many(questions, runtime="local", store=store, name="x")
    alone = outer(judge=True).run(questions[0], runtime="local")
    stored = next(run.results())
    assert stored.digest == alone.digest
    assert [inner.text for turn in stored.turns for inner in turn.inner] == [
        inner.text for turn in alone.turns for inner in turn.inner
    ]
    before = run.usage.calls
    assert open_run(store).resume(runtime="local").usage.calls == before
    assert Result.from_json(stored.to_json()) == stored


def test_a_spec_with_a_debate_in_a_seat_reads_back() -> None:
    spec = outer(judge=True).spec()
    assert Debate.from_spec(spec).spec() == spec
    assert (
        Debate.from_spec(spec).run(QUESTION, runtime="local").digest
        == outer(judge=True).run(QUESTION, runtime="local").digest
    )


def test_an_undecided_panel_is_a_seat_that_declines() -> None:
    split = Debate([Agent("x", Script(["Final answer: 1"])), Agent("y", Script(["Final answer: 2"]))], protocol="vote")
    agents = [Agent("team", split), *(Agent(name, Script(["Final answer: 3"])) for name in ("ada", "bo"))]
    result = Debate(agents, protocol="vote", policy={"reasks": 0}).run(QUESTION, runtime="local")
    assert (result.turns[0].status, result.status, result.answer) == ("refused", "degraded", "3")


def test_a_debate_is_no_fallback() -> None:
    with pytest.raises(SpecError, match="cannot be a fallback"):
        Debate([Agent("a", "sim/debater", fallback=Debate(PANEL))])


def test_a_plan_counts_what_is_inside() -> None:
    assert outer(judge=True).plan(QUESTION).calls.low == outer(judge=True).run(QUESTION, runtime="local").usage.calls
