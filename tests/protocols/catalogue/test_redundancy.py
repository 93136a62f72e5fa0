"""Debate that stays silent where nothing new is said: who is called, what it is shown, and when it ends."""

import re
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, protocols
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
Hold = Callable[..., Any]


def said(*answers: int) -> list[str]:
    return [f"Final answer: {answer}" for answer in answers]


def test_only_other_views_are_read(hold: Hold) -> None:
    held = hold("s2mad?rounds=2", QUESTION, {"ada": said(1, 1), "bo": said(1, 1), "cy": said(2, 2), "di": said(3, 3)})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(),
        "1:ada": {"0:cy", "0:di"}, "1:bo": {"0:cy", "0:di"},
        "1:cy": {"0:ada", "0:bo", "0:di"}, "1:di": {"0:ada", "0:bo", "0:cy"},
    }  # fmt: skip
    assert held.result.usage.calls == 8


def test_those_of_one_mind_fall_silent_at_once(hold: Hold) -> None:
    result = hold("s2mad?rounds=5", QUESTION, dict.fromkeys("abc", "Final answer: 408.0")).result
    assert (result.answer, result.usage.calls, result.rounds) == ("408.0", 3, 2)
    assert result.stopped_by == "quiet: nobody heard anything new"
    assert {turn.status for turn in result.transcript.round(1)} == {"copied"}


def test_who_kept_silent_sends_nothing() -> None:
    lines = {"ada": said(1), "bo": said(1, 1), "cy": said(2, 1, 1), "di": said(2, 2)}
    agents = [Agent(name, Script(words)) for name, words in lines.items()]
    result = Debate(agents, "chain", "s2mad?rounds=4", seed=1).run(QUESTION, runtime="local")
    assert {turn.id: set(turn.heard) for turn in result.turns if turn.wave == 1} == {
        "1:ada": set(), "1:bo": {"0:cy"}, "1:cy": {"0:bo"}, "1:di": set(),
    }  # fmt: skip
    spoken = [[turn.status == "ok" for turn in result.transcript.round(number)] for number in range(4)]
    assert spoken == [
        [True, True, True, True],
        [False, True, True, False],
        [False, False, False, True],  # di hears what cy changed to
        [False, False, True, False],  # cy hears di, but di hears nothing from cy, who kept silent
    ]


def test_what_is_alike_in_words_is_redundant_too(hold: Hold) -> None:
    def same(texts: Sequence[str]) -> list[list[float]]:
        return [[float(one[:5] == other[:5]) for other in texts] for one in texts]

    seats = {"ada": "Tides pull. Final answer: 1", "bo": "Tides pull! Final answer: 2", "cy": "Salt. Final answer: 3"}
    held = hold(protocols.s2mad(rounds=2, similarity=same), QUESTION, seats)
    assert [held.heard[f"1:{name}"] for name in seats] == [{"0:cy"}, {"0:cy"}, {"0:ada", "0:bo"}]


def test_the_order_of_seats_changes_nothing(hold: Hold) -> None:
    def mixing(start: int) -> Callable[[Request], str]:
        def say(request: Request) -> str:
            numbers = map(int, re.findall(r"Final answer: ([0-9]+)", request.messages[-1].content))
            return f"Final answer: {(start + sum(numbers)) % 3}"

        return say

    def votes(names: Sequence[str]) -> frozenset[tuple[object, ...]]:
        result = hold("s2mad?rounds=4", QUESTION, {name: mixing(ord(name)) for name in names}).result
        return frozenset((turn.seat, turn.round, turn.vote, turn.status) for turn in result.turns)

    assert len({votes(names) for names in permutations("abcd")}) == 1


@pytest.mark.parametrize("protocol", ["s2mad", "s2mad?similarity=words&threshold=0.8"])
def test_simulated_models_hold_it_twice_alike(simulated: Hold, protocol: str) -> None:
    question = Question("Which of these came first?", options=["the comb", "the spoon", "the wheel", "the sail"])
    result = simulated(protocol, question, "ada bo cy di ed")
    assert result.status in {"decided", "undecided"}
    assert result.usage.calls <= 15
