"""Stateless debates on three graphs, and those in which some seats keep still: who hears whom, and what it costs."""

import re
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from moot import Question, Request, Result
from moot.errors import SpecError

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
RIGHT, WRONG, OTHER = "Final answer: 408", "Final answer: 1", "Final answer: 2"
FIVE = {"ada": WRONG, "bo": WRONG, "cy": RIGHT, "di": OTHER, "ed": WRONG}
THREE = {"ada": RIGHT, "bo": WRONG, "cy": OTHER}
Hold = Callable[..., Any]
EVERY = ["mad_decentralised", "mad_sparse", "mad_centralised", "mad_conformist", "mad_follower", "mad_oracle"]


def statuses(result: Result, number: int) -> dict[str, str]:
    return {turn.seat: turn.status for turn in result.transcript.round(number)}


def mixing(start: int) -> Callable[[Request], str]:
    """A speaker whose answer follows from all the answers in its prompt, in whatever order they stand."""

    def say(request: Request) -> str:
        text = request.messages[-1].content
        return f"Final answer: {(start + sum(map(int, re.findall(r'Final answer: ([0-9]+)', text)))) % 5}"

    return say


def test_among_all_everyone_hears_everyone(hold: Hold) -> None:
    assert hold("mad_decentralised?rounds=2", QUESTION, THREE).heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
    }  # fmt: skip


def test_in_a_ring_everyone_hears_two(hold: Hold) -> None:
    assert hold("mad_sparse?rounds=2", QUESTION, FIVE).heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(), "0:ed": set(),
        "1:ada": {"0:bo", "0:ed"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:bo", "0:di"},
        "1:di": {"0:cy", "0:ed"}, "1:ed": {"0:ada", "0:di"},
    }  # fmt: skip


@pytest.mark.parametrize(("seats", "neighbours"), [(1, 0), (2, 1), (3, 2)])
def test_the_smallest_rings_hear_each_seat_once(hold: Hold, seats: int, neighbours: int) -> None:
    held = hold("mad_sparse?rounds=2", QUESTION, dict(list(FIVE.items())[:seats]))
    assert {len(heard) for id, heard in held.heard.items() if id.startswith("1:")} == {neighbours}


def test_the_hub_hears_all_and_alone_is_heard_and_counted(hold: Hold) -> None:
    held = hold("mad_centralised?rounds=2", QUESTION, THREE | {"di": OTHER})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(),
        "1:ada": {"0:bo", "0:cy", "0:di"}, "1:bo": {"0:ada"}, "1:cy": {"0:ada"}, "1:di": {"0:ada"},
    }  # fmt: skip
    assert (held.result.answer, held.result.outcome.rule, held.result.outcome.dissent) == (
        "408", "hub", ("bo", "cy", "di"),
    )  # fmt: skip


def test_prompts_hold_the_last_replies_only(hold: Hold) -> None:
    result = hold("mad_decentralised?rounds=3", QUESTION, THREE).result
    sizes = {turn.round: len(turn.prompt[-1].content) for turn in result.turns if turn.seat == "ada"}
    assert sizes[1] == sizes[2]


def test_conformists_are_not_called_again(hold: Hold) -> None:
    held = hold("mad_conformist?rounds=3", QUESTION, FIVE)
    assert statuses(held.result, 1) == {"ada": "copied", "bo": "copied", "cy": "ok", "di": "ok", "ed": "copied"}
    assert held.heard["1:ada"] == set()
    assert held.heard["1:cy"] == {"0:ada", "0:bo", "0:di", "0:ed"}
    assert (held.result.usage.calls, held.result.answer) == (5 + 2 + 2, "1")


def test_where_answers_share_the_lead_no_one_conforms(hold: Hold) -> None:
    held = hold("mad_conformist?rounds=2", QUESTION, {"ada": WRONG, "bo": WRONG, "cy": OTHER, "di": OTHER})
    assert held.result.usage.calls == 8


def test_those_of_one_mind_cost_no_further_call(hold: Hold) -> None:
    result = hold("mad_conformist?rounds=4", QUESTION, dict.fromkeys("abc", RIGHT)).result
    assert (result.usage.calls, result.rounds, result.answer) == (3, 4, "408")


@pytest.mark.parametrize(("chance", "calls", "answers"), [(0, 15, {"1", "2", "408"}), (1, 5, {"1"})])
def test_followers_take_over_the_leading_answer(hold: Hold, chance: int, calls: int, answers: set[str]) -> None:
    held = hold(f"mad_follower?rounds=3&chance={chance}", QUESTION, FIVE)
    assert (held.result.usage.calls, set(held.result.votes())) == (calls, answers)
    if chance == 1:
        assert [held.heard[f"1:{name}"] for name in FIVE] == [set(), set(), {"0:ada"}, {"0:ada"}, set()]


def test_as_many_follow_as_the_chance_says_and_always_the_same(hold: Hold) -> None:
    seats = {f"a{number}": WRONG for number in range(40)}
    results = [hold("mad_follower?rounds=11", QUESTION, seats).result for _ in range(2)]
    share = 1 - (results[0].usage.calls - 40) / 400
    assert 0.25 < share < 0.35  # two standard deviations of 400 draws are 0.046
    assert results[0].digest == results[1].digest


def test_nobody_who_is_right_is_called_again(hold: Hold) -> None:
    held = hold("mad_oracle?rounds=3", QUESTION, FIVE | {"cy": "Final answer: 408.0", "ed": [WRONG, RIGHT]})
    assert statuses(held.result, 1) == {"ada": "ok", "bo": "ok", "cy": "copied", "di": "ok", "ed": "ok"}
    assert statuses(held.result, 2)["ed"] == "copied"
    assert held.result.usage.calls == 5 + 4 + 3


def test_a_question_without_a_right_answer_is_none_for_the_oracle(hold: Hold) -> None:
    with pytest.raises(SpecError, match="gold"):
        hold("mad_oracle", Question("Why?"), THREE)


@pytest.mark.parametrize("protocol", ["mad_decentralised", "mad_sparse", "mad_centralised"])
@pytest.mark.parametrize("rounds", [1, 3])
def test_a_round_costs_a_call_for_each_seat(hold: Hold, protocol: str, rounds: int) -> None:
    assert hold(f"{protocol}?rounds={rounds}", QUESTION, FIVE).result.usage.calls == 5 * rounds


@pytest.mark.parametrize("protocol", [name for name in EVERY if name not in {"mad_sparse", "mad_centralised"}])
def test_the_order_of_seats_changes_nothing(hold: Hold, protocol: str) -> None:
    def votes(names: tuple[str, ...]) -> set[tuple[object, ...]]:
        result = hold(protocol, QUESTION, {name: mixing(ord(name)) for name in names}).result
        return {(turn.seat, turn.round, turn.vote) for turn in result.turns}

    assert len({frozenset(votes(names)) for names in permutations("abcd")}) == 1


@pytest.mark.parametrize("protocol", EVERY)
def test_simulated_models_hold_it_twice_alike(simulated: Hold, protocol: str) -> None:
    result = simulated(protocol, QUESTION, "ada bo cy di ed")
    assert (result.status, result.rounds) == ("decided", 3)
