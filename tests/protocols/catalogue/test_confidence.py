"""Debates in which everyone states how sure it is, and reads how sure the others are."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from moot import Question, Request

COLOUR = Question("Which colour?", options=["red", "green", "blue"])
Hold = Callable[..., Any]
SHOWN = re.compile(r'<message author="(\w+)" round="(\d)" confidence="([0-9.]+)">')


def sure(letter: str, percent: int) -> str:
    return f"Final answer: {letter}\nConfidence: {percent}%"


def shown(turn: Any) -> list[tuple[str, str, str]]:
    return SHOWN.findall(turn.prompt[-1].content)


TWO = {"ada": sure("A", 90), "bo": sure("B", 64)}
THREE = TWO | {"cy": sure("A", 37)}


def test_one_after_another_each_reads_the_whole_debate(hold: Hold) -> None:
    held = hold("confmad?rounds=3", COLOUR, TWO)
    assert held.heard == {
        "0:ada": set(), "1:bo": {"0:ada"}, "2:ada": {"1:bo"}, "3:bo": {"2:ada"}, "4:ada": {"3:bo"}, "5:bo": {"4:ada"},
    }  # fmt: skip
    turns = held.result.turns
    assert [message.role for message in turns[-1].prompt].count("assistant") == 2
    assert [shown(turn) for turn in turns[:3]] == [[], [("ada", "0", "0.9")], [("bo", "0", "0.64")]]
    assert (held.result.answer, held.result.usage.calls) == ("green", 6)  # the last word


@pytest.mark.parametrize(("temperature", "read"), [("2", "0.75"), ("1.0", "0.9"), ("0.5", "0.99")])
def test_a_temperature_makes_others_read_another_confidence(hold: Hold, temperature: str, read: str) -> None:
    turns = hold(f"confmad?rounds=1&map=temperature:{temperature}", COLOUR, TWO).result.turns
    assert shown(turns[1]) == [("ada", "0", read)]
    assert turns[0].confidence == 0.9  # what was stated is on record


def test_all_at_once_everyone_reads_the_round_before_with_confidence_in_tenths(hold: Hold) -> None:
    held = hold("debunc_prompt?rounds=3", COLOUR, THREE)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
        "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
    }  # fmt: skip
    assert shown(held.result.transcript.turn("1:ada")) == [("bo", "0", "0.6"), ("cy", "0", "0.4")]
    assert (held.result.answer, held.result.usage.calls) == ("red", 9)


def test_everyone_is_asked_how_sure_it_is_in_every_turn(hold: Hold) -> None:
    for protocol in ("confmad", "debunc_prompt"):
        turns = hold(protocol, COLOUR, TWO).result.turns
        assert all("Confidence: N%" in turn.prompt[-1].content for turn in turns)


def test_half_is_no_majority(hold: Hold) -> None:
    result = hold("debunc_prompt", COLOUR, TWO).result
    assert (result.answer, result.outcome.ties) == (None, ("red", "green"))


def yielding(own: str, percent: int) -> Callable[[Request], str]:
    """Takes up the answer of whoever is surer than itself."""

    def says(request: Request) -> str:
        found = re.search(r'confidence="([0-9.]+)">\nFinal answer: (\w)', request.messages[-1].content)
        return sure(found[2] if found and float(found[1]) * 100 > percent else own, percent)

    return says


@pytest.mark.parametrize("names", [("ada", "bo"), ("bo", "ada")])
def test_all_at_once_the_names_do_not_matter(hold: Hold, names: tuple[str, str]) -> None:
    says = dict(zip(names, (yielding("A", 80), yielding("B", 30)), strict=True))
    assert hold("debunc_prompt", COLOUR, says).result.answer == "red"


def test_one_after_another_it_matters_who_has_the_last_word(hold: Hold) -> None:
    answers = [hold("confmad", COLOUR, dict(order)).result.answer for order in (TWO.items(), reversed(TWO.items()))]
    assert answers == ["green", "red"]


@pytest.mark.parametrize(("protocol", "names"), [("confmad", "ada bo"), ("debunc_prompt", "ada bo cy")])
def test_simulated_models_say_how_sure_they_are(simulated: Callable[..., Any], protocol: str, names: str) -> None:
    result = simulated(protocol, COLOUR, names)
    assert all(turn.status == "ok" and turn.confidence is not None for turn in result.turns)
