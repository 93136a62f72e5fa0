"""Every election by name: the same people, the same wishes, other winners."""

from typing import get_args

import pytest

from moot.protocols.answers import space_of
from moot.protocols.ballots import Ballot, ballot_of, ballot_space
from moot.protocols.decide.counting import Count
from moot.protocols.decide.elections import ELECTIONS, ElectionName, elected
from moot.protocols.decide.rule import settled
from moot.protocols.question import Question

TOWNS = ["Memphis", "Nashville", "Chattanooga", "Knoxville"]
ASKED = Question("Where should the capital of Tennessee be?", options=TOWNS)
ORDERS = [(42, "A > B > C > D"), (26, "B > C > D > A"), (15, "C > D > B > A"), (17, "D > C > B > A")]


def cast(name: ElectionName, *said: tuple[int, str]) -> list[Ballot]:
    """Ballots as they are read in replies."""
    form = ELECTIONS[name].form
    space = ballot_space(form, TOWNS, space_of(ASKED))
    ballots: list[Ballot] = []
    for many, text in said:
        answer = space.read(f"Final answer: {text}").answer
        assert answer is not None
        ballots += [ballot_of(form, answer)] * many
    return ballots


@pytest.mark.parametrize(
    ("name", "winner"),
    [("borda", "Nashville"), ("mean_rank", "Nashville"), ("condorcet", "Nashville"), ("stv", "Knoxville")],
)
def test_the_capital_of_tennessee_depends_on_the_count(name: ElectionName, winner: str) -> None:
    assert elected(name, cast(name, *ORDERS), TOWNS).lead == (winner,)


def test_approvals_and_points_are_elections_too() -> None:
    approvals = cast("approval", (42, "A; B"), (26, "B; C"), (15, "C; D; B"), (17, "D; C"))
    assert elected("approval", approvals, TOWNS).support == {
        "Memphis": 42, "Nashville": 83, "Chattanooga": 58, "Knoxville": 32,
    }  # fmt: skip
    points = cast("cumulative", (42, "A: 10"), (26, "B: 8; C: 2"), (15, "C: 6; D: 4"), (17, "D: 10"))
    assert elected("cumulative", points, TOWNS).lead == ("Memphis",)


@pytest.mark.parametrize("name", get_args(ElectionName))
def test_ballots_of_another_form_are_passed_over(name: ElectionName) -> None:
    others = cast("borda", (3, "A > B")) if ELECTIONS[name].form != "ranking" else cast("approval", (3, "A; B"))
    assert elected(name, others, TOWNS).lead == ()


def test_a_count_is_settled_by_the_tie_rule() -> None:
    tied = Count({"tea": 2.0, "milk": 2.0, "rum": 1.0}, ("tea", "milk"))
    assert settled(tied, "borda", "none", 0).ties == ("tea", "milk")
    assert settled(tied, "borda", "judge", 0).answer is None
    assert settled(tied, "borda", "first", 0).answer == "tea"
    drawn = {settled(tied, "borda", "random", seed).answer for seed in range(20)}
    assert drawn == {"tea", "milk"}
    assert settled(Count({"tea": 0.0}, ()), "borda", "first", 0).answer is None
