"""Layers of proposers, and samples that are merged: who reads what, and how many calls it takes."""

from collections.abc import Callable
from math import ceil
from typing import Any

import pytest

from moot import Agent, Completion, Debate, Question, Request, Result
from moot.errors import SpecError
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
SEATS = {"ada": "Final answer: 1", "bo": "Final answer: 2"}


def test_proposers_read_the_layer_before_and_the_aggregator_the_last(hold: Callable[..., Any]) -> None:
    held = hold("moa?rounds=3", QUESTION, SEATS, judge="Final answer: 408")
    assert held.heard == {
        "0:ada": set(), "0:bo": set(),
        "1:ada": {"0:bo"}, "1:bo": {"0:ada"},
        "2:ada": {"1:bo"}, "2:bo": {"1:ada"},
        "3:judge": {"2:ada", "2:bo"},
    }  # fmt: skip
    assert (held.result.answer, held.result.outcome.rule, held.result.usage.calls) == ("408", "moa", 2 * 3 + 1)
    assert held.result.outcome.support == {"1": 1.0, "2": 1.0}


def test_a_proposer_is_not_told_which_reference_is_its_own(hold: Callable[..., Any]) -> None:
    turns = hold("moa?rounds=2", QUESTION, SEATS, judge="Final answer: 408").result.turns
    for turn in turns[2:]:
        prompt = turn.prompt[-1].content
        assert [prompt.count(f'author="participant-{place}"') for place in (1, 2, 3)] == [1, 1, 0]
        assert "<own" not in prompt


def test_what_is_the_protocol_cannot_be_replaced() -> None:
    with pytest.raises(SpecError, match="decides in its own way"):
        Debate(["sim/debater"], protocol="moa", judge="sim/debater", decide="plurality")
    with pytest.raises(SpecError, match="needs a judge"):
        Debate(["sim/debater"], protocol="moa")
    with pytest.raises(SpecError, match="fixes who hears whom"):
        Debate(["sim/debater"], "ring", protocol="moa", judge="sim/debater")


def test_a_layer_is_the_same_whatever_the_seats_are_called() -> None:
    def says(request: Request) -> str:
        return f"Final answer: {sum(map(ord, request.messages[-1].content)) % 1000}"

    def answers(names: str) -> list[str]:
        agents = [Agent(name, Script.by(says)) for name in names]
        debate = Debate(agents, protocol="moa", judge=Agent("jo", Script.by(says)), seed=1)
        return [turn.vote or "" for turn in debate.run(QUESTION, runtime="local").turns]

    assert answers("abc") == answers("cab")


def test_samples_of_one_agent_are_merged_by_itself_or_by_the_judge(hold: Callable[..., Any]) -> None:
    alone = hold("self_moa?samples=3", QUESTION, {"ada": "Final answer: 1"})
    assert alone.heard == {"0:ada-1": set(), "0:ada-2": set(), "0:ada-3": set(), "1:ada-1": {"0:ada-2", "0:ada-3"}}
    judged = hold("self_moa?samples=2", QUESTION, {"ada": "Final answer: 1"}, judge="Final answer: 2")
    assert judged.heard == {"0:ada-1": set(), "0:ada-2": set(), "1:judge": {"0:ada-1", "0:ada-2"}}
    assert (alone.result.usage.calls, judged.result.usage.calls, judged.result.answer) == (4, 3, "2")


def test_a_synthesis_is_carried_along_a_sliding_window(hold: Callable[..., Any]) -> None:
    held = hold("self_moa_seq?samples=5&window=3&kept=1", QUESTION, {"ada": "Final answer: 1"}, judge="Final answer: 2")
    assert {id: table for id, table in held.heard.items() if "judge" in id} == {
        "1:judge": {"0:ada-1", "0:ada-2", "0:ada-3"}, "2:judge": {"0:ada-4", "0:ada-5"},
    }  # fmt: skip
    last = held.result.turns[-1].prompt[-1].content
    assert last.count("<message") == 3
    assert last.index("Final answer: 2") < last.index("Final answer: 1")  # its own synthesis comes first
    assert held.result.answer == "2"


def test_a_synthesis_takes_half_the_window_and_is_shown_so_often(hold: Callable[..., Any]) -> None:
    held = hold("self_moa_seq", QUESTION, {"ada": "Final answer: 1"}, judge="Final answer: 2")
    samples = [f"0:ada-{number}" for number in range(1, 13)]
    assert {id: table for id, table in held.heard.items() if "judge" in id} == {
        "1:judge": set(samples[:6]), "2:judge": set(samples[6:9]), "3:judge": set(samples[9:]),
    }  # fmt: skip
    for turn in held.result.turns[-2:]:
        prompt = turn.prompt[-1].content
        assert (prompt.count("<message"), prompt.count("Final answer: 2\n"), prompt.count("Final answer: 1\n")) == (
            6,
            3,
            3,
        )


@pytest.mark.parametrize(
    ("samples", "window", "kept"),
    [(1, 2, 1), (2, 2, 1), (5, 2, 1), (6, 3, 2), (7, 3, 1), (6, 6, 3), (3, 9, 3), (12, 6, 3), (14, 6, 4)],
)
def test_merging_takes_as_many_calls_as_the_card_says(
    samples: int, window: int, kept: int, hold: Callable[..., Any]
) -> None:
    spelled = f"self_moa_seq?samples={samples}&window={window}&kept={kept}"
    held = hold(spelled, QUESTION, {"ada": "Final answer: 1"})
    expected = samples + 1 + (ceil((samples - window) / (window - kept)) if samples > window else 0)
    assert (held.result.usage.calls, held.result.status) == (expected, "decided")
    assert Debate(["sim/debater"], protocol=spelled).plan(QUESTION).calls == (expected, expected)


def test_a_window_without_room_for_samples_is_refused() -> None:
    with pytest.raises(SpecError, match="kept=3 leaves no room for samples in a window of 3: set kept=2 or less"):
        Debate(["sim/debater"], protocol="self_moa_seq?window=3")


def test_a_lost_synthesis_leaves_the_one_before_it() -> None:
    judge = Script(["Final answer: 7", Completion(kind="refused"), "Final answer: 8"])
    agents = [Agent("ada", Script.by(lambda _: "Final answer: 1"))]
    debate = Debate(agents, protocol="self_moa_seq?samples=4&window=2&kept=1", judge=Agent("jo", judge), seed=1)
    result = debate.run(QUESTION, runtime="local")
    assert "Final answer: 7" in result.turns[-1].prompt[-1].content
    assert (result.answer, result.status) == ("8", "degraded")


def test_nothing_to_merge_is_no_answer() -> None:
    judge = Agent("jo", Script([Completion(kind="refused")]))
    debate = Debate([Agent("ada", Script(["Final answer: 1"]))], protocol="moa?rounds=1", judge=judge)
    result = debate.run(QUESTION, runtime="local")
    assert (result.answer, result.status) == (None, "undecided")
    assert result.outcome.fallback is not None


@pytest.mark.parametrize(("protocol", "names"), [("moa", "ada bo cy"), ("self_moa", "ada"), ("self_moa_seq", "ada")])
def test_simulated_models_hold_the_same_debate_again(
    protocol: str, names: str, simulated: Callable[..., Result]
) -> None:
    result = simulated(protocol, QUESTION, names, judge=protocol == "moa")
    assert (result.status, result.simulated) == ("decided", True)
