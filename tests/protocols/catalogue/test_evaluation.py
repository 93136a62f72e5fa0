"""ChatEval in its three forms, the scorer and its devil's advocate, and assessors with an evaluator."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from moot import Question, Request

PAIR = Question("Which reply is better?", options=["the first", "the second"], gold="the second")
DRAFT = Question("How good is the summary?", kind="score", gold="7")
SAFE = Question("Is it safe to follow this instruction?", kind="bool", gold="no")
Hold = Callable[..., Any]
Heard = dict[str, set[str]]


def scoring(first: int, second: int) -> Callable[[Request], str]:
    """Someone who discusses, and scores so when asked to."""
    best = "A" if first > second else "B"
    card = json.dumps({"reason": "as I see it", "score_A": first, "score_B": second, "answer": best})
    return lambda request: card if "<reply_format>" in request.messages[-1].content else f"Final answer: {best}"


THREE = {"ada": scoring(8, 3), "bo": scoring(4, 6), "cy": scoring(5, 6)}
ROUNDS_BEFORE: Heard = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
    "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
}  # fmt: skip
ALL_SO_FAR: Heard = {
    "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"},
    "3:ada": {"1:bo", "2:cy"}, "4:bo": {"2:cy", "3:ada"}, "5:cy": {"3:ada", "4:bo"},
}  # fmt: skip
SUMMARIES: Heard = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
    "2:ada": set(), "2:bo": set(), "2:cy": set(),
    "3:ada": {"2:bo", "2:cy"}, "3:bo": {"2:ada", "2:cy"}, "3:cy": {"2:ada", "2:bo"},
    "4:ada": set(), "4:bo": set(), "4:cy": set(),
}  # fmt: skip


@pytest.mark.parametrize(
    ("protocol", "table"),
    [
        ("chateval_one_by_one?rounds=2", ALL_SO_FAR),
        ("chateval_simultaneous?rounds=3", ROUNDS_BEFORE),
        ("chateval_summary?rounds=3", SUMMARIES),
    ],
)
def test_evaluators_hear(hold: Hold, protocol: str, table: Heard) -> None:
    assert hold(protocol, PAIR, THREE).heard == table


def test_a_summary_stands_in_place_of_all_that_was_said(hold: Hold) -> None:
    def says(name: str) -> Callable[[Request], str]:
        return lambda request: (
            f"{name} {'sums up' if 'Sum up' in request.messages[-1].content else 'raw'}. Final answer: A"
        )

    turns = {
        turn.id: turn
        for turn in hold("chateval_summary?rounds=3", PAIR, {"ada": says("ada"), "bo": says("bo")}).result.turns
    }
    later = turns["2:ada"].prompt[-1].content
    assert "ada sums up" in later
    assert "raw" not in later
    assert "bo" not in later
    second = turns["3:ada"].prompt[-1].content
    assert "ada sums up" in second  # its summary before is part of what it sums up
    assert "ada raw" in second


@pytest.mark.parametrize(
    ("protocol", "calls"),
    [
        ("chateval_one_by_one?rounds=3", 9),
        ("chateval_simultaneous?rounds=3", 9),
        ("chateval_summary?rounds=3", 15),
        ("chateval_summary?rounds=1", 3),
    ],
)
def test_the_option_of_the_best_mean_score_wins_after_so_many_calls(hold: Hold, protocol: str, calls: int) -> None:
    result = hold(protocol, PAIR, THREE).result
    assert result.usage.calls == calls
    assert result.answer == "the first"  # though two of three prefer the second
    assert result.outcome.support == pytest.approx({"the first": 17 / 3, "the second": 5.0})


def test_equal_means_are_a_tie(hold: Hold) -> None:
    result = hold("chateval_simultaneous", PAIR, {"ada": scoring(8, 3), "bo": scoring(3, 8)}).result
    assert (result.answer, result.outcome.ties) == (None, ("the first", "the second"))


def test_a_score_out_of_range_spoils_the_card(hold: Hold) -> None:
    result = hold("chateval_simultaneous", PAIR, {"ada": scoring(80, 3), "bo": scoring(3, 8)}).result
    assert result.outcome.support == {"the first": 3.0, "the second": 8.0}


@pytest.mark.parametrize(
    ("protocol", "carded"),
    [
        ("chateval_one_by_one?rounds=2", ["2:ada", "3:bo"]),
        ("chateval_one_by_one?rounds=2&variant=reference", ["3:bo"]),
        ("chateval_simultaneous?rounds=3", ["2:ada", "2:bo"]),
        ("chateval_simultaneous?rounds=3&variant=reference", ["1:ada", "1:bo", "2:ada", "2:bo"]),
    ],
)
def test_the_variants_differ_in_who_is_asked_for_scores(hold: Hold, protocol: str, carded: list[str]) -> None:
    result = hold(protocol, PAIR, {"ada": scoring(8, 3), "bo": scoring(3, 9)}).result
    assert [turn.id for turn in result.turns if turn.fields] == carded


def test_a_question_without_options_is_answered_by_the_mean(hold: Hold) -> None:
    says = {"ada": "Final answer: 8", "bo": "Final answer: 5"}
    assert hold("chateval_simultaneous", DRAFT, says).result.answer == "6.5"


def test_scorer_and_critic_hear_each_other_only(hold: Hold) -> None:
    says = {"ada": "Final answer: 8", "bo": "It is thin. Final answer: dissatisfied"}
    held = hold("devils_advocate?rounds=3", DRAFT, says)
    assert held.heard == {"0:ada": set(), "1:bo": {"0:ada"}, "2:ada": {"1:bo"}, "3:bo": {"2:ada"}, "4:ada": {"3:bo"}}
    assert (held.result.answer, held.result.usage.calls, held.result.rounds) == ("8", 5, 3)
    assert [message.role for message in held.result.turns[-1].prompt].count("assistant") == 2


def test_a_satisfied_critic_ends_it_with_the_last_score(hold: Hold) -> None:
    critic = ["Too kind. Final answer: dissatisfied", "Final answer: satisfied"]
    result = hold(
        "devils_advocate?rounds=5", DRAFT, {"ada": ["Final answer: 9", "Final answer: 6"], "bo": critic}
    ).result
    assert (result.answer, result.usage.calls, result.stopped_by) == ("6", 4, "critic: no fault is left")


def test_the_critics_word_is_no_answer_of_the_debate(hold: Hold) -> None:
    result = hold("devils_advocate", DRAFT, {"ada": "Final answer: 9", "bo": "Final answer: satisfied"}).result
    assert (result.votes(-1), result.status) == ({"9": ("ada",)}, "decided")


MARKS = json.dumps({"ada": "7, 5, 8, 6", "bo": "4, 4, 4, 4"})


def test_assessors_read_each_other_and_the_evaluators_marks(hold: Hold) -> None:
    held = hold("madra?rounds=3", SAFE, {"ada": "Final answer: no", "bo": "Final answer: yes"}, MARKS)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "1:judge": {"0:ada", "0:bo"},
        "2:ada": {"0:bo", "1:judge"}, "2:bo": {"0:ada", "1:judge"}, "3:judge": {"2:ada", "2:bo"},
        "4:ada": {"2:bo", "3:judge"}, "4:bo": {"2:ada", "3:judge"},
    }  # fmt: skip
    assert (held.result.answer, held.result.outcome.ties) == (None, ("no", "yes"))
    assert held.result.usage.calls == 2 * 3 + 2
    assert "7, 5, 8, 6" in held.result.turns[-1].prompt[-1].content


def test_assessors_stop_when_they_agree_and_else_their_majority_decides(hold: Hold) -> None:
    swayed = ["Final answer: yes", "Final answer: no"]
    result = hold("madra?rounds=5", SAFE, {"ada": "Final answer: no", "bo": swayed}, MARKS).result
    assert (result.answer, result.usage.calls, result.stopped_by) == ("no", 5, "unanimous: 2 of 2 answered no")
    three = {"ada": "Final answer: no", "bo": "Final answer: yes", "cy": "Final answer: no"}
    assert hold("madra?rounds=2", SAFE, three, MARKS).result.answer == "no"


def test_every_other_assessor_leans_to_caution(hold: Hold) -> None:
    says = dict.fromkeys(("ada", "bo", "cy"), "Final answer: no")
    turns = hold("madra", SAFE, says, MARKS).result.turns
    assert ["lean to caution" in turn.prompt[-1].content for turn in turns] == [True, False, True]


@pytest.mark.parametrize("names", ["ada bo cy", "cy bo ada"])
def test_assessors_of_one_round_are_known_by_their_place_alone(hold: Hold, names: str) -> None:
    def counts(request: Request) -> str:
        """Says yes where most of what it reads does."""
        heard = request.messages[-1].content
        more = heard.count("Final answer: yes") > heard.count("Final answer: no")
        return f"Final answer: {'yes' if more or 'permission' in heard else 'no'}"

    result = hold("madra?rounds=2", SAFE, dict.fromkeys(names.split(), counts), MARKS).result
    assert [turn.vote for turn in result.turns] == ["no", "yes", "no", None, "no", "yes", "no"]


def test_scorer_and_critic_are_not_exchangeable(hold: Hold) -> None:
    says = {"ada": "Final answer: 8", "bo": "Final answer: 3"}
    swapped = {"bo": says["bo"], "ada": says["ada"]}
    answers = [hold("devils_advocate?rounds=1", DRAFT, seats).result.answer for seats in (says, swapped)]
    assert answers == ["8", "3"]


@pytest.mark.parametrize("names", ["ada bo cy", "cy ada bo"])
@pytest.mark.parametrize("protocol", ["chateval_simultaneous", "chateval_summary"])
def test_where_all_speak_at_once_the_names_of_the_seats_do_not_matter(hold: Hold, protocol: str, names: str) -> None:
    says = dict(zip(names.split(), THREE.values(), strict=True))
    assert hold(protocol, PAIR, says).result.outcome.support == pytest.approx({"the first": 17 / 3, "the second": 5.0})


def test_one_by_one_it_matters_who_speaks_first(hold: Hold) -> None:
    def follows(request: Request) -> str:
        """Scores as the last one did who spoke before it."""
        heard = request.messages[-1].content
        card = scoring(2, 9) if "Final answer: B" in heard or '"answer": "B"' in heard else scoring(9, 2)
        return card(request)

    says = {"ada": scoring(2, 9), "bo": follows}
    turned = {"bo": follows, "ada": scoring(2, 9)}
    protocol = "chateval_one_by_one?rounds=1"
    assert hold(protocol, PAIR, says).result.answer == "the second"
    assert hold(protocol, PAIR, turned).result.answer is None


@pytest.mark.parametrize(
    ("protocol", "question", "names"),
    [
        ("chateval_one_by_one", PAIR, "ada bo"),
        ("chateval_simultaneous", PAIR, "ada bo"),
        ("chateval_summary", PAIR, "ada bo cy"),
        ("devils_advocate", DRAFT, "ada bo"),
        ("madra", SAFE, "ada bo cy"),
    ],
)
def test_simulated_models_evaluate(
    simulated: Callable[..., Any], protocol: str, question: Question, names: str
) -> None:
    result = simulated(protocol, question, names, judge=protocol == "madra")
    assert not [turn.id for turn in result.turns if turn.status != "ok"]
    assert result.status == "decided" or result.outcome.ties
