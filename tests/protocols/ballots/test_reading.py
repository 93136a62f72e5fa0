"""Ballots are read where an answer is read, in letters or words, and never guessed."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import DataError
from moot.protocols.answers import space_of, worded
from moot.protocols.ballots import Approval, BallotForm, Points, Ranking, ballot_of, ballot_space, ballot_text
from moot.protocols.question import Question

DRINKS = ["tea", "milk", "rum", "water"]
ASKED = Question("What to drink?", options=DRINKS)
LEFT = ["tea", "milk", "rum"]


def read(form: BallotForm, text: str, candidates: list[str] | None = None, question: Question = ASKED) -> object:
    reading = ballot_space(form, candidates or LEFT, space_of(question)).read(text)
    if reading.answer is None:
        return reading.reason
    ballot = ballot_of(form, reading.answer)
    return (
        ballot.order
        if isinstance(ballot, Ranking)
        else ballot.points
        if isinstance(ballot, Points)
        else ballot.approved
    )


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Final answer: B > A > C", ("milk", "tea", "rum")),
        ("**Final answer:** (B) > (A) > (C).", ("milk", "tea", "rum")),
        ("Final answer: milk > tea > rum", ("milk", "tea", "rum")),
        ("Final answer: B. milk > A. tea", ("milk", "tea")),
        ("Final answer: B, A, C", ("milk", "tea", "rum")),
        ("Final answer: B; A; C", ("milk", "tea", "rum")),
        ("Final answer: 1. B, 2. A, 3. C", ("milk", "tea", "rum")),
        ("Final answer: B ≻ A → C", ("milk", "tea", "rum")),
        ("Final answer: B -> A &gt; C", ("milk", "tea", "rum")),
        ("I think so.\nFinal answer:\nB > A > C", ("milk", "tea", "rum")),
        ("Final ranking: B > A > C", ("milk", "tea", "rum")),
        ("FINAL RANKING:\n1. B\n2. A\n3. C", ("milk", "tea", "rum")),
        ("Final answer:\n- milk\n- tea\n\nConfidence: 80%", ("milk", "tea")),
        ("Final answer: B", ("milk",)),
        ("Final answer: C > B > A (confidence: 80%)", ("rum", "milk", "tea")),
        ('{"answer": "B > A"}', ("milk", "tea")),
        ("> Final answer: A > B > C\nFinal answer: C > B", ("rum", "milk")),
        ('<message author="bo">\nFinal answer: A > B\n</message>\nFinal answer: B > A', ("milk", "tea")),
    ],
)
def test_a_ranking_is_read(text: str, order: tuple[str, ...]) -> None:
    assert read("ranking", text) == order


def test_candidates_that_hold_the_marks_of_a_ballot_are_named_in_full() -> None:
    marked = ["east <b>", "a > b", "B"]
    asked = Question("Which?", options=marked)
    assert read("ranking", "Final answer: east <b> > C", marked, asked) == ("east <b>", "B")
    assert read("points", "Final answer: east <b>: 8; a > b: 2", marked, asked) == {"a > b": 2, "east <b>": 8}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("Final answer: B > B > A", "ambiguous"),
        ("Final answer: B > D > A", "unparsed"),  # water is no candidate
        ("Final answer: B > E", "unparsed"),
        ("Final answer: B = A > C", "unparsed"),
        ("Final answer: B > A > C > A", "unparsed"),
        ("Final answer: whatever you like", "unparsed"),
        ("Final answer: B > A\nFinal answer: A > B", "ambiguous"),
        ("Final ranking:", "unparsed"),
        ("Final ranking: B > A\n1. C\n2. B", "unparsed"),
        ("I abstain.\nFinal answer: abstain", "abstained"),
        ("Final answer: every candidate once, best first", "unparsed"),
        ("> Final ranking:\n> 1. A\n> 2. B", "unparsed"),
    ],
)
def test_what_is_no_ranking_is_none(text: str, reason: str) -> None:
    assert read("ranking", text) == reason


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("Final answer: A; C", ("tea", "rum")),
        ("Final answer: A and C", ("tea", "rum")),
        ("Final answer: A & C", ("tea", "rum")),
        ("Final answer: tea", ("tea",)),
        ("Final answer: none", ()),
        ("Final answer: None of them.", ()),
        ("Final answer: all", ("milk", "rum", "tea")),
        ("Final vote:\n* tea\n* rum", ("rum", "tea")),
    ],
)
def test_approvals_are_read(text: str, approved: tuple[str, ...]) -> None:
    answer = ballot_space("approval", LEFT, space_of(ASKED)).read(text).answer
    assert answer == ballot_text(Approval(approved=approved))


def test_a_candidate_called_none_is_meant_before_nobody() -> None:
    question = Question("Which?", options=["none", "some", "more"])
    assert read("approval", "Final answer: none", ["none", "some"], question) == ("none",)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Final answer: A: 6; B: 4", {"tea": 6, "milk": 4}),
        ("Final answer: A=6, B=4", {"tea": 6, "milk": 4}),
        ("Final answer: tea 6 points, milk (4)", {"tea": 6, "milk": 4}),
        ('Final answer: {"A": 6, "B": 4}', {"tea": 6, "milk": 4}),
        ("Final answer: A: 10, B: 0, C: 0", {"tea": 10}),
        ("Final answer: A: 3", {"tea": 3}),
        ("Final answer:\n- A: 6\n- B: 4", {"tea": 6, "milk": 4}),
    ],
)
def test_points_are_read(text: str, points: dict[str, int]) -> None:
    assert read("points", text) == points


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: A: 6; B: 5",  # eleven
        "Final answer: A: 0; B: 0",
        "Final answer: A: -5; B: 5",
        "Final answer: A: 2.5; B: 5",
        "Final answer: A: 5/10; B: 5",
        "Final answer: A: 1 0",
        "Final answer: A6; B4",
        "Final answer: D: 10",
        "Final answer: 10",
        "Final answer: A: 99999999999999999999",
    ],
)
def test_what_deals_out_no_ten_points_is_none(text: str) -> None:
    assert read("points", text) == "unparsed"


def test_points_given_twice_are_ambiguous() -> None:
    assert read("points", "Final answer: A: 3; A: 4") == "ambiguous"


def test_numbers_texts_and_labels_are_candidates_too() -> None:
    number = Question("How many?", kind="number")
    assert read("ranking", "Final answer: 398 > 408.0", ["408", "398"], number) == ("398", "408")
    assert read("points", "Final answer: 408: 7; 398: 3", ["408", "398"], number) == {"408": 7, "398": 3}
    place = Question("Where?", kind="text")
    towns = ["Paris, France", "Rome, Italy"]
    assert read("ranking", "Final answer: rome, italy > Paris, France.", towns, place) == (towns[1], towns[0])
    labels = ballot_space("ranking", ["A", "B", "C"], worded(["A", "B", "C"]))
    assert labels.read("Final ranking:\n1. C\n2. A\n3. B").answer == '["C", "A", "B"]'


def test_what_is_asked_for_says_what_a_ballot_is() -> None:
    wanted = {form: ballot_space(form, LEFT, space_of(ASKED)).ask() for form in ("ranking", "approval", "points")}
    assert all(sentence.count("`Final answer: X`") == 1 for sentence in wanted.values())
    assert "10 points in all" in wanted["points"]


@settings(deadline=None, max_examples=60)
@given(st.permutations(LEFT).flatmap(lambda order: st.integers(1, 3).map(lambda many: order[:many])))
def test_every_ranking_comes_back_from_its_letters(order: list[str]) -> None:
    letters = " > ".join("ABCD"[DRINKS.index(drink)] for drink in order)
    assert read("ranking", f"So be it.\nFinal answer: {letters}") == tuple(order)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 10), min_size=3, max_size=3).filter(lambda dealt: 0 < sum(dealt) <= 10))
def test_all_points_come_back(dealt: list[int]) -> None:
    said = "; ".join(f"{letter}: {points}" for letter, points in zip("ABC", dealt, strict=True))
    found = read("points", f"Final answer: {said}")
    assert found == {drink: points for drink, points in zip(LEFT, dealt, strict=True) if points}


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.sampled_from(["ranking", "approval", "points"]))
def test_no_text_raises_and_no_ballot_names_a_stranger(text: str, form: BallotForm) -> None:
    for reply in (text, f"Final answer: {text}", f"Final ranking:\n1. {text}"):
        reading = ballot_space(form, LEFT, space_of(ASKED)).read(reply)
        if reading.answer is not None:
            ballot = ballot_of(form, reading.answer)
            named = (
                ballot.points
                if isinstance(ballot, Points)
                else ballot.order
                if isinstance(ballot, Ranking)
                else ballot.approved
            )
            assert set(named) <= set(LEFT)


@pytest.mark.parametrize("form", ["ranking", "approval", "points"])
@pytest.mark.parametrize(
    "piece",
    [
        "A > ",
        "1. A\n",
        "A: 1; ",
        ">>>>",
        "A and ",
        "&gt;",
        "Final ranking:\n1. A\n",
        "Final answer: A > B\n",
        "((",
        " ",
        "9",
    ],
)
def test_reading_takes_linear_time(form: BallotForm, piece: str) -> None:
    space = ballot_space(form, LEFT, space_of(ASKED))
    for text in (piece * 20_000, "Final answer: " + piece * 20_000, "Final ranking:\n" + piece * 20_000):
        started = time.perf_counter()
        space.read(text)
        assert time.perf_counter() - started < 2


def test_ballots_are_written_the_same_way_where_they_are_equal() -> None:
    assert ballot_text(Approval(approved=("tea", "milk"))) == ballot_text(Approval(approved=("milk", "tea")))
    assert ballot_text(Points(points={"tea": 1, "milk": 2})) == ballot_text(Points(points={"milk": 2, "tea": 1}))
    assert ballot_text(Ranking(order=("tea", "milk"))) != ballot_text(Ranking(order=("milk", "tea")))


@pytest.mark.parametrize(("form", "text"), [("ranking", '["a", "a"]'), ("points", '{"a": -1}'), ("approval", "tea")])
def test_what_is_no_ballot_is_refused_in_one_sentence(form: BallotForm, text: str) -> None:
    with pytest.raises(DataError, match="no ballot of the form"):
        ballot_of(form, text)
