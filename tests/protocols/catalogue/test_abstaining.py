"""Answers that are withheld: who reads what, what it takes, and what is measured of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols.catalogue.abstaining import proposals_of
from moot.protocols.rating import abstention
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
CHOICE = Question("Which is larger?", options=["9.11", "9.9", "9.1"], gold="9.9")


def speaking(
    proposal: str, again: str | None = None, verdict: str = "true\nConfidence: 80%"
) -> Callable[[Request], str]:
    """Proposes, recalls, reviews, challenges, answers again and rules, as it is asked."""

    def says(request: Request) -> str:
        prompt = request.messages[-1].content
        for key in ("review", "knowledge", "paragraph"):
            if f'"{key}":' in prompt:
                return json.dumps({key: f"my {key}"})
        if "true or false." in prompt:
            return f"Final answer: {verdict}"
        return (
            f"Final answer: {again or proposal}"
            if "my paragraph" in str(request.messages)
            else f"Final answer: {proposal}"
        )

    return says


def held(
    protocol: str, seats: Mapping[str, Callable[[Request], str]], question: Question = QUESTION, **given: Any
) -> Result:
    agents = [Agent(name, Script.by(says)) for name, says in seats.items()]
    return Debate(agents, protocol=protocol, seed=1, **given).run(question, runtime="local")


def heard(result: Result) -> dict[str, set[str]]:
    return {turn.id: set(turn.heard) for turn in result.turns}


def test_the_others_review_and_the_proposer_sits_in_the_chair() -> None:
    result = held("abstain_cooperate", {"ada": speaking("408"), "bo": speaking("1"), "cy": speaking("2")})
    assert heard(result) == {
        "0:ada": set(),
        "1:bo": {"0:ada"}, "1:cy": {"0:ada"},
        "2:ada": {"1:bo", "1:cy"},
    }  # fmt: skip
    assert (result.answer, result.usage.calls, result.outcome.support) == ("408", 3 + 1, {"408": 0.8})
    assert result.turns[-1].prompt[-1].content.count("<message") == 3  # two reviews, and its own proposal


def test_an_agent_that_is_alone_reviews_in_three_respects() -> None:
    result = held("abstain_cooperate", {"ada": speaking("408")})
    roles = ["debater", *["specialist", "reviewer"] * 3, "chair"]
    assert [turn.role for turn in result.turns] == roles
    assert result.usage.calls == 8
    assert all(turn.heard == () for turn in result.turns)
    assert "my knowledge" in result.turns[2].prompt[-1].content
    assert "my knowledge" not in result.turns[-1].prompt[-1].content


@pytest.mark.parametrize(("names", "sampled"), [("ada", [0.2, *[1.0] * 6, 0.2]), ("ada bo", [0.2, 1.0, 0.2])])
def test_reviews_have_a_temperature_of_their_own(names: str, sampled: list[float]) -> None:
    told = list[Request]()

    def says(request: Request) -> str:
        told.append(request)
        return speaking("408")(request)

    agents = [Agent(name, Script.by(says), temperature=0.2) for name in names.split()]
    Debate(agents, protocol="abstain_cooperate", seed=1).run(QUESTION, runtime="local")
    assert [request.temperature for request in told] == sampled


def test_a_judge_takes_the_chair() -> None:
    judge = Agent("jo", Script(["Final answer: false\nConfidence: 70%"]))
    result = held("abstain_cooperate", {"ada": speaking("1"), "bo": speaking("2")}, judge=judge)
    assert heard(result)["2:judge"] == {"0:ada", "1:bo"}
    assert (result.answer, result.status, result.stopped_by) == (None, "undecided", "withheld: 1")
    assert result.outcome.support == {"1": pytest.approx(0.3)}
    assert result.outcome.fallback is not None
    assert (result.outcome.fallback.answer, result.first_vote) == ("1", "1")


@pytest.mark.parametrize("verdict", ["false", "perhaps", "true, or false"])
def test_what_is_not_clearly_true_is_withheld(verdict: str) -> None:
    seats = {"ada": speaking("408", verdict=verdict), "bo": speaking("1")}
    assert held("abstain_cooperate", seats).answer is None


def test_challengers_write_for_other_answers_and_the_first_answers_beside_each() -> None:
    seats = {"ada": speaking("B"), "bo": speaking("A"), "cy": speaking("A")}
    result = held("abstain_compete", seats, CHOICE)
    assert heard(result) == {
        "0:ada": set(),
        "1:bo": {"0:ada"}, "1:cy": {"0:ada"},
        "2:ada": {"1:bo"}, "3:ada": {"1:cy"},
    }  # fmt: skip
    assert {turn.stance for turn in result.turns if turn.role == "challenger"} == {"9.11", "9.1"}
    assert (result.answer, result.usage.calls, result.outcome.support) == ("9.9", 2 * 3 - 1, {"9.9": 1.0})


def test_an_answer_that_a_paragraph_moves_is_withheld() -> None:
    result = held("abstain_compete", {"ada": speaking("408", again="7")})
    assert (result.answer, result.usage.calls, result.stopped_by) == (None, 3, "withheld: 408")
    assert result.outcome.rationale == "1 of 1 paragraphs moved the answer"
    assert [turn.stance for turn in result.turns] == [None] * 3  # no options, so the challenger chooses


def test_equal_answers_in_another_form_have_not_moved() -> None:
    assert held("abstain_compete", {"ada": speaking("408", again="408.0")}).answer == "408"


def test_an_answer_that_cannot_be_read_again_has_moved() -> None:
    assert held("abstain_compete", {"ada": speaking("408", again="hm")}).answer is None


def test_half_of_the_paragraphs_are_not_enough() -> None:
    def ada(request: Request) -> str:
        return "Final answer: 7" if "from bo" in request.messages[-1].content else "Final answer: 408"

    seats = {"ada": ada, **{name: _writer(name) for name in ("bo", "cy")}}
    result = held("abstain_compete", seats)
    assert (result.answer, result.outcome.support) == ("408", {"408": 0.5})


def _writer(name: str) -> Callable[[Request], str]:
    return lambda _: json.dumps({"paragraph": f"from {name}"})


def test_in_the_reference_code_the_first_agent_writes_every_paragraph() -> None:
    seats = {"ada": speaking("408"), "bo": speaking("1"), "cy": speaking("2")}
    result = held("abstain_compete?variant=reference", seats)
    assert {turn.seat for turn in result.turns} == {"ada"}
    assert result.usage.calls == 2 * 3 - 1


def test_nothing_is_reviewed_where_nothing_was_proposed() -> None:
    seats = {"ada": speaking("?"), "bo": speaking("1")}
    for protocol in ("abstain_cooperate", "abstain_compete"):
        result = held(protocol, seats)
        assert (result.answer, len(result.turns)) == (None, 1)


def test_results_are_measured_by_what_was_proposed() -> None:
    right = held("abstain_cooperate", {"ada": speaking("408"), "bo": speaking("1")})
    wrong = held("abstain_cooperate", {"ada": speaking("1"), "bo": speaking("1")})
    spared = held("abstain_cooperate", {"ada": speaking("1", verdict="false\nConfidence: 90%"), "bo": speaking("1")})
    nothing = held("abstain_cooperate", {"ada": speaking("?"), "bo": speaking("1")})
    proposals = proposals_of([right, wrong, spared, nothing, spared.model_copy(update={"question": Question("Why?")})])
    assert [(one.right, one.withheld) for one in proposals] == [(True, False), (False, False), (False, True)]
    assert [one.doubt for one in proposals] == pytest.approx([0.2, 0.2, 0.9])
    assert abstention(proposals).abstain_accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize("protocol", ["abstain_cooperate", "abstain_compete"])
@pytest.mark.parametrize("names", ["ada", "ada bo cy"])
def test_simulated_models_hold_the_same_debate_again(
    protocol: str, names: str, simulated: Callable[..., Result]
) -> None:
    result = simulated(protocol, CHOICE, names)
    assert result.status in {"decided", "undecided"}
    assert {turn.status for turn in result.turns} == {"ok"}
