"""Debate or vote: among urns a debate is a martingale, no better on average than its first round; conforming is not.

Each debater draws its answer from an urn of five balls, seven in ten of them right, and one more for each answer it is
shown. The expected share of right answers then stays at 0.7 in every round. Where those in the lead keep still it
drifts towards the chance that the first round's majority is right, 0.837 for five debaters.
"""

from statistics import fmean

import pytest

from moot import Debate, Question

ASKED = Question("Tea or coffee?", options=["tea", "coffee"])
URNS = ["sim/exact-dcm?init=A:0.7,B:0.3&a0=5"] * 5
DEBATES = 200
SLACK = 0.08
"""Three standard errors where seats conform, whose share deviates by 0.37 in one debate, and five where none do."""


@pytest.mark.parametrize(("protocol", "expected"), [("mad_decentralised", 0.7), ("mad_conformist", 0.837)])
def test_the_share_of_right_answers_goes_where_theory_says(protocol: str, expected: float) -> None:
    debate = Debate(URNS, protocol=protocol, rounds=5, seed=3)
    run = debate.run_many([ASKED], trials=DEBATES, runtime="local", progress=lambda _: None)
    shares = [[len(result.votes(number).get("tea", ())) / 5 for number in (0, 4)] for result in run.results()]
    first, last = map(fmean, zip(*shares, strict=True))
    assert abs(first - 0.7) < SLACK
    assert abs(last - expected) < SLACK
