"""What is checked before the first call, made good when something begins, and closed at the end."""

import gc
import io
import sys
import warnings
from collections.abc import Callable
from time import perf_counter

import pytest

import moot
from moot import Agent, Budget, Debate, Human, Question
from moot.errors import PriceError, SpecError
from moot.testing import Fault, Stub
from moot.testing.steps import Steps

QUESTION = Question("Is it so?", kind="bool")
Panel = Callable[[int, Steps], list[Agent]]


def seated(stub: Stub, **given: object) -> Agent:
    fields = {"name": "odd", "llm": "openai/well", "api_base": stub.api_base, **given}
    return Agent(**fields)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (whatever a user gives)


@pytest.mark.parametrize("place", ["debater", "judge"])
def test_extras_that_would_move_a_call_are_refused(stub: Stub, panel: Panel, place: str) -> None:
    odd = seated(stub, extra={"api_base": "http://elsewhere.example"})
    with pytest.raises(SpecError, match="extra may not hold 'api_base'"):
        Debate([*panel(0, ""), odd]) if place == "debater" else Debate(panel(0, ""), judge=odd)


def test_a_person_without_a_terminal_is_refused_before_anybody_is_asked(
    stub: Stub, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    debate = Debate([*panel(0, ""), Human("ann")], protocol="vote")
    with pytest.raises(SpecError, match="answers at the terminal or in the page, and there is neither"):
        debate.run(QUESTION, runtime="local")
    assert stub.log == ()


def test_what_keeps_several_from_being_hosted_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(SpecError, match="answers at the terminal"):
        Debate([Human("ann"), Human("ben"), Human("cas")], protocol="vote").run(QUESTION, runtime="local")


def test_a_cap_needs_calls_whose_worst_is_known(stub: Stub) -> None:
    endless, priced = seated(stub), seated(stub, price=(1.0, 2.0))
    with pytest.raises(PriceError):
        Debate([endless], budget=0.1)
    with pytest.raises(SpecError, match="a money cap needs max_tokens for 'openai/well'"):
        Debate([priced], budget=0.1)
    with pytest.raises(SpecError, match="a token cap needs max_tokens for 'openai/well'"):
        Debate([endless], budget=Budget(tokens=1000))
    with pytest.raises(SpecError, match="a token cap needs max_tokens for 'openai/well'"):
        Debate([seated(stub, max_tokens=10)], judge=seated(stub), budget=Budget(tokens=1000))
    with pytest.raises(PriceError):
        Debate([endless]).run_many(["Is it so?"], budget=0.1, runtime="local")
    assert stub.log == ()


@pytest.mark.parametrize("kind", ["quota", "500"])
def test_a_debate_that_begins_tries_models_again_that_had_been_given_up(stub: Stub, kind: str) -> None:
    agents = [Agent(f"a{place}", "openai/m", api_base=stub.api_base) for place in range(6)]
    debate = Debate(agents, protocol="vote", policy={"retries": 0})
    stub.script("m", Fault(kind))
    assert debate.run(QUESTION, runtime="local").status == "failed"
    stub.script("m", "Final answer: yes")
    assert debate.run(QUESTION, runtime="local").status == "decided"


@pytest.mark.parametrize("seats", [5, 20])
@pytest.mark.parametrize("seed", range(3))
def test_a_hiccup_that_hits_a_whole_round_costs_a_retry_and_not_the_debate(stub: Stub, seats: int, seed: int) -> None:
    agents = [Agent(f"a{place}", "openai/m+sleep-0.2", api_base=stub.api_base) for place in range(seats)]
    stub.script("m+sleep-0.2", lambda request: Fault("503") if request.number < seats else "Final answer: yes")
    result = Debate(agents, protocol="vote", seed=seed).run(QUESTION, runtime="local")
    assert (result.status, len(stub.log)) == ("decided", 2 * seats)
    assert {turn.attempts for turn in result.turns} == {2}


def test_a_dead_model_that_all_share_is_left_alone_and_soon_given_up(stub: Stub) -> None:
    agents = [Agent(f"a{place}", "openai/m", api_base=stub.api_base, price=(1.0, 4.0)) for place in range(20)]
    stub.script("m", Fault("503"))
    began = perf_counter()
    result = Debate(agents, protocol="vote", seed=1).run(QUESTION, runtime="local")
    assert result.status == "failed"
    assert perf_counter() - began < 15
    assert sum(turn.attempts for turn in result.turns) == len(stub.log) < 30
    assert result.usage.cost_usd == 0.0


def test_a_shutdown_closes_every_connection_on_the_loop_that_used_it(stub: Stub, panel: Panel) -> None:
    Debate(panel(1, "Final answer: yes"), protocol="vote").run(QUESTION, runtime="local")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        moot.shutdown()
        gc.collect()
    assert [str(warning.message) for warning in heard] == []
