"""Decisions over the whole debate: history, trajectory and a consensus that grows easier."""

from collections.abc import Callable

import pytest

from moot import decide
from moot.protocols.decide.looking_back import history_of
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

Stand = Callable[..., Standing]


def tallied(rule: decide.Decision, standing: Standing) -> Outcome:
    outcome = rule.tally(standing)
    assert outcome is not None
    return outcome


def test_a_history_outvotes_the_last_round(standing: Stand) -> None:
    debate = standing([["A", "A", None], ["A", "B", "B"], ["B", "C", "A"]])
    assert tallied(decide.history(), debate).support == {"A": 4.0, "B": 3.0, "C": 1.0}
    assert tallied(decide.history(), debate).answer == "A"
    assert tallied(decide.plurality(), debate).answer is None


def test_two_who_go_on_differing_are_a_tie_that_the_first_word_wins_in_ford(standing: Stand) -> None:
    debate = standing([["B", "A"]] * 3)
    assert tallied(decide.history(), debate).ties == ("B", "A")
    assert tallied(decide.history(tie="first"), debate).answer == "B"


def test_a_trajectory_may_end_otherwise_than_the_last_round(standing: Stand) -> None:
    debate = standing([["A", "A", "A"], ["A", "B", "B"]])
    outcome = tallied(decide.trajectory(), debate)
    # A: 60 - 25 + 10, B: 30
    assert outcome == Outcome(answer="A", rule="trajectory", support={"A": 45.0, "B": 30.0})
    assert tallied(decide.plurality(), debate).answer == "B"
    # by contributor A: 45 / 3, B: 30 / 2, a tie
    assert tallied(decide.trajectory(per_contributor=True), debate).ties == ("A", "B")
    assert tallied(decide.trajectory(per_contributor=True, tie="random"), debate).answer in {"A", "B"}


def test_the_constants_of_a_trajectory_may_be_others(standing: Stand) -> None:
    debate = standing([["A", "A", "A"], ["A", "B", "B"]])
    assert tallied(decide.trajectory(left=60.0, joined=40.0), debate).answer == "B"


def test_a_consensus_is_unanimous_at_first_and_then_three_quarters(standing: Stand) -> None:
    rounds = [["A", "A", "A", "B"]]
    for held in range(1, 9):
        assert tallied(decide.hybrid(), standing(rounds * held)).answer == ("A" if held > 5 else None)
    assert tallied(decide.hybrid(), standing([["A"] * 4])).answer == "A"
    assert tallied(decide.hybrid(early=0), standing([["A", "A", None, "A"]])).answer == "A"
    assert tallied(decide.hybrid(early=0), standing([[None, None]])).answer is None


def test_a_seat_that_was_not_scheduled_said_nothing(standing: Stand) -> None:
    assert history_of(standing([["A"], ["B", "C"]])) == {"a1": ["A", "B"], "a2": [None, "C"]}


@pytest.mark.parametrize("rule", [decide.history(), decide.trajectory(), decide.hybrid()])
def test_nothing_said_is_nothing_decided(standing: Stand, rule: decide.Decision) -> None:
    assert tallied(rule, standing([])).answer is None
    assert tallied(rule, standing([[None, None]])).answer is None
