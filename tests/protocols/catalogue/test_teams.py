"""Corex: two teams before a judge, a chain of reviewers, and replies marked by a retriever."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from moot import Question, Request

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
ONE, TWO, THREE = (f"Final answer: {number}" for number in (1, 2, 3))
Hold = Callable[..., Any]


def test_teams_hear_only_themselves_and_the_judge_everyone(hold: Hold) -> None:
    held = hold("corex_discuss?rounds=2", QUESTION, {"ada": ONE, "bo": ONE, "cy": TWO, "di": TWO}, TWO)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(),
        "1:ada": {"0:bo"}, "1:bo": {"0:ada"}, "1:cy": {"0:di"}, "1:di": {"0:cy"},
        "2:judge": {"1:ada", "1:bo", "1:cy", "1:di"},
    }  # fmt: skip
    assert (held.result.answer, held.result.usage.calls) == ("2", 9)
    assert "one of ada, bo, the other of cy, di" in held.result.turns[-1].prompt[-1].content


@pytest.mark.parametrize(
    ("said", "verdict", "answer", "calls"),
    [
        ([ONE, ONE, ONE, ONE, ONE], TWO, "1", 5),  # both teams agree: no judge
        ([ONE, TWO, TWO, THREE, ONE], "Final answer: 3", "3", 6),  # the second team's tie goes to its first answer
        ([ONE, TWO, TWO, THREE, ONE], "Final answer: 2", "2", 6),
        ([ONE, TWO, TWO, THREE, ONE], "Final answer: 1", None, 7),  # no team's answer: asked again, then undecided
        (["no idea"] * 3 + [THREE, THREE], ONE, "3", 8),
    ],
)
def test_the_judge_picks_between_the_answers_of_the_teams(
    hold: Hold, said: list[str], verdict: str, answer: str | None, calls: int
) -> None:
    seats = dict(zip(("ada", "bo", "cy", "di", "ed"), said, strict=True))
    result = hold("corex_discuss?rounds=1", QUESTION, seats, verdict).result
    assert (result.answer, result.usage.calls) == (answer, calls)


def test_each_reviewer_reads_the_version_before_it_and_nothing_else(hold: Hold) -> None:
    held = hold("corex_review", QUESTION, {"ada": ONE, "bo": TWO, "cy": THREE})
    assert held.heard == {"0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"1:bo"}}
    assert (held.result.answer, held.result.usage.calls, held.result.rounds) == ("3", 3, 1)


def test_an_unreadable_review_leaves_the_version_before(hold: Hold) -> None:
    result = hold("corex_review", QUESTION, {"ada": ONE, "bo": TWO, "cy": "hm"}).result
    assert (result.answer, result.status) == ("2", "degraded")


def retrieving(**marks: int | str) -> str:
    return json.dumps({**marks, "reason": "the steps follow", "answer": "1"})


def test_the_retriever_reads_replies_that_were_given_alone(hold: Hold) -> None:
    held = hold("corex_retrieve", QUESTION, {"ada": ONE, "bo": ONE, "cy": TWO}, retrieving(ada=4, bo=6, cy=9))
    assert held.heard == {"0:ada": set(), "0:bo": set(), "0:cy": set(), "1:judge": {"0:ada", "0:bo", "0:cy"}}
    assert (held.result.answer, held.result.usage.calls) == ("2", 4)  # the best mark, against the majority
    assert held.result.outcome.support == {"1": 6.0, "2": 9.0}


@pytest.mark.parametrize(
    ("marks", "answer"),
    [
        ({"ada": "8/10", "bo": 7}, "1"),
        ({"ada": 11, "bo": 7}, "2"),
        ({"bo": 3}, "2"),
        ({"ada": 5, "bo": 5}, None),
        ({}, None),
    ],
)
def test_only_marks_from_one_to_ten_count(hold: Hold, marks: dict[str, Any], answer: str | None) -> None:
    assert hold("corex_retrieve", QUESTION, {"ada": ONE, "bo": TWO}, retrieving(**marks)).result.answer == answer


@pytest.mark.parametrize("names", ["ada bo cy di", "di cy bo ada"])
def test_the_names_of_team_members_do_not_matter(hold: Hold, names: str) -> None:
    def joins(own: str, other: str) -> Callable[[Request], str]:
        return lambda request: other if "<message" in request.messages[-1].content else own

    said = [joins(ONE, TWO), joins(TWO, TWO), joins(THREE, THREE), joins(ONE, THREE)]
    result = hold("corex_discuss", QUESTION, dict(zip(names.split(), said, strict=True)), TWO).result
    assert (result.answer, result.outcome.support) == ("2", {"2": 2.0, "3": 2.0})


def test_the_order_of_reviewers_matters(hold: Hold) -> None:
    answers = {
        hold("corex_review", QUESTION, says).result.answer
        for says in ({"ada": ONE, "bo": TWO}, {"bo": TWO, "ada": ONE})
    }
    assert answers == {"1", "2"}


@pytest.mark.parametrize("protocol", ["corex_discuss", "corex_review", "corex_retrieve"])
def test_simulated_models_work_together(simulated: Callable[..., Any], protocol: str) -> None:
    question = Question("Is 9.11 larger than 9.9?", kind="bool")
    result = simulated(protocol, question, "ada bo cy di", judge=protocol != "corex_review")
    assert not [turn.id for turn in result.turns if turn.status != "ok"]
    assert result.status == "decided" or result.outcome.ties
