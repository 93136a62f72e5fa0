"""Ballots one by one until nobody can catch up: the same decision, for fewer ballots."""

from math import comb

import pytest

from moot.protocols.stop.early import out_of_reach

KNOWN = [(5, 0.7, 3.89460), (11, 0.6, 9.02527), (101, 0.6, 84.84402)]


def counted(ballots: int, p: float) -> tuple[float, float]:
    """The expected number of ballots, and the chance that the right side wins."""
    waiting, expected, right = {(0, 0): 1.0}, 0.0, 0.0
    for _ in range(ballots):
        after: dict[tuple[int, int], float] = {}
        for (yes, no), chance in waiting.items():
            expected += chance
            for one, other, share in ((yes + 1, no, p), (yes, no + 1, 1 - p)):
                winner = out_of_reach(["yes"] * one + ["no"] * other, ballots)
                if winner is None:
                    after[one, other] = after.get((one, other), 0.0) + chance * share
                else:
                    right += chance * share * (winner == "yes")
        waiting = after
    assert not waiting
    return expected, right


@pytest.mark.parametrize(("ballots", "p", "known"), KNOWN)
def test_early_stop_saves_as_many_ballots_as_the_walk_says(ballots: int, p: float, known: float) -> None:
    expected, right = counted(ballots, p)
    assert expected == pytest.approx(known, abs=5e-6)
    whole = sum(comb(ballots, k) * p**k * (1 - p) ** (ballots - k) for k in range(ballots // 2 + 1, ballots + 1))
    assert right == pytest.approx(whole, abs=1e-12)
