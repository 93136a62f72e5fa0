"""Angel and devil before a moderator, and debates of those whom a question has divided."""

from collections.abc import Callable
from typing import Any

import pytest

from moot import Debate, Question, Request, protocols
from moot.errors import SpecError

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
UNDECIDED = '{"decided": "no", "supported": "neither", "reason": "open", "answer": ""}'
DECIDED = '{"decided": "yes", "supported": "negative", "reason": "it is a sum", "answer": "2"}'
ONE, TWO, THREE = (f"Final answer: {number}" for number in (1, 2, 3))
Hold = Callable[..., Any]


def moderating(ruling: str) -> Callable[[Request], str]:
    """A judge that rules this as moderator, and else chooses the first side's answer."""
    return lambda request: ruling if "<reply_format>" in request.messages[-1].content else ONE


def test_angel_and_devil_hear_each_others_latest_words_and_the_moderator_both(hold: Hold) -> None:
    held = hold("multi_persona?rounds=2", QUESTION, {"ada": ONE, "bo": TWO}, moderating(UNDECIDED))
    assert held.heard == {
        "0:ada": set(), "1:bo": {"0:ada"}, "2:judge": {"0:ada", "1:bo"},
        "3:ada": {"1:bo"}, "4:bo": {"3:ada"}, "5:judge": {"3:ada", "4:bo"},
        "6:judge": {"3:ada", "4:bo"}, "7:judge": set(),
    }  # fmt: skip
    assert (held.result.answer, held.result.outcome.rule) == ("1", "multi_persona")


@pytest.mark.parametrize("rounds", [1, 2, 4])
def test_an_undecided_debate_of_angel_and_devil_takes_three_calls_a_round_and_two(hold: Hold, rounds: int) -> None:
    held = hold(f"multi_persona?rounds={rounds}", QUESTION, {"ada": ONE, "bo": TWO}, moderating(UNDECIDED))
    assert (held.result.usage.calls, held.result.rounds) == (3 * rounds + 2, rounds)


def test_the_moderator_ends_the_debate_of_angel_and_devil_with_an_answer(hold: Hold) -> None:
    result = hold("multi_persona", QUESTION, {"ada": ONE, "bo": TWO}, moderating(DECIDED)).result
    assert (result.answer, result.usage.calls, result.outcome.rationale) == ("2", 3, "it is a sum")
    assert result.stopped_by == "moderator: one side has made its case"


@pytest.mark.parametrize("agreement", [0, 9])
def test_only_the_devil_is_told_how_far_to_agree(hold: Hold, agreement: int) -> None:
    protocol = f"multi_persona?rounds=1&agreement={agreement}"
    result = hold(protocol, QUESTION, {"ada": ONE, "bo": TWO}, moderating(UNDECIDED)).result
    angel, devil, *_ = (turn.prompt[-1].content for turn in result.turns)
    assert f"set for you: {agreement}," in devil
    assert "scale" not in angel


def test_the_dial_goes_to_ten() -> None:
    with pytest.raises(SpecError, match="agreement"):
        protocols.multi_persona(agreement=11)


def test_those_who_agree_at_once_do_not_debate(hold: Hold) -> None:
    result = hold("ford", QUESTION, {"ada": ONE, "bo": "Final answer: 1.0"}).result
    assert (result.answer, result.usage.calls, result.rounds) == ("1", 2, 1)
    assert result.stopped_by == "agreement: all say the same"


def test_those_who_disagree_speak_in_turn_with_the_whole_debate_before_them(hold: Hold) -> None:
    held = hold("ford?rounds=3", QUESTION, {"ada": ONE, "bo": TWO})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(),
        "1:ada": {"0:bo"}, "2:bo": {"0:ada", "1:ada"},
        "3:ada": {"2:bo"}, "4:bo": {"3:ada"},
    }  # fmt: skip
    assert [message.role for message in held.result.turns[-1].prompt].count("assistant") == 2
    assert held.result.usage.calls == 6


def test_a_roundtable_of_three_hears_each_turn_once(hold: Hold) -> None:
    held = hold("ford?rounds=3", QUESTION, {"ada": ONE, "bo": TWO, "cy": THREE})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "2:bo": {"0:ada", "0:cy", "1:ada"}, "3:cy": {"0:ada", "0:bo", "1:ada", "2:bo"},
        "4:ada": {"2:bo", "3:cy"}, "5:bo": {"3:cy", "4:ada"}, "6:cy": {"4:ada", "5:bo"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ada", "bo", "answer", "calls"),
    [
        ([ONE, TWO], [TWO], "2", 3),  # the proponent gives in at its first turn
        ([ONE, ONE], [TWO, ONE], "1", 4),
        ([ONE] * 4, [TWO] * 4, "1", 8),  # nobody gives in: the first of equals
        ([ONE, THREE, ONE, TWO], [TWO, TWO, TWO], "2", 7),
        ([ONE, ONE, ONE, ONE], ["none", "", TWO, TWO, TWO], "1", 9),  # asked again once, an abstainer does not agree
    ],
)
def test_the_answer_given_most_often_in_the_whole_debate_wins(
    hold: Hold, ada: list[str], bo: list[str], answer: str, calls: int
) -> None:
    result = hold("ford", QUESTION, {"ada": ada, "bo": bo}).result
    assert (result.answer, result.usage.calls, result.outcome.rule) == (answer, calls, "history")


def test_a_summariser_reads_the_whole_debate(hold: Hold) -> None:
    held = hold("ford?rounds=2&conclusion=summariser", QUESTION, {"ada": ONE, "bo": TWO}, "It is 2. Final answer: 2")
    assert held.heard["3:judge"] == {"0:ada", "0:bo", "1:ada", "2:bo"}
    assert (held.result.answer, held.result.outcome.rationale) == ("2", "It is 2. Final answer: 2")


def test_a_summariser_must_be_seated() -> None:
    with pytest.raises(SpecError, match="give judge="):
        Debate(["sim/debater"] * 2, protocol="ford?conclusion=summariser")


def test_it_matters_who_speaks_first(hold: Hold) -> None:
    def yielding(own: str, other: str) -> Callable[[Request], str]:
        return lambda request: other if "<message" in request.messages[-1].content else own

    for names in ("ada bo", "bo ada"):
        first, second = names.split()
        says = {first: yielding(ONE, TWO), second: yielding(TWO, ONE)}
        assert hold("ford", QUESTION, says).result.answer == "2"  # whoever is second is agreed with


def test_angel_and_devil_are_not_exchangeable(hold: Hold) -> None:
    orders = ({"ada": ONE, "bo": TWO}, {"bo": TWO, "ada": ONE})
    first = [hold("multi_persona", QUESTION, seats, moderating(DECIDED)).result.turns[0].seat for seats in orders]
    assert first == ["ada", "bo"]


@pytest.mark.parametrize("protocol", ["multi_persona", "ford"])
def test_simulated_models_debate(simulated: Callable[..., Any], protocol: str) -> None:
    question = Question("Is 9.11 larger than 9.9?", kind="bool")
    result = simulated(protocol, question, "ada bo", judge=protocol == "multi_persona")
    assert result.status in {"decided", "undecided"}
    assert not [turn.id for turn in result.turns if turn.status != "ok"]
