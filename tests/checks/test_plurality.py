"""Plurality among several options, ties drawn evenly: every tally held as a debate, then weighed by its chance.

P = sum over m and t of P(m votes for A, exactly t rivals at m, the rest below m) / (t + 1).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from math import factorial, prod

import pytest

from moot import Debate, Question

KNOWN = {
    (4, 3): {0.3: 0.31400, 0.4: 0.44800, 0.6: 0.71200},
    (4, 5): {0.3: 0.33458, 0.4: 0.50944, 0.6: 0.81056},
    (4, 7): {0.3: 0.35013, 0.4: 0.55859, 0.6: 0.87746},
    (4, 9): {0.3: 0.36378, 0.4: 0.59859, 0.6: 0.91783},
    (4, 15): {0.3: 0.39854, 0.4: 0.69454, 0.6: 0.97546},
    (5, 3): {0.4: 0.46000},
    (5, 5): {0.4: 0.54910},
    (5, 7): {0.4: 0.60958},
    (5, 9): {0.4: 0.66468},
    (5, 15): {0.4: 0.77958},
    (10, 3): {0.4: 0.48000},
    (10, 5): {0.4: 0.63147},
    (10, 7): {0.4: 0.72040},
    (10, 9): {0.4: 0.78959},
}
"""By options and voters, for each chance of being right."""
CASES = [case for case in KNOWN if case[0] * case[1] < 60 or os.environ.get("MOOT_CHAOS")]
LETTERS = "ABCDEFGHIJ"
DEBATES = 300
Tally = Callable[[str], float]


@pytest.fixture(scope="session")
def won(tally: Tally) -> Callable[[tuple[int, ...]], float]:
    """Chance that A wins with these votes for A and, in falling order, for its rivals."""

    @cache
    def of(votes: tuple[int, ...]) -> float:
        return tally("".join(letter * count for letter, count in zip(LETTERS, votes, strict=False)))

    return of


def rivals(votes: int, parts: int, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """Ways to spread votes over so many alike rivals, in falling order."""
    if parts == 0:
        if votes == 0:
            yield ()
        return
    for first in range(min(votes, votes if most is None else most), -1, -1):
        yield from ((first, *rest) for rest in rivals(votes - first, parts - 1, first))


def arrangements(counts: tuple[int, ...]) -> int:
    """In how many ways the counts can fall to different rivals."""
    return factorial(len(counts)) // prod(factorial(times) for times in Counter(counts).values())


def multinomial(votes: tuple[int, ...], chances: tuple[float, ...]) -> float:
    ways = factorial(sum(votes)) // prod(map(factorial, votes))
    return ways * prod(chance**count for chance, count in zip(chances, votes, strict=True))


@pytest.mark.parametrize(("options", "n"), CASES)
def test_a_plurality_is_right_as_often_as_the_multinomial_says(
    won: Callable[[tuple[int, ...]], float], options: int, n: int
) -> None:
    found = dict.fromkeys(KNOWN[options, n], 0.0)
    for votes in range(n + 1):
        for spread in rivals(n - votes, options - 1):
            for p in found:
                chances = (p, *[(1 - p) / (options - 1)] * (options - 1))
                tallied = multinomial((votes, *spread), chances) * won((votes, *spread))
                found[p] += arrangements(spread) * tallied
    assert found == {p: pytest.approx(value, abs=5e-6) for p, value in KNOWN[options, n].items()}


def test_a_lure_stronger_than_the_truth_beats_it(won: Callable[[tuple[int, ...]], float]) -> None:
    chances = (0.35, 0.45, 0.1, 0.1)
    found = sum(multinomial(votes, chances) * won(votes) for votes in product(range(8), repeat=4) if sum(votes) == 7)
    assert found == pytest.approx(0.35946, abs=5e-6)


def test_without_a_tie_rule_a_tie_decides_nothing(won: Callable[[tuple[int, ...]], float]) -> None:
    chances = (0.4, 0.2, 0.2, 0.2)
    found = sum(
        arrangements(spread) * multinomial((votes, *spread), chances) * (won((votes, *spread)) == 1)
        for votes in range(6)
        for spread in rivals(5 - votes, 3)
    )
    assert found == pytest.approx(0.39424, abs=5e-6)


def test_drawn_ballots_give_the_same_share(near: Callable[[float, int], object]) -> None:
    question = Question("Which?", options=["north", "east", "south", "west"], gold="north")
    model = "sim/exact-random?init=A:0.4,B:0.2,C:0.2,D:0.2"
    found = 0.0
    for seed in range(DEBATES):
        result = Debate([model] * 9, protocol="vote", decide="plurality?tie=random", seed=seed).run(
            question, runtime="local"
        )
        found += result.answer == "north"
    assert found / DEBATES == near(0.59859, DEBATES)


def test_a_random_tie_of_three_falls_evenly(near: Callable[[float, int], object]) -> None:
    question = Question("Which?", options=["north", "east", "south", "west"])
    agents = [f"sim/exact-zealot?init={letter}" for letter in "BCD"]
    answers = Counter(
        Debate(agents, protocol="vote", decide="plurality?tie=random", seed=seed).run(question, runtime="local").answer
        for seed in range(DEBATES)
    )
    assert {answer: count / DEBATES for answer, count in answers.items()} == {
        answer: near(1 / 3, DEBATES) for answer in ("east", "south", "west")
    }
