"""Five ways of drafting together: who hears whom, what it costs, and when enough agree."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.testing import Script

COLOUR = Question("Which colour?", options=["red", "green", "blue"], gold="green")
APART = {"ada": "Final answer: A", "bo": "Final answer: B", "cy": "Final answer: C"}
Hold = Callable[..., Any]
Heard = dict[str, set[str]]

# ada, bo and cy differ to the end: everybody speaks in every round
MEMORY: Heard = {
    "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"},
    "3:ada": {"1:bo", "2:cy"}, "4:bo": {"0:ada", "2:cy", "3:ada"}, "5:cy": {"0:ada", "1:bo", "3:ada", "4:bo"},
    "6:ada": {"1:bo", "2:cy", "4:bo", "5:cy"}, "7:bo": {"2:cy", "3:ada", "5:cy", "6:ada"},
    "8:cy": {"3:ada", "4:bo", "6:ada", "7:bo"},
}  # fmt: skip
RELAY: Heard = {
    "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"1:bo"},
    "3:ada": {"2:cy"}, "4:bo": {"0:ada", "3:ada"}, "5:cy": {"1:bo", "4:bo"},
    "6:ada": {"2:cy", "5:cy"}, "7:bo": {"3:ada", "6:ada"}, "8:cy": {"4:bo", "7:bo"},
}  # fmt: skip
REPORT: Heard = {
    "0:ada": set(), "1:bo": {"0:ada"}, "1:cy": {"0:ada"},
    "2:ada": {"1:bo", "1:cy"}, "3:bo": {"0:ada", "2:ada"}, "3:cy": {"0:ada", "2:ada"},
    "4:ada": {"1:bo", "1:cy", "3:bo", "3:cy"}, "5:bo": {"2:ada", "4:ada"}, "5:cy": {"2:ada", "4:ada"},
}  # fmt: skip
DEBATE: Heard = {
    "0:ada": set(),
    "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"}, "3:bo": {"0:ada", "2:cy"}, "4:cy": {"0:ada", "3:bo"},
    "5:ada": {"3:bo", "4:cy"},
    "6:bo": {"5:ada"}, "7:cy": {"5:ada", "6:bo"}, "8:bo": {"5:ada", "7:cy"}, "9:cy": {"5:ada", "8:bo"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("paradigm", "rounds", "table"),
    [("memory", 3, MEMORY), ("relay", 3, RELAY), ("report", 3, REPORT), ("debate", 2, DEBATE)],
)
def test_who_hears_whom_while_drafting(hold: Hold, paradigm: str, rounds: int, table: Heard) -> None:
    held = hold(f"mallm_{paradigm}?rounds={rounds}", COLOUR, APART)
    assert held.heard == table
    assert (held.result.rounds, held.result.usage.calls) == (rounds, len(table))


def test_all_improve_on_each_others_replies_at_once_and_then_vote(hold: Hold) -> None:
    held = hold("mallm_collective?rounds=3&after=2", COLOUR, APART | {"cy": "Final answer: B"})
    last = {"0:ada": "1:ada", "0:bo": "1:bo", "0:cy": "1:cy"}
    others = {"ada": {"0:bo", "0:cy"}, "bo": {"0:ada", "0:cy"}, "cy": {"0:ada", "0:bo"}}
    assert held.heard == {
        **{f"0:{name}": set() for name in others},
        **{f"1:{name}": heard for name, heard in others.items()},
        **{f"{wave}:{name}": {last[id] for id in heard} for wave in (2, 3) for name, heard in others.items()},
    }
    assert (held.result.answer, held.result.usage.calls, held.result.outcome.rule) == (
        "green",
        3 * 2 + 6,
        "vote_simple",
    )


def test_turns_that_the_others_pass_around_belong_to_no_round_but_the_last(hold: Hold) -> None:
    result = hold("mallm_debate?rounds=1", COLOUR, APART).result
    assert [(turn.id, turn.round) for turn in result.turns] == [
        ("0:ada", 0), ("1:bo", None), ("2:cy", None), ("3:bo", 0), ("4:cy", 0),
    ]  # fmt: skip
    bo = result.transcript.turn("3:bo")
    assert bo is not None
    assert "<own>\nFinal answer: B\n</own>" in bo.prompt[-1].content


def test_two_drafters_can_pass_a_draft_around_too(hold: Hold) -> None:
    held = hold("mallm_debate?rounds=1", COLOUR, {"ada": APART["ada"], "bo": APART["bo"]})
    assert held.heard == {"0:ada": set(), "1:bo": {"0:ada"}, "2:bo": {"0:ada"}}


def test_the_newest_draft_stands_last_in_the_prompt(hold: Hold) -> None:
    result = hold("mallm_memory?rounds=2", COLOUR, APART).result
    bo = result.transcript.turn("4:bo")
    assert bo is not None
    assert re.findall(r'author="(\w+)" round="(\d)"', bo.prompt[-1].content) == [
        ("ada", "0"),
        ("cy", "0"),
        ("ada", "1"),
    ]


def test_the_reference_variant_keeps_to_no_window(hold: Hold) -> None:
    held = hold("mallm_relay?rounds=4&variant=reference", COLOUR, APART)
    assert held.heard["11:cy"] == {"1:bo", "4:bo", "7:bo", "10:bo"}
    assert hold("mallm_relay?rounds=4&window=1", COLOUR, APART).heard["11:cy"] == {"10:bo"}


def test_drafting_ends_when_enough_agree(hold: Hold) -> None:
    one = dict.fromkeys(APART, "Final answer: B")
    result = hold("mallm_memory", COLOUR, one).result
    assert (result.answer, result.usage.calls) == ("green", 3)
    assert result.stopped_by == "consensus by hybrid: green"


def test_without_consensus_the_current_draft_stands(hold: Hold) -> None:
    result = hold("mallm_memory?rounds=2", COLOUR, APART).result
    assert (result.answer, result.outcome.rule, result.usage.calls) == ("blue", "last", 6)


def test_of_three_drafters_the_reference_variant_never_finds_that_they_agree(hold: Hold) -> None:
    one = dict.fromkeys(APART, "Final answer: B")
    result = hold("mallm_memory?rounds=4&variant=reference", COLOUR, one).result
    assert (result.answer, result.outcome.rule, result.usage.calls) == ("green", "last", 12)
    two = {"ada": "Final answer: B", "bo": "Final answer: B"}
    assert hold("mallm_memory?rounds=4&variant=reference", COLOUR, two).result.usage.calls == 2


def echoing(name: str, request: Request) -> str:
    """Says what follows from its name at first, and later from what it is shown, in whatever order."""
    said = sorted(re.findall(r"Final answer: ([ABC])$", request.messages[-1].content, re.MULTILINE))
    return f"Final answer: {'ABC'[(len(said) + sum(map(ord, said + [name]))) % 3]}"


def answers(protocol: str, order: list[str]) -> dict[str, list[str | None]]:
    agents = [Agent(name, Script.by(partial(echoing, name[0]))) for name in order]
    turns = Debate(agents, protocol=protocol, seed=1).run(COLOUR, runtime="local").turns
    return {name: [turn.answer for turn in turns if turn.seat == name] for name in sorted(order)}


def test_drafting_at_once_is_the_same_in_whatever_order_agents_sit_and_in_turn_it_is_not() -> None:
    orders = ["ada", "bo", "cy", "di"], ["di", "bo", "ada", "cy"]
    at_once, in_turn = "mallm_collective?rounds=2&after=2", "mallm_memory?rounds=2&enough=unanimity"
    assert answers(at_once, orders[0]) == answers(at_once, orders[1])
    assert answers(in_turn, orders[0]) != answers(in_turn, orders[1])


@pytest.mark.parametrize("paradigm", ["memory", "relay", "report", "debate"])
def test_simulated_models_draft_together(simulated: Callable[..., Result], paradigm: str) -> None:
    result = simulated(f"mallm_{paradigm}?rounds=4", COLOUR, "ada bo cy")
    assert result.usage.calls == result.rounds * (5 if paradigm == "debate" else 3)
    assert result.answer is not None


def test_simulated_models_refine_together(simulated: Callable[..., Result]) -> None:
    result = simulated("mallm_collective?rounds=4", COLOUR, "ada bo cy")
    votes = result.usage.calls - 3 * result.rounds
    assert (result.rounds >= 3, votes % 3) == (True, 0)
