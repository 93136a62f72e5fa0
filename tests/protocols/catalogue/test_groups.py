"""Debates in groups: full words within, counts or summaries beyond."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.agents.sim.reader import read
from moot.protocols.catalogue.groups import groups_of
from moot.protocols.floor.seats import Seat
from moot.testing import Script

COLOUR = Question("Which colour?", options=["red", "green", "blue"], gold="green")
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)
NAMES = ("ada", "bo", "cy", "di")
Hold = Callable[..., Any]


def shown(result: Result, id: str) -> list[tuple[str, str]]:
    turn = result.transcript.turn(id)
    assert turn is not None
    return [(given.strip(), body) for given, body in MESSAGE.findall(turn.prompt[-1].content)]


def seats(letters: str) -> dict[str, str]:
    return {name: f"{name}. Final answer: {letter}" for name, letter in zip(NAMES, letters, strict=True)}


@pytest.mark.parametrize(
    ("n", "size", "sizes"), [(12, 3, [3, 3, 3, 3]), (4, 3, [2, 2]), (7, 3, [2, 2, 3]), (3, 3, [3]), (2, 1, [1, 1])]
)
def test_groups_are_few_and_as_equal_as_can_be(n: int, size: int, sizes: list[int]) -> None:
    agent = Agent("a", "sim/debater")
    made = groups_of([Seat(f"s{place}", agent) for place in range(n)], size)
    assert [len(group) for group in made] == sizes
    assert [seat.name for group in made for seat in group] == [f"s{place}" for place in range(n)]


def test_a_group_is_heard_in_full_and_all_others_are_counted(hold: Hold) -> None:
    held = hold("cmd?rounds=3&size=2", COLOUR, seats("AABC"))
    rounds = {
        f"{wave}:{name}": {f"{wave - 1}:{peer}" for peer in NAMES if peer != name and wave}
        for wave in range(3)
        for name in NAMES
    }
    assert {id: heard for id, heard in held.heard.items() if id[0] < "3"} == rounds
    assert shown(held.result, "1:ada") == [
        ('author="bo" round="0"', "bo. Final answer: A"),
        ('size="1" round="0"', "Final answer: green"),
        ('size="1" round="0"', "Final answer: blue"),
    ]
    assert shown(held.result, "2:cy") == [
        ('author="di" round="1"', "di. Final answer: C"),
        ('size="2" round="1"', "Final answer: red"),
    ]
    assert (held.result.answer, held.result.usage.calls, held.result.outcome.rule) == ("red", 4 * 3, "plurality")


def test_representatives_hear_each_other_in_full_where_answers_are_tied(hold: Hold) -> None:
    swayed = {**seats("AABB"), "cy": [*["Final answer: B"] * 2, "Final answer: A"]}
    held = hold("cmd?rounds=2&size=2", COLOUR, swayed)
    assert (held.result.answer, held.result.usage.calls) == ("red", 4 * 2 + 2)
    assert held.result.outcome.rule == "representatives"
    assert {id: heard for id, heard in held.heard.items() if id[0] == "2"} == {"2:ada": {"1:cy"}, "2:cy": {"1:ada"}}
    assert shown(held.result, "2:ada") == [('author="cy" round="1"', "Final answer: B")]
    assert hold("cmd?rounds=2&size=2", COLOUR, seats("AABB")).result.outcome.ties == ("red", "green")


def test_a_secretary_breaks_ties_where_one_is_seated_and_is_not_asked_otherwise(hold: Hold) -> None:
    result = hold("cmd?rounds=1&size=2", COLOUR, seats("AABB"), "Final answer: B").result
    assert (result.answer, result.usage.calls) == ("green", 4 + 1)
    result = hold("cmd?rounds=1&size=2", COLOUR, seats("AAAB"), "Final answer: B").result
    assert (result.answer, result.usage.calls) == ("red", 4)


def test_the_reference_variant_lets_the_earliest_seat_win_ties(hold: Hold) -> None:
    result = hold("cmd?rounds=2&size=2&variant=reference", COLOUR, seats("BBAA"), "Final answer: C").result
    assert (result.answer, result.usage.calls) == ("green", 8)


def test_groups_hear_their_own_and_after_a_stage_each_others_summaries(hold: Hold) -> None:
    held = hold("group_debate?rounds=3&stage=2&size=2", COLOUR, seats("AABC"))
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(),
        "1:ada": {"0:bo"}, "1:bo": {"0:ada"}, "1:cy": {"0:di"}, "1:di": {"0:cy"},
        "2:ada": {"1:bo"}, "2:cy": {"1:di"},
        "3:ada": {"1:bo", "2:cy"}, "3:bo": {"1:ada", "2:cy"}, "3:cy": {"1:di", "2:ada"}, "3:di": {"1:cy", "2:ada"},
    }  # fmt: skip
    assert [turn.role for turn in held.result.turns if turn.round is None] == ["summariser"] * 2
    assert [author for author, _ in shown(held.result, "2:ada")] == ['author="ada" round="1"', 'author="bo" round="1"']
    assert shown(held.result, "3:cy")[1] == ('author="ada"', "ada. Final answer: A")
    assert held.result.answer == "red"


def test_a_simulated_model_takes_only_the_newest_counts_for_those_it_does_not_hear(
    simulated: Callable[..., Result],
) -> None:
    result = simulated("cmd?rounds=4&size=2", COLOUR, "ada bo cy di ed fi")
    assert {len(read(turn.prompt).peers) for turn in result.transcript.round(3)} == {5}


@pytest.mark.parametrize(
    ("rounds", "stage", "size", "calls"),
    [(4, 2, 2, 4 * 4 + 2), (5, 2, 2, 4 * 5 + 2 * 2), (3, 1, 1, 12 + 4 * 2), (3, 1, 4, 12)],
)
def test_each_stage_but_the_last_costs_a_summary_of_each_group(
    hold: Hold, rounds: int, stage: int, size: int, calls: int
) -> None:
    result = hold(f"group_debate?rounds={rounds}&stage={stage}&size={size}", COLOUR, seats("AABC")).result
    assert result.usage.calls == calls


def echoing(name: str, request: Request) -> str:
    shown = sorted(re.findall(r"Final answer: (?:([ABC])|red|green|blue)$", request.messages[-1].content, re.MULTILINE))
    return f"Final answer: {'ABC'[(len(shown) + sum(map(ord, [*''.join(shown), name]))) % 3]}"


@pytest.mark.parametrize(
    ("protocol", "order"),
    [
        ("cmd?rounds=3&size=2", ["di", "cy", "bo", "ada"]),
        ("group_debate?rounds=3&stage=2&size=2", ["cy", "di", "ada", "bo"]),  # who is first in a group writes for it
    ],
)
def test_groups_and_members_may_change_places(protocol: str, order: list[str]) -> None:
    def held(order: list[str]) -> dict[str, list[str | None]]:
        agents = [Agent(name, Script.by(partial(echoing, name[0]))) for name in order]
        turns = Debate(agents, protocol=protocol, seed=1).run(COLOUR, runtime="local").turns
        return {name: [turn.answer for turn in turns if turn.seat == name and turn.round is not None] for name in NAMES}

    assert held(["ada", "bo", "cy", "di"]) == held(order)


@pytest.mark.parametrize(
    ("protocol", "least"), [("cmd?size=2", 12), ("group_debate?size=2", 18), ("cmd", 12), ("group_debate?stage=4", 16)]
)
def test_simulated_models_debate_in_groups(simulated: Callable[..., Result], protocol: str, least: int) -> None:
    result = simulated(protocol, COLOUR, "ada bo cy di")
    assert least <= result.usage.calls <= least + 2 * protocol.startswith("cmd")
    assert result.status in {"decided", "undecided"}
