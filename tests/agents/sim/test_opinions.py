"""What simulated models say beside an answer: ballots, words, scores, probabilities, and fields of any name."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from moot.agents.records import Message
from moot.agents.sim.debater import Debater
from moot.agents.sim.reader import read
from moot.agents.sim.update import support, thought
from moot.agents.sim.world import item_of

CITIES = ("Perth", "Canberra", "Sydney", "Melbourne")
ASKED = "Which city is the capital of Australia?"
LISTED = ("A. Perth", "B. Canberra", "C. Sydney")
RANKING = "every candidate once, best first, with > between them"
APPROVAL = "every candidate that you find good enough, with ; between them, or none"
POINTS = "each candidate with its points as in `candidate: points`, with ; between them, 10 points in all"
SCORE = "a score, a number from 1 to 10"
PROBABILITY = "a probability, a decimal number from 0 to 1"


def said(bench: Any, model: str, wanted: str, answers: Sequence[str] = (), *, seed: int = 1, **given: Any) -> str:
    """What stands after the mark."""
    peers = [bench.peer(f"p{place}", bench.final(answer)) for place, answer in enumerate(answers)]
    prompt = bench.render(ASKED, options=CITIES, peers=peers, wanted=wanted, **given)
    return str(bench.call(model, prompt, seed=seed).text).splitlines()[-1].removeprefix("Final answer: ")


def test_a_ranking_names_every_candidate_once_and_mostly_begins_with_the_right_one(bench: Any) -> None:
    firsts: Counter[str] = Counter()
    for seed in range(60):
        ranked = said(bench, "sim/debater?accuracy=0.95", RANKING, "ABC", candidates=LISTED, seed=seed).split(" > ")
        assert sorted(ranked) == ["A", "B", "C"]
        firsts[ranked[0]] += 1
    assert firsts.most_common(1)[0][0] == "B"
    assert len({said(bench, "sim/debater", RANKING, "ABC", candidates=LISTED, seed=seed) for seed in range(20)}) > 1


def test_approvals_hold_the_best_and_points_sum_to_the_total(bench: Any) -> None:
    for seed in range(30):
        approved = said(bench, "sim/debater", APPROVAL, "ABC", candidates=LISTED, seed=seed).split("; ")
        assert approved
        assert set(approved) <= {"A", "B", "C"}
        dealt = [item.split(": ") for item in said(bench, "sim/debater", POINTS, "AB", candidates=LISTED).split("; ")]
        assert sum(int(points) for _, points in dealt) == 10
        assert {candidate for candidate, _ in dealt} <= {"A", "B", "C"}


def test_an_exact_agent_gives_its_own_answer_everything(bench: Any) -> None:
    assert said(bench, "sim/exact-oracle", RANKING, "AC", candidates=LISTED).startswith("B > ")
    assert said(bench, "sim/exact-oracle", APPROVAL, "AC", candidates=LISTED) == "B"
    assert said(bench, "sim/exact-zealot?init=Sydney", POINTS, "AC", candidates=LISTED) == "C: 10"


def test_open_candidates_are_named_as_they_are_listed(bench: Any) -> None:
    listed = ("Only at night.", "(never)", "always!")
    prompt = bench.render("When should cars be allowed?", "text", candidates=listed, wanted=RANKING)
    line = str(bench.call("sim/debater", prompt).text).splitlines()[-1].removeprefix("Final answer: ")
    assert sorted(line.split(" > ")) == sorted(listed)


def test_replies_can_be_candidates_by_their_authors(bench: Any) -> None:
    given = {"candidates": ("p0", "p1"), "role": "judge"}
    ranked = {said(bench, "sim/debater", RANKING, "AB", seed=seed, **given) for seed in range(20)}
    assert ranked == {"p0 > p1", "p1 > p0"}
    votes = Counter(said(bench, "sim/debater?accuracy=0.97", RANKING, "AB", seed=seed, **given) for seed in range(60))
    assert votes["p1 > p0"] > votes["p0 > p1"] * 0.3


def test_a_debater_asked_to_choose_among_candidates_stays_among_them(bench: Any) -> None:
    wanted = "the letter of the option you choose; choose among the candidates"
    found = {said(bench, "sim/debater", wanted, "BB", candidates=("C. Sydney", "A. Perth"), seed=n) for n in range(30)}
    assert found <= {"A", "C"}


@pytest.mark.parametrize(
    "words", [("agree", "disagree"), ("yes", "no"), ("satisfied", "dissatisfied"), ("stop", "continue")]
)
def test_one_of_two_words_says_whether_the_last_reply_has_its_own_answer(bench: Any, words: tuple[str, str]) -> None:
    for wanted in (" or ".join(words), " or ".join(words[::-1])):
        assert said(bench, "sim/exact-oracle", wanted, "AB") == words[0]
        assert said(bench, "sim/exact-oracle", wanted, "BA") == words[1]
    debater = Counter(said(bench, "sim/debater?accuracy=0.97", " or ".join(words), "B", seed=n) for n in range(30))
    assert set(debater) <= set(words)
    assert debater[words[0]] > debater[words[1]]


def test_an_exact_agent_can_be_told_which_word_to_say(bench: Any) -> None:
    assert said(bench, "sim/exact-zealot?init=continue", "stop or continue", round=0) == "continue"


@pytest.mark.parametrize("words", [("first", "second"), ("A", "B", "tie"), ("p0", "p1"), ("p0", "p1", "neither")])
def test_words_that_name_replies_choose_the_one_it_prefers(bench: Any, words: tuple[str, ...]) -> None:
    wanted = " or ".join(words)
    assert said(bench, "sim/exact-oracle", wanted, "BC") == words[0]
    assert said(bench, "sim/exact-oracle", wanted, "CB") == words[1]
    judged = Counter(said(bench, "sim/debater", wanted, "CB", role="judge", seed=seed) for seed in range(60))
    assert set(judged) == set(words[:2])


def test_a_margin_is_for_the_first_reply_or_against_it(bench: Any) -> None:
    wanted = "-3 or -2 or -1 or 0 or 1 or 2 or 3"
    assert said(bench, "sim/exact-oracle", wanted, "BA") == "3"
    assert said(bench, "sim/exact-oracle", wanted, "AB") == "-3"
    assert said(bench, "sim/exact-oracle", wanted, "AC") == "0"
    judged = {said(bench, "sim/debater", wanted, "AB", role="judge", seed=seed) for seed in range(30)}
    assert judged <= set(wanted.split(" or "))
    assert len(judged) > 2


def test_a_score_beside_the_question_is_of_the_last_reply(bench: Any) -> None:
    marks = [int(said(bench, "sim/debater", SCORE, "AB", seed=seed)) for seed in range(40)]
    assert all(1 <= mark <= 10 for mark in marks)
    assert len(set(marks)) > 2
    assert said(bench, "sim/exact-oracle", SCORE, "AB") == "10"
    assert said(bench, "sim/exact-oracle", SCORE, "BA") == "1"


def test_a_probability_beside_the_question_is_of_the_first_candidate_or_reply(bench: Any) -> None:
    assert 0 <= float(said(bench, "sim/debater", PROBABILITY, "AB", role="judge")) <= 1
    assert said(bench, "sim/exact-oracle", PROBABILITY, "BA") == "1.00"
    assert said(bench, "sim/exact-oracle", PROBABILITY, "AB") == "0.00"
    assert said(bench, "sim/exact-oracle", PROBABILITY, "AB", candidates=("B. Canberra", "A. Perth")) == "1.00"


def test_questions_of_those_kinds_are_still_answered(bench: Any) -> None:
    prompt = bench.render("How good is this poem?", "score", wanted=SCORE)
    assert bench.call("sim/debater", prompt) == bench.call("sim/debater", prompt)
    assert 1 <= int(str(bench.call("sim/debater", prompt).view["answer"])) <= 10
    prompt = bench.render("Is 7 prime?", "bool", wanted="yes or no")
    assert bench.call("sim/exact-oracle", prompt).view["answer"] == "yes"


def test_every_reply_shown_gets_a_score_in_its_place(bench: Any) -> None:
    says = "Score each reply above from 1 to 5, as in `[[4, 3]]`."
    prompt = bench.render(ASKED, options=CITIES, peers=[bench.peer(n, bench.final("B")) for n in "xyz"], says=says)
    text = str(bench.call("sim/debater", prompt).text)
    scores = json.loads(text.splitlines()[-2])[0]
    assert len(scores) == 3
    assert all(1 <= score <= 5 for score in scores)
    assert text.splitlines()[-1].startswith("Final answer: ")
    alone = str(bench.call("sim/debater", bench.render(ASKED, options=CITIES, says=says)).text)
    assert "[[" not in alone


def test_fields_of_any_name_get_something_sensible(bench: Any) -> None:
    fields = {
        "agree": "yes or no: whether you agree with the last reply",
        "issue": "yes if there is a flaw, else no",
        "first": "a score from 1 to 10 for the first reply",
        "scores": "one score from 1 to 5 for each reply shown, as in [[4, 3]]",
        "preferred": "first or second",
        "sign": "from -1 to 1",
        "sorts": "marks from 1 to 10 for logic, candour and clarity, in this order, for the reply of x",
        "probability": "that the first reply is right, from 0 to 1",
        "argument": "your case in 2 to 3 sentences",
        "misconceptions": "what is wrong with it",
    }
    peers = [bench.peer("x", bench.final("B")), bench.peer("y", bench.final("C"))]
    prompt = bench.render(ASKED, options=CITIES, peers=peers, fields=fields)
    reply = json.loads(bench.call("sim/exact-oracle", prompt).text)
    assert (reply["agree"], reply["issue"], reply["first"], reply["preferred"]) == ("no", "yes", 10, "first")
    assert reply["scores"] == "[[5, 1]]"
    assert reply["argument"] == reply["misconceptions"] == "As my rule has it."
    for seed in range(10):
        reply = json.loads(bench.call("sim/debater", prompt, seed=seed).text)
        assert {reply["agree"], reply["issue"]} == {"yes", "no"}
        assert 1 <= reply["first"] <= 10
        assert reply["preferred"] in {"first", "second"}
        assert -1 <= reply["sign"] <= 1
        assert [1 <= int(mark) <= 10 for mark in reply["sorts"].split(", ")] == [True] * 3
        assert 0 <= reply["probability"] <= 1
        assert reply["argument"].endswith(".")


def test_candidates_of_an_earlier_turn_stand_where_it_is_asked_again_and_no_longer(bench: Any) -> None:
    first = bench.render(ASKED, options=CITIES, candidates=LISTED, wanted=RANKING)
    again = (*first, Message(role="assistant", content="Hm."), Message(role="user", content="Again, please."))
    assert read(again).candidates == CITIES[:3]
    quoted = bench.peer("x", bench.final("B")).quoted()
    later = (*first, Message(role="assistant", content="A > B > C"), Message(role="user", content=quoted))
    assert read(later).candidates == ()


def test_a_message_of_several_weighs_as_so_many_peers(bench: Any) -> None:
    counted = [bench.peer("", "Final answer: B", size=3), bench.peer("", "Final answer: C", size=1)]
    alone = [bench.peer(f"p{place}", f"Final answer: {letter}") for place, letter in enumerate("BBBC")]
    own = {"own": "Final answer: A"}
    model = Debater()
    grouped, apart = (read(bench.render(ASKED, options=CITIES, peers=peers, **own)) for peers in (counted, alone))
    assert support(grouped.peers, model) == support(apart.peers, model)
    item = item_of(ASKED, "choice", CITIES, 0, None)
    assert thought(grouped, item, model, b"k") == thought(apart, item, model, b"k")


def test_an_urn_counts_all_who_stand_behind_a_message(bench: Any) -> None:
    counted = [bench.peer("", "Final answer: B", size=6), bench.peer("", "Final answer: A", size=2)]
    prompt = bench.render(ASKED, options=CITIES, peers=counted, round=1)
    texts = [str(bench.call("sim/exact-dcm?init=A&a0=0.001", prompt, seed=seed).text) for seed in range(800)]
    assert texts.count("Final answer: B") / 800 == pytest.approx(0.75, abs=0.07)


def test_a_confidence_beside_the_words_counts_as_stated(bench: Any) -> None:
    beside = [bench.peer("x", "Final answer: B", confidence=0.9), bench.peer("y", "Final answer: C", confidence=0.5)]
    within = [bench.peer("x", "Final answer: B\nConfidence: 90%"), bench.peer("y", "Final answer: C\nConfidence: 50%")]
    one, other = (read(bench.render(ASKED, options=CITIES, peers=peers)).peers for peers in (beside, within))
    assert support(one, Debater()) == support(other, Debater())
    over = [bench.peer("x", "Final answer: B\nConfidence: 20%", confidence=0.9)]
    assert read(bench.render(ASKED, options=CITIES, peers=over)).peers[0].confidence == 0.9
