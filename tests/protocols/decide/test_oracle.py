"""Counts agree with an independent library, pref_voting, where one is installed.

It is in no extra of moot: it holds numpy below the version moot is tested with, so these tests run
in an environment of their own (`pip install pref-voting`, then pytest on this file).
"""

import importlib
import random
import warnings
from itertools import permutations
from typing import Any

import pytest

from moot.protocols.ballots import Approval, Ranking
from moot.protocols.decide.ranking import borda_count, schulze_count, transferable_count
from moot.protocols.decide.scoring import approval_count

PROFILES = 300
ORDERS = {many: list(permutations(range(many))) for many in (2, 3, 4, 5)}


@pytest.fixture(scope="module")
def library() -> dict[str, Any]:
    """Its modules by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of others, at import
        try:
            names = (
                "profiles",
                "scoring_methods",
                "margin_based_methods",
                "iterative_methods",
                "grade_profiles",
                "grade_methods",
            )
            return {name: importlib.import_module(f"pref_voting.{name}") for name in names}
        except ImportError:
            pytest.skip("no pref_voting here to compare with")


def drawn(number: int) -> list[tuple[int, ...]]:
    """A profile of whole ballots over two to five candidates, small enough to tie often."""
    lot = random.Random(number)
    return lot.choices(ORDERS[lot.choice((2, 3, 4, 5))], k=lot.randint(1, 9))


def ours(orders: list[tuple[int, ...]]) -> tuple[list[Ranking], list[str]]:
    return [Ranking(order=tuple(map(str, order))) for order in orders], [str(name) for name in range(len(orders[0]))]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(600)
def test_winners_are_the_same(library: dict[str, Any]) -> None:
    for number in range(PROFILES):
        orders = drawn(number)
        profile = library["profiles"].Profile(orders)
        votes, names = ours(orders)
        theirs = {
            "borda": library["scoring_methods"].borda(profile),
            "schulze": library["margin_based_methods"].beat_path(profile),
            "transferable": library["iterative_methods"].instant_runoff_put(profile),
        }
        found = {
            "borda": borda_count(votes, names).lead,
            "schulze": schulze_count(votes, names).lead,
            "transferable": transferable_count(votes, names).lead,
        }
        assert {rule: sorted(map(int, lead)) for rule, lead in found.items()} == {
            rule: sorted(map(int, lead)) for rule, lead in theirs.items()
        }


@pytest.mark.filterwarnings("ignore")
def test_approval_is_the_same(library: dict[str, Any]) -> None:
    lot = random.Random(1)
    for _ in range(PROFILES):
        ballots = [tuple(name for name in "abcd" if lot.random() < 0.5) for _ in range(lot.randint(1, 9))]
        count = approval_count([Approval(approved=ballot) for ballot in ballots], "abcd")
        if not count.lead:
            continue
        grades = [{name: int(name in ballot) for name in "abcd"} for ballot in ballots]
        theirs = library["grade_methods"].approval(library["grade_profiles"].GradeProfile(grades, [0, 1]))
        assert sorted(count.lead) == sorted(theirs)
