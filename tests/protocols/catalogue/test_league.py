"""Both sides of a motion in turns of a fixed kind, judged by signed margins and rated over many debates."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from moot import Debate, Question, Request, Turn
from moot.errors import SpecError
from moot.protocols.rating import bradley_terry, margin_games, soft_score

MOTION = Question("Should cities ban cars from their centres?", kind="bool")
Hold = Callable[..., Any]


def arguing(request: Request) -> str:
    return "So it is. Final answer: yes" if "affirmative" in request.messages[0].content else "Final answer: no"


def margin(value: float) -> str:
    return f"Final answer: {value}"


def test_sides_hear_each_others_last_words_and_judges_the_whole_debate(hold: Hold) -> None:
    held = hold("pro_con_league?swap=false", MOTION, {"ada": arguing, "bo": arguing, "cy": margin(2)})
    assert held.heard == {
        "0:ada": set(), "1:bo": {"0:ada"},
        "2:ada": {"1:bo"}, "3:bo": {"2:ada"},
        "4:ada": {"3:bo"}, "5:bo": {"4:ada"},
        "6:ada": {"5:bo"}, "7:bo": {"6:ada"},
        "8:ada": {"7:bo"}, "9:bo": {"8:ada"},
        "10:cy": {"0:ada", "1:bo", "2:ada", "3:bo", "4:ada", "5:bo", "6:ada", "7:bo", "8:ada", "9:bo"},
    }  # fmt: skip


def test_after_the_swap_nobody_knows_of_the_first_debate(hold: Hold) -> None:
    held = hold("pro_con_league", MOTION, {"ada": arguing, "bo": arguing, "cy": margin(2), "di": margin(-1)})
    turns = {turn.id: turn for turn in held.result.turns}
    assert held.heard["11:bo"] == set()
    assert held.heard["12:ada"] == {"11:bo"}
    assert {id.split(":")[0] for id in held.heard["21:cy"]} == {str(wave) for wave in range(11, 21)}
    assert [turns[id].role for id in ("0:ada", "1:bo", "11:bo", "12:ada")] == ["affirmative", "negative"] * 2
    assert [turns[id].stance for id in ("0:ada", "1:bo", "11:bo", "12:ada")] == ["yes", "no"] * 2
    assert len(turns["11:bo"].prompt) == 2  # no chat from before


def test_the_turns_are_of_five_kinds(hold: Hold) -> None:
    turns = hold("pro_con_league?swap=false", MOTION, {"ada": arguing, "bo": arguing, "cy": margin(0)}).result.turns
    kinds = ["opening", "rebuttal", "question", "reply", "closing"]
    assert [f"round {turn.round}, the {kinds[turn.round]}." in turn.prompt[-1].content for turn in turns[:10]] == [
        True
    ] * 10


def test_judges_read_no_names(hold: Hold) -> None:
    turns = hold("pro_con_league?swap=false", MOTION, {"ada": arguing, "bobby": arguing, "cy": margin(0)}).result.turns
    prompt = turns[-1].prompt[-1].content
    assert prompt.index('author="participant-1"') < prompt.index('author="participant-2"')
    assert "bobby" not in prompt


@pytest.mark.parametrize(("judges", "calls"), [(1, 22), (2, 24), (3, 26)])
def test_a_match_takes_twenty_turns_and_two_verdicts_of_each_judge(hold: Hold, judges: int, calls: int) -> None:
    says = {"ada": arguing, "bo": arguing} | {f"judge-{place}": margin(1) for place in range(judges)}
    result = hold("pro_con_league", MOTION, says).result
    assert (result.usage.calls, result.rounds, result.answer) == (calls, 10, "yes")


@pytest.mark.parametrize(
    ("margins", "answer", "support"),
    [
        (["3", "-1"], "yes", {"yes": 1 + 1 / 3, "no": 2 / 3}),
        (["-2", "+1.5"], "no", {"yes": 1 / 6 + 0.75, "no": 5 / 6 + 0.25}),
        (["2", "-2"], None, {"yes": 1.0, "no": 1.0}),
        (["2", "huge", "no idea"], "yes", {"yes": 5 / 6, "no": 1 / 6}),  # asked again, then not counted
    ],
)
def test_the_mean_margin_of_both_debates_decides(
    hold: Hold, margins: list[str], answer: str | None, support: dict[str, float]
) -> None:
    judge = [f"Final answer: {value}" for value in margins]
    result = hold("pro_con_league", MOTION, {"ada": arguing, "bo": arguing, "cy": judge}).result
    assert result.answer == answer
    assert result.outcome.support == pytest.approx(support)
    assert result.outcome.ties == (("yes", "no") if answer is None else ())


def test_margins_become_games_of_the_side_that_spoke_for(hold: Hold) -> None:
    judges = {"cy": ["Final answer: 3", "Final answer: -1"], "di": ["Final answer: 0", "none", "I pass"]}
    turns = hold("pro_con_league", MOTION, {"ada": arguing, "bo": arguing, **judges}).result.turns
    games = [(game.first, game.second, game.points) for game in margin_games(turns)]
    assert games == [("ada", "bo", 1.0), ("ada", "bo", 0.5), ("bo", "ada", pytest.approx(1 / 3))]
    assert margin_games(turns, by="model") == []  # one model in both seats


def test_soft_scores_of_the_two_sides_sum_to_one() -> None:
    assert [soft_score(margin) + soft_score(-margin) for margin in (0, 0.5, 1, 3)] == [1.0] * 4


def test_a_league_is_rated_over_the_debates_of_its_pairs(hold: Hold) -> None:
    strength = {"ada": 2, "bo": 1, "cy": 0}

    def judged(first: str, second: str) -> list[Turn]:
        gap = strength[first] - strength[second]
        verdicts = [f"Final answer: {gap + 0.5}", f"Final answer: {0.5 - gap}"]  # speaking for is worth half a point
        result = hold("pro_con_league", MOTION, {first: arguing, second: arguing, "jo": verdicts}).result
        return list(result.turns)

    games = margin_games(turn for pair in combinations(strength, 2) for turn in judged(*pair))
    rated = bradley_terry(games, side=True)
    assert list(rated.strengths) == ["ada", "bo", "cy"]
    assert rated.side is not None
    assert rated.side > 0
    assert rated.strengths["ada"] == pytest.approx(-rated.strengths["cy"], abs=0.05)


def test_a_question_without_two_sides_is_refused() -> None:
    debate = Debate(["sim/debater"] * 3, protocol="pro_con_league")
    with pytest.raises(SpecError, match="two sides need two answers"):
        debate.run(Question("How many?", kind="number"), runtime="local")


def test_it_matters_who_speaks_first_and_the_swap_takes_that_out(hold: Hold) -> None:
    def openings(request: Request) -> str:
        """Whoever spoke first wins narrowly."""
        return margin(1)

    for names in (("ada", "bo"), ("bo", "ada")):
        turns = hold("pro_con_league", MOTION, {**dict.fromkeys(names, arguing), "jo": openings}).result.turns
        points = dict.fromkeys(names, 0.0)
        for game in margin_games(turns):
            points[game.first] += game.points
            points[game.second] += 1 - game.points
        assert points == pytest.approx({"ada": 1.0, "bo": 1.0})


def test_simulated_models_hold_a_match(simulated: Callable[..., Any]) -> None:
    result = simulated("pro_con_league", MOTION, "ada bo cy di")
    assert not [turn.id for turn in result.turns if turn.status != "ok"]
    assert len(margin_games(result.turns)) == 4
