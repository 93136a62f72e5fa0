"""Debates that differ by what seats are told: flaws first, a dial of agreement, tempers, ways of thinking."""

import re
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest

from moot import Question, Request, Result, protocols
from moot.errors import SpecError
from moot.protocols.catalogue.methods import METHODS

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
OPEN = Question("Which of these came first?", options=["the comb", "the spoon", "the wheel", "the sail"])
THREE = {"ada": "Final answer: 1", "bo": "Final answer: 2", "cy": "Final answer: 3"}
Hold = Callable[..., Any]

ALL = {
    "0:ada": set[str](), "0:bo": set[str](), "0:cy": set[str](),
    "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
}  # fmt: skip


def prompts(result: Result, number: int) -> list[str]:
    """What each seat was told in a round, without what was quoted."""
    return [turn.prompt[-1].content.rpartition("This is round")[2] for turn in result.transcript.round(number)]


def said(*answers: int) -> list[str]:
    return [f"Final answer: {answer}" for answer in answers]


@pytest.mark.parametrize("protocol", ["free_mad?rounds=2", "dmad?rounds=2", "machinesom?strategy=d"])
def test_all_at_once_read_the_round_before(hold: Hold, protocol: str) -> None:
    held = hold(protocol, QUESTION, THREE)
    assert held.heard == ALL
    assert held.result.usage.calls == 6


def test_one_after_another_hears_this_rounds_words_after_an_independent_first(hold: Hold) -> None:
    held = hold("som_gs?rounds=3", QUESTION, THREE)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "2:bo": {"1:ada", "0:cy"}, "3:cy": {"1:ada", "2:bo"},
        "4:ada": {"2:bo", "3:cy"}, "5:bo": {"4:ada", "3:cy"}, "6:cy": {"4:ada", "5:bo"},
    }  # fmt: skip
    assert (held.result.usage.calls, held.result.first_vote) == (9, None)
    assert held.result.answer == "1"  # of three, the answer given first


def test_round_0_may_be_taken_in_turn_too(hold: Hold) -> None:
    held = hold("som_gs?rounds=2&alone=false", QUESTION, THREE)
    assert held.heard == {
        "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"},
        "3:ada": {"1:bo", "2:cy"}, "4:bo": {"3:ada", "2:cy"}, "5:cy": {"3:ada", "4:bo"},
    }  # fmt: skip
    assert held.result.usage.calls == 6


def test_the_paper_has_them_speak_at_once_and_keep_their_chat(hold: Hold) -> None:
    held = hold("som_gs?rounds=2&variant=paper", QUESTION, THREE)
    assert held.heard == ALL
    assert [message.role for message in held.result.turns[-1].prompt] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize("dial", range(11))
def test_the_dial_of_agreement_is_told_from_the_second_round_on(hold: Hold, dial: int) -> None:
    result = hold(f"som_gs?agreement={dial}", QUESTION, THREE).result
    assert all(f"set for you: {dial}, on a scale" in prompt for prompt in prompts(result, 1))
    assert not any("scale" in prompt for prompt in prompts(result, 0))
    assert not any("scale" in prompt for prompt in prompts(hold("som_gs", QUESTION, THREE).result, 1))


def test_the_dial_goes_from_0_to_10() -> None:
    with pytest.raises(SpecError, match="agreement"):
        protocols.som_gs(agreement=11)


def test_flaws_come_first_unless_conformity_is_asked_for(hold: Hold) -> None:
    assert all("list flaws" in prompt for prompt in prompts(hold("free_mad", QUESTION, THREE).result, 1))
    assert not any("flaws" in prompt for prompt in prompts(hold("free_mad?conformity=true", QUESTION, THREE).result, 1))


def test_the_course_of_the_debate_is_scored(hold: Hold) -> None:
    result = hold("free_mad", QUESTION, {"ada": said(1, 1), "bo": said(1, 2), "cy": said(2, 2)}).result
    assert result.outcome.support == {"1": 20 + 20 + 20 / 2 - 25 / 2, "2": 20 + 30 / 2 + 20 / 2}
    assert (result.answer, result.outcome.rule) == ("2", "trajectory")
    free = hold("free_mad", QUESTION, {"ada": said(1, 1), "bo": said(1, 2), "cy": said(1, 2), "di": said(1, 2)}).result
    assert (free.answer, free.votes()) == (
        "1",
        {"1": ("ada",), "2": ("bo", "cy", "di")},
    )  # the majority does not decide


@pytest.mark.parametrize("strategy", ["ddd", "rdr", "rrr", "d", "drrd"])
def test_a_strategy_says_when_to_debate_and_when_to_reflect(hold: Hold, strategy: str) -> None:
    held = hold(f"machinesom?strategy={strategy}", QUESTION, THREE)
    assert held.result.usage.calls == 3 * (1 + len(strategy))
    for number, letter in enumerate(strategy, 1):
        heard = {f"{number - 1}:bo", f"{number - 1}:cy"} if letter == "d" else set[str]()
        assert held.heard[f"{number}:ada"] == heard
        assert "<own" in held.result.transcript.turn(f"{number}:ada").prompt[-1].content


@pytest.mark.parametrize("strategy", ["", "dx", "D"])
def test_other_strategies_are_refused(strategy: str) -> None:
    with pytest.raises(SpecError, match="strategy"):
        protocols.machinesom(strategy=strategy)


@pytest.mark.parametrize("overconfident", range(4))
def test_every_seat_keeps_its_temper(hold: Hold, overconfident: int) -> None:
    result = hold(f"machinesom?strategy=dr&overconfident={overconfident}", QUESTION, THREE).result
    for number in range(3):
        assert ["very sure of yourself" in prompt for prompt in prompts(result, number)] == [
            place < overconfident for place in range(3)
        ]
        assert all(("easy-going" in prompt) != ("very sure" in prompt) for prompt in prompts(result, number))


def test_every_seat_keeps_its_method_and_the_fourth_takes_the_first_again(hold: Hold) -> None:
    result = hold("dmad", QUESTION, THREE | {"di": "Final answer: 4"}).result
    for number in range(3):
        told = prompts(result, number)
        assert [[method in prompt for method in METHODS].index(True) for prompt in told] == [0, 1, 2, 0]
        assert all(sum(method in prompt for method in METHODS) == 1 for prompt in told)


def test_methods_of_ones_own_are_given_as_they_are(hold: Hold) -> None:
    result = hold(protocols.dmad(methods=("Draw it for $5.", "Guess.")), QUESTION, THREE).result
    assert ["Draw it for $5." in prompt for prompt in prompts(result, 2)] == [True, False, True]


def votes(hold: Hold, protocol: str, names: Sequence[str]) -> frozenset[tuple[object, ...]]:
    def mixing(start: int) -> Callable[[Request], str]:
        def say(request: Request) -> str:
            numbers = map(int, re.findall(r"Final answer: ([0-9]+)", request.messages[-1].content))
            return f"Final answer: {(start + sum(numbers)) % 97}"

        return say

    result = hold(protocol, QUESTION, {name: mixing(ord(name)) for name in names}).result
    return frozenset((turn.seat, turn.round, turn.vote) for turn in result.turns)


@pytest.mark.parametrize(
    ("protocol", "orders"),
    [("free_mad", 1), ("machinesom?strategy=drd", 1), ("dmad", 1), ("som_gs?variant=paper", 1), ("som_gs", 6)],
)
def test_the_order_of_seats_matters_only_where_they_speak_in_turn(hold: Hold, protocol: str, orders: int) -> None:
    assert len({votes(hold, protocol, names) for names in permutations("abc")}) == orders


@pytest.mark.parametrize(
    "protocol",
    ["free_mad", "free_mad?conformity=true", "som_gs?agreement=3", "som_gs?variant=paper", "machinesom", "dmad"],
)
def test_simulated_models_hold_it_twice_alike(simulated: Hold, protocol: str) -> None:
    result = simulated(protocol, OPEN, "ada bo cy")
    assert result.status in {"decided", "undecided"}
    assert result.usage.calls == 3 * result.rounds
