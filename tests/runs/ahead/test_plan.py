"""Plans: what a debate would take, found without a call."""

from typing import Any

import pytest

from moot import Agent, Debate, Question, sim
from moot.errors import CredentialError
from moot.runs.ahead.plan import Range
from moot.testing import Script

NUMBER = Question("What is 17 * 24?", kind="number", gold="408")
CHOICE = Question("Tea, coffee or water?", options=["tea", "coffee", "water"])
TEXT = Question("Why do leaves fall?")
PANEL = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]
PRICED = [Agent(f"a{place}", "sim/debater", max_tokens=100) for place in range(3)]


@pytest.mark.parametrize("question", [NUMBER, CHOICE, TEXT])
@pytest.mark.parametrize(
    ("debate", "low", "high"),
    [
        ({"protocol": "vote"}, 3, 3),
        ({"protocol": "self_consistency?samples=4"}, 12, 12),
        ({"protocol": "society?rounds=4"}, 12, 12),
        ({"protocol": "society?rounds=4", "stop": "unanimous"}, 3, 12),
        ({"protocol": "du?rounds=3", "judge": "sim/debater"}, 10, 10),
        ({"protocol": "society?rounds=4", "judge": "sim/debater", "stop": "judged"}, 5, 16),
        ({"protocol": "sequential?rounds=2", "stop": "stable"}, 6, 6),
    ],
)
def test_calls_lie_between_agreeing_at_once_and_never(
    question: Question, debate: dict[str, Any], low: int, high: int
) -> None:
    plan = Debate(PANEL, seed=1, **debate).plan(question)
    assert plan.calls == Range(low, high)


def test_a_moderated_debate_may_end_after_a_round_or_go_on_to_the_judge() -> None:
    debate = Debate(PANEL[:2], protocol="mad_liang?rounds=3", judge="sim/debater", seed=1)
    assert debate.plan(CHOICE).calls == Range(1 + 3, 1 + 9 + 2)


@pytest.mark.parametrize(
    ("protocol", "question", "high"),
    [
        ("ford?rounds=4", CHOICE, 8),
        ("ford?rounds=4", Question("Is it so?", kind="bool"), 8),
        ("delphi?rounds=3", NUMBER, 6),
        ("delphi?rounds=3", Question("How good is it?", kind="score"), 6),
    ],
)
def test_those_who_speak_in_turn_or_estimate_may_never_agree(protocol: str, question: Question, high: int) -> None:
    assert Debate(PANEL[:2], protocol=protocol, seed=1).plan(question).calls == Range(2, high)


def test_a_margin_is_rehearsed_as_it_is_asked_for() -> None:
    motion = Question("Should cities ban cars?", kind="bool")
    assert Debate(PANEL, protocol="pro_con_league", seed=1).plan(motion).calls == Range(22, 22)


@pytest.mark.parametrize("protocol", ["vote", "society?rounds=3", "du?rounds=3", "sequential?rounds=2"])
def test_what_simulated_models_then_take_lies_within(protocol: str) -> None:
    questions = sim.questions()[:10]
    debate = Debate(PANEL, protocol=protocol, stop="unanimous", seed=1)
    plan, usage = debate.plan(questions), debate.run_many(questions, runtime="local").usage
    assert plan.calls.low <= usage.calls <= plan.calls.high


def test_costs_follow_from_the_given_price() -> None:
    agents = [
        Agent(name, "openai/other", price=(2.0, 10.0), max_tokens=100, api_base="http://127.0.0.1:1") for name in "ab"
    ]
    plan = Debate(agents, protocol="vote").plan(NUMBER)
    prompt, reply = plan.prompt_tokens, plan.completion_tokens
    assert reply == Range(100, 200)
    assert plan.cost_usd == pytest.approx(
        (prompt.low * 2e-6 + reply.low * 1e-5, prompt.high * 2e-6 + reply.high * 1e-5)
    )


def test_an_unknown_price_is_said_and_simulated_models_are_free() -> None:
    unknown = Agent("a", "openai/other", api_base="http://127.0.0.1:1")
    assert Debate([unknown], protocol="vote").plan(NUMBER).cost_usd is None
    assert "cost unknown" in str(Debate([unknown], protocol="vote").plan(NUMBER))
    assert Debate(PANEL, protocol="vote").plan(NUMBER).cost_usd == Range(0, 0)


def test_a_plan_of_many_is_the_sum_and_says_who_takes_what() -> None:
    debate = Debate(PANEL, protocol="self_consistency?samples=2", judge="sim/debater", decide="judge", seed=1)
    plan = debate.plan([NUMBER, CHOICE], trials=3)
    assert (plan.debates, plan.calls) == (6, Range(6 * 7, 6 * 7))
    assert {name: part.calls.low for name, part in plan.agents.items()} == {"a1": 12, "a2": 12, "a3": 12, "judge": 6}


def test_a_plan_calls_nobody() -> None:
    silent = Script.by(lambda _: pytest.fail("a plan called"))
    assert Debate([Agent("a", silent)], protocol="vote").plan(NUMBER).calls == Range(1, 1)


def test_a_plan_needs_no_key_and_a_debate_says_which_before_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    debate = Debate(["openai/gpt-5-mini"], protocol="vote")
    assert debate.plan(NUMBER).calls == Range(1, 1)
    with pytest.raises(CredentialError, match="OPENAI_API_KEY"):
        debate.run(NUMBER, runtime="local")
    with pytest.raises(CredentialError, match="OPENAI_API_KEY"):
        debate.run_many([NUMBER], runtime="local")


def test_a_simulated_failure_costs_nothing() -> None:
    result = Debate([*PANEL, "sim/debater?fail=1"], protocol="vote", seed=1).run(NUMBER, runtime="local")
    assert (result.turns[-1].status, result.usage.cost_usd) == ("failed", 0.0)


def test_a_plan_says_what_a_money_cap_has_to_allow_and_that_is_enough() -> None:
    agents = [
        Agent(name, "openai/other", price=(2.0, 10.0), max_tokens=100, api_base="http://127.0.0.1:1") for name in "ab"
    ]
    aside = Debate(agents, protocol="vote").plan(NUMBER).aside_usd
    assert 2 * 100 * 1e-5 < aside < 0.02
    capped = Debate(agents, protocol="vote", budget=aside * 0.99).run(NUMBER, runtime="local")
    assert (capped.capped, capped.turns, capped.outcome.rule) == (True, (), "")
    assert "max_tokens" in capped.stopped_by
    begun = Debate(agents, protocol="vote", budget=aside, policy={"retries": 0}).run(NUMBER, runtime="local")
    assert len(begun.turns) == 2
