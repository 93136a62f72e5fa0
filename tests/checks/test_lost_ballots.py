"""Replies without a readable answer: each ballot is lost with chance q, and the rest decide."""

from collections.abc import Callable
from itertools import product
from math import factorial, prod

import pytest

from moot import Debate, Question

CHANCE, WRONG, OPTIONS = 0.6, 0.4 / 3, 4
KNOWN = {
    3: {0.0: 0.71200, 0.05: 0.69595, 0.1: 0.68105, 0.3: 0.62222},
    5: {0.0: 0.81056, 0.05: 0.80030, 0.1: 0.78883, 0.3: 0.73035},
    9: {0.0: 0.91783, 0.05: 0.90927, 0.1: 0.89976, 0.3: 0.85035},
}
DEBATES = 300


@pytest.mark.parametrize("n", KNOWN)
def test_lost_ballots_cost_as_much_as_the_multinomial_says(n: int, tally: Callable[[str], float]) -> None:
    won: dict[tuple[int, ...], float] = {}
    found = dict.fromkeys(KNOWN[n], 0.0)
    for votes in product(range(n + 1), repeat=OPTIONS):
        lost = n - sum(votes)
        if lost < 0:
            continue
        alike = (votes[0], *sorted(votes[1:], reverse=True))
        if alike not in won:
            won[alike] = tally(
                "".join(letter * count for letter, count in zip("ABCD", alike, strict=True)) + "." * lost
            )
        ways = factorial(n) // prod(map(factorial, (lost, *votes)))
        cast = CHANCE ** votes[0] * WRONG ** sum(votes[1:])
        for q in found:
            found[q] += ways * cast * q**lost * (1 - q) ** (n - lost) * won[alike]
    assert found == {q: pytest.approx(value, abs=5e-6) for q, value in KNOWN[n].items()}


def test_ballots_lost_at_random_give_the_same_share(near: Callable[[float, int], object]) -> None:
    question = Question("Which?", options=["north", "east", "south", "west"], gold="north")
    model = "sim/exact-random?init=A:0.42,B:0.093333,C:0.093333,D:0.093334"  # three in ten are lost
    right, seen = 0, set[str]()
    for seed in range(DEBATES):
        debate = Debate(
            [model] * 5, protocol="vote", decide="plurality?tie=random", quorum=1, policy={"reasks": 0}, seed=seed
        )
        result = debate.run(question, runtime="local")
        right += result.answer == "north"
        seen.add(result.status)
    assert right / DEBATES == near(0.73035, DEBATES)
    assert {"decided", "degraded"} <= seen
