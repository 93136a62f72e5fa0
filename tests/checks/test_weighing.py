"""Weights of log(p / (1 - p)) are the best there are for independent voters (Nitzan and Paroush 1982).

Every way in which n voters can be right or wrong is held as a debate.
"""

from collections.abc import Callable
from itertools import product
from math import log, prod

import pytest

from moot import decide

KNOWN = [
    ((0.9, 0.6, 0.6, 0.6, 0.6), 0.90000, 0.78624),
    ((0.8, 0.7, 0.6, 0.55, 0.55), 0.80597, 0.75334),
    ((0.75, 0.7, 0.65, 0.6, 0.55, 0.52, 0.51), 0.79051, 0.73518),
    ((0.7, 0.7, 0.4, 0.6, 0.6), 0.76216, 0.68776),
]


@pytest.mark.parametrize(("right", "optimal", "majority"), KNOWN)
def test_weighted_votes_are_right_as_often_as_enumeration_says(
    tally: Callable[..., float], right: tuple[float, ...], optimal: float, majority: float
) -> None:
    weigh = decide.weighted(weights={f"a{place}": log(p / (1 - p)) for place, p in enumerate(right, 1)})
    found = {"weighted": 0.0, "majority": 0.0}
    plain: dict[int, float] = {}
    for ballots in product("AB", repeat=len(right)):
        chance = prod(p if ballot == "A" else 1 - p for p, ballot in zip(right, ballots, strict=True))
        votes = ballots.count("A")
        if votes not in plain:
            plain[votes] = tally("".join(ballots))
        found["majority"] += chance * plain[votes]
        found["weighted"] += chance * tally("".join(ballots), weigh)
    assert found == {
        "weighted": pytest.approx(optimal, abs=5e-6),
        "majority": pytest.approx(majority, abs=5e-6),
    }
