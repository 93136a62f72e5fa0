"""A judge by itself, without and with the document: what it is shown, asked and refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from moot import Agent, Debate, Question, Result, Turn
from moot.errors import SpecError
from moot.testing import Script

DOCUMENT = "Ann drank her tea at four."
QUESTION = Question("What did Ann drink?", options=["tea", "milk"], context=DOCUMENT, gold="tea", id="ann")
BARE = QUESTION.model_copy(update={"context": None})
COUNTS = {
    "khan_naive": (2, False), "khan_naive?swap=false": (1, False),
    "khan_expert": (2, True), "khan_expert?swap=false": (1, True),
    "kenton_qa": (1, False), "kenton_qa?swap=true": (2, False),
    "kenton_qa?document=true": (1, True), "kenton_qa?document=true&swap=true": (2, True),
}  # fmt: skip


def held(protocol: str, seed: int = 1, seats: int = 2, question: Question = QUESTION) -> Result:
    """A debate whose debaters would fail if they were asked."""
    agents = [Agent(name, Script([])) for name in ("ada", "bo", "cy")[:seats]]
    judge = Agent("jo", Script.by(lambda _: "Final answer: tea\nConfidence: 80%"))
    return Debate(agents, protocol=protocol, judge=judge, seed=seed).run(question, runtime="local")


def listed(turn: Turn) -> list[str]:
    return re.findall(r"^[A-Z]\. (.*)$", turn.prompt[-1].content, re.MULTILINE)


@pytest.mark.parametrize("protocol", COUNTS)
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_the_judge_alone_is_asked_and_reads_the_document_where_it_may(protocol: str, seats: int) -> None:
    result, (calls, document) = held(protocol, seats=seats), COUNTS[protocol]
    assert [(turn.seat, turn.heard, turn.round) for turn in result.turns] == [("judge", (), None)] * calls
    assert all((DOCUMENT in turn.prompt[-1].content) == document for turn in result.turns)
    assert (result.answer, result.status, result.rounds) == ("tea", "decided", 0)
    assert result.stopped_by == "judge: ruled alone"
    assert result.outcome.support == pytest.approx({"tea": 0.8, "milk": 0.2})
    plan = Debate(["sim/debater"] * seats, protocol=protocol, judge="sim/debater").plan(QUESTION)
    assert plan.calls == (calls, calls) == (result.usage.calls,) * 2


@pytest.mark.parametrize("protocol", ["khan_naive", "khan_expert", "kenton_qa?swap=true"])
def test_the_second_time_the_options_are_the_other_way_round(protocol: str) -> None:
    one, other = held(protocol).turns
    assert listed(one) == listed(other)[::-1]


def test_the_order_of_answers_is_that_of_the_debate_under_the_same_seed() -> None:
    def first(protocol: str, seed: int) -> str:
        agents = [Agent(name, Script.by(lambda _: '{"thinking": "", "argument": "so"}')) for name in ("ada", "bo")]
        judge = Agent("jo", Script.by(lambda _: "Final answer: tea"))
        turns = Debate(agents, protocol=protocol, judge=judge, seed=seed).run(QUESTION, runtime="local").turns
        return listed(next(turn for turn in turns if turn.seat == "judge"))[0]

    orders = [[first(protocol, seed) for seed in range(12)] for protocol in ("khan_sim", "khan_naive", "khan_expert")]
    assert orders[0] == orders[1] == orders[2]
    assert set(orders[0]) == {"tea", "milk"}


@pytest.mark.parametrize("protocol", ["khan_expert", "kenton_qa?document=true"])
def test_without_a_document_there_is_nothing_to_be_an_expert_of(protocol: str) -> None:
    with pytest.raises(SpecError, match=r"'What did Ann drink\?' has none: give the question its context"):
        held(protocol, question=BARE)
    assert held("kenton_qa", question=BARE).answer == "tea"


@pytest.mark.parametrize("protocol", ["khan_naive", "khan_expert", "kenton_qa"])
def test_two_answers_are_needed(protocol: str) -> None:
    with pytest.raises(SpecError, match="two answers to defend"):
        held(protocol, question=Question("How far?", context=DOCUMENT))


@pytest.mark.parametrize("protocol", ["khan_naive", "khan_expert", "kenton_qa?document=true"])
def test_simulated_judges_rule_the_same_again(protocol: str, simulated: Callable[..., Any]) -> None:
    assert simulated(protocol, QUESTION, "ada bo", judge=True).simulated
