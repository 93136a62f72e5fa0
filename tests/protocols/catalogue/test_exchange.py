"""Exchange-of-Thought on a bus, a star, a ring and a tree: who hears whom, who settles, and when it ends."""

import re
from collections.abc import Callable
from itertools import cycle, permutations
from typing import Any

import pytest

from moot import Question, Request
from moot.protocols.catalogue.exchange import Waves, bus, relay, star, tree

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
Hold = Callable[..., Any]
EVERY = ["eot_memory", "eot_report", "eot_relay", "eot_debate"]


def said(*answers: int) -> list[str]:
    return [f"Final answer: {answer}" for answer in answers]


def restless(start: int) -> Callable[[Request], str]:
    """Never the same answer twice running, and never another seat's."""
    answers = cycle((start, start + 1))
    return lambda _: f"Final answer: {next(answers)}"


def three() -> dict[str, Callable[[Request], str]]:
    return {"ada": restless(10), "bo": restless(20), "cy": restless(30)}


ALONE: dict[str, set[str]] = {"0:ada": set(), "0:bo": set(), "0:cy": set()}


@pytest.mark.parametrize(
    ("protocol", "later"),
    [
        (
            "eot_memory",
            {
                "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
                "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
            },
        ),
        (
            "eot_report",
            {
                "1:ada": {"0:bo", "0:cy"}, "2:bo": {"1:ada"}, "2:cy": {"1:ada"},
                "3:ada": {"2:bo", "2:cy"}, "4:bo": {"3:ada"}, "4:cy": {"3:ada"},
            },
        ),
        (
            "eot_relay",
            {
                "1:ada": {"0:cy"}, "2:bo": {"1:ada"}, "3:cy": {"2:bo"},
                "4:ada": {"3:cy"}, "5:bo": {"4:ada"}, "6:cy": {"5:bo"},
            },
        ),
        (
            "eot_debate",
            {
                "1:bo": {"0:cy"}, "1:cy": {"0:bo"}, "2:ada": {"1:bo", "1:cy"},
                "3:bo": {"1:cy"}, "3:cy": {"1:bo"}, "4:ada": {"3:bo", "3:cy"},
            },
        ),
    ],
)  # fmt: skip
def test_who_hears_whom(hold: Hold, protocol: str, later: dict[str, set[str]]) -> None:
    held = hold(f"{protocol}?rounds=3", QUESTION, three())
    assert held.heard == ALONE | later
    assert (held.result.rounds, held.result.usage.calls) == (3, 9)


@pytest.mark.parametrize("seats", range(2, 16))
@pytest.mark.parametrize("waves", [bus, star, relay, tree])
def test_a_round_takes_every_seat_once_and_as_many_messages_as_it_should(
    seats: int, waves: Callable[[int], Waves]
) -> None:
    pairs = (seats - 1) // 2  # of siblings, who exchange; an edge leads up from everyone but the root
    messages = {"bus": seats * (seats - 1), "star": 2 * (seats - 1), "relay": seats, "tree": seats - 1 + 2 * pairs}
    spoken = [place for wave in waves(seats) for place in wave]
    assert sorted(spoken) == list(range(seats))
    assert sum(len(heard) for wave in waves(seats) for heard in wave.values()) == messages[waves.__name__]


def test_who_repeats_its_answer_has_settled_and_is_not_called_again(hold: Hold) -> None:
    seats = {"ada": said(1, 1), "bo": restless(20), "cy": said(3, 4, 4)}
    held = hold("eot_memory?rounds=5", QUESTION, seats)
    status = {turn.id: turn.status for turn in held.result.turns}
    assert [status[f"{wave}:ada"] for wave in range(5)] == ["ok", "ok", "copied", "copied", "copied"]
    assert [status[f"{wave}:cy"] for wave in range(5)] == ["ok", "ok", "ok", "copied", "copied"]
    assert held.result.usage.calls == 2 + 5 + 3
    assert held.heard["3:bo"] == {"2:ada", "2:cy"}  # what settled seats said stays in hearing


def test_it_ends_when_all_have_settled(hold: Hold) -> None:
    result = hold("eot_memory", QUESTION, {"ada": said(1, 1), "bo": said(2, 3, 3), "cy": said(4, 4)}).result
    assert (result.rounds, result.usage.calls, result.answer) == (3, 7, None)
    assert result.stopped_by == "stable: no answer changed for 1 round"


@pytest.mark.parametrize("protocol", EVERY)
def test_it_ends_when_all_agree(hold: Hold, protocol: str) -> None:
    result = hold(protocol, QUESTION, {"ada": said(1, 3), "bo": said(2, 3), "cy": said(3, 3)}).result
    assert (result.answer, result.rounds, result.usage.calls) == ("3", 2, 6)
    assert result.stopped_by == "unanimous: 3 of 3 answered 3"


def test_replies_are_shown_with_how_steady_their_authors_were(hold: Hold) -> None:
    seats = {"ada": restless(10), "bo": said(2, 2), "cy": said(3, 4, 3)}

    def shown(protocol: str) -> list[tuple[str, str]]:
        result = hold(protocol, QUESTION, seats).result
        turn = next(turn for turn in result.transcript.round(2) if turn.seat == "ada")
        return re.findall(r"<message author=\"(\w+)\" round=\"\d\"( confidence=\"[^\"]*\")?>", turn.prompt[-1].content)

    assert shown("eot_memory?rounds=3") == [("bo", ' confidence="1"'), ("cy", ' confidence="0"')]
    seats = {"ada": restless(10), "bo": said(2, 2), "cy": said(3, 4, 3)}
    assert shown("eot_memory?rounds=3&confidence=false") == [("bo", ""), ("cy", "")]


def votes(hold: Hold, protocol: str, names: str) -> frozenset[tuple[str, int, str]]:
    def mixing(start: int) -> Callable[[Request], str]:
        def say(request: Request) -> str:
            text = request.messages[-1].content
            return f"Final answer: {(start + sum(map(int, re.findall(r'Final answer: ([0-9]+)', text)))) % 97}"

        return say

    result = hold(protocol, QUESTION, {name: mixing(ord(name)) for name in names}).result
    return frozenset((turn.seat, turn.round, turn.vote) for turn in result.turns)


def test_on_the_bus_the_order_of_seats_changes_nothing_elsewhere_it_does(hold: Hold) -> None:
    orders = ["".join(names) for names in permutations("abc")]
    different = {protocol: len({votes(hold, protocol, names) for names in orders}) for protocol in EVERY}
    assert different["eot_memory"] == 1
    assert different["eot_report"] == 3  # who is the centre
    assert different["eot_relay"] > 2
    assert different["eot_debate"] == 3  # who is the root


@pytest.mark.parametrize("protocol", EVERY)
def test_simulated_models_hold_it_twice_alike(simulated: Hold, protocol: str) -> None:
    question = Question("Which of these came first?", options=["the comb", "the spoon", "the wheel", "the sail"])
    result = simulated(protocol, question, "ada bo cy di ed")
    assert result.status in {"decided", "undecided"}
    assert 2 <= result.rounds <= 5
