"""Approvals and points are added up; what was said over all rounds is scored as Free-MAD has it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.protocols.ballots import Approval, Points
from moot.protocols.decide.scoring import approval_count, cumulative_count, history_count, trajectory_scores

ANSWERS = st.none() | st.sampled_from("AB") | st.sampled_from("ABC")
HISTORIES = st.integers(1, 4).flatmap(
    lambda rounds: st.lists(st.lists(ANSWERS, min_size=rounds, max_size=rounds), min_size=1, max_size=5)
)


def histories(said: list[list[str | None]]) -> dict[str, list[str | None]]:
    return {f"a{place}": answers for place, answers in enumerate(said, 1)}


def test_nobody_leads_where_nobody_approves_or_spends() -> None:
    assert approval_count([Approval(approved=())], "ab").lead == ()
    assert cumulative_count([], "ab").lead == ()
    assert cumulative_count([Points(points={"x": 10})], "ab").lead == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=8))
def test_approving_more_only_helps_who_is_approved(approved: list[set[str]]) -> None:
    ballots = [Approval(approved=tuple(sorted(names))) for names in approved]
    before = approval_count(ballots, "abc")
    after = approval_count([*ballots, Approval(approved=("a",))], "abc")
    assert after.support == before.support | {"a": before.support["a"] + 1}
    if "a" in before.lead:
        assert after.lead == ("a",)


def test_points_win_where_approvals_tie() -> None:
    dealt = [Points(points={"a": 9, "b": 1}), Points(points={"a": 4, "b": 6})]
    assert cumulative_count(dealt, "ab").lead == ("a",)
    approved = [Approval(approved=tuple(ballot.points)) for ballot in dealt]
    assert approval_count(approved, "ab").lead == ("a", "b")


def test_a_trajectory_worked_out_by_hand() -> None:
    history: dict[str, list[str | None]] = {"ada": ["A", "B", "B"], "bo": ["B", "B", None], "cy": [None, "A", "C"]}
    # round 0: A +20, B +20; round 1, halved: ada A -12.5 B +15, bo B +10, cy A +10; round 2, in thirds:
    # ada B +20/3, cy A -25/3 C +10
    assert trajectory_scores(history) == pytest.approx({"A": 17.5 - 25 / 3, "B": 45 + 20 / 3, "C": 10.0})
    assert trajectory_scores(history, per_contributor=True) == pytest.approx(
        {"A": (17.5 - 25 / 3) / 2, "B": (45 + 20 / 3) / 2, "C": 10.0}
    )


@settings(deadline=None, max_examples=60)
@given(HISTORIES)
def test_one_round_scores_as_it_counts(said: list[list[str | None]]) -> None:
    first = {seat: answers[:1] for seat, answers in histories(said).items()}
    assert trajectory_scores(first) == {answer: 20 * count for answer, count in history_count(first).items()}


@settings(deadline=None, max_examples=60)
@given(HISTORIES)
def test_scores_come_from_events_alone(said: list[list[str | None]]) -> None:
    history = histories(said)
    assert trajectory_scores(history, first=0, left=0, joined=0, kept=0) == dict.fromkeys(history_count(history), 0.0)
    stated = trajectory_scores(history, first=1, left=0, joined=0, kept=0)
    assert sum(stated.values()) <= sum(any(answers) for answers in said) + 1e-9


@settings(deadline=None, max_examples=60)
@given(HISTORIES, st.permutations(range(5)))
def test_who_sits_where_changes_no_score(said: list[list[str | None]], order: list[int]) -> None:
    moved = [said[place] for place in order if place < len(said)]
    assert trajectory_scores(histories(moved)) == pytest.approx(trajectory_scores(histories(said)))
    assert history_count(histories(moved)) == history_count(histories(said))


@settings(deadline=None, max_examples=60)
@given(HISTORIES, st.permutations("ABC"))
def test_what_answers_are_called_changes_no_score(said: list[list[str | None]], names: list[str]) -> None:
    called = dict(zip("ABC", names, strict=True))
    renamed = [[None if answer is None else called[answer] for answer in answers] for answers in said]
    before, after = trajectory_scores(histories(said)), trajectory_scores(histories(renamed))
    assert after == pytest.approx({called[answer]: score for answer, score in before.items()})


def test_a_change_late_counts_less_than_one_at_once() -> None:
    early = trajectory_scores({"ada": ["A", "B", "B"]})
    late = trajectory_scores({"ada": ["A", "A", "B"]})
    assert early["B"] > late["B"]
    assert early["A"] < late["A"]
