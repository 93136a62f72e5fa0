"""Figures that simulated debaters were fitted to, found again in whole debates over questions nobody was taught.

Models that are wrong together agree far more often than chance, their being right correlates, and a
vote of five samples gains what was measured of one model at temperature 1.
"""

from collections.abc import Callable
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt
import pytest

import moot.sim
from moot import Agent, Debate, Question

Flags = npt.NDArray[np.bool_]
ITEMS, FAMILIES = 1200, "abcd"
SAMPLED = 700


def asked(number: int) -> Question:
    """A question that only the simulated world can answer."""
    text = f"Which of the four valves of plant {number} was opened first?"
    options = [f"valve {number}-{letter}" for letter in ("north", "east", "south", "west")]
    return Question(text, options=options, gold=moot.sim.truth(text, options))


def equal(answers: npt.NDArray[np.object_], right: npt.NDArray[np.object_]) -> Flags:
    return np.asarray(answers == right[:, None], dtype=np.bool_)


def greedy() -> tuple[npt.NDArray[np.object_], Flags]:
    """Answers of four families at temperature 0, and whether they are right."""
    agents = [Agent(name, f"sim/debater?family={name}", temperature=0.0) for name in FAMILIES]
    debate = Debate(agents, protocol="vote", seed=1)
    questions = [asked(number) for number in range(ITEMS)]
    turns = [debate.run(question, runtime="local").turns for question in questions]
    answers = np.array([[turn.answer for turn in said] for said in turns], dtype=np.object_)
    return answers, equal(answers, np.array([question.gold for question in questions], dtype=np.object_))


def jackknife(statistic: Callable[[npt.NDArray[np.intp]], float], items: int, blocks: int = 30) -> tuple[float, float]:
    """A statistic over all items, and its standard error by leaving out a block at a time."""
    every = np.arange(items)
    left = np.array([statistic(every[every % blocks != block]) for block in range(blocks)])
    return statistic(every), float(sqrt((blocks - 1) * left.var()))


def test_families_share_their_errors_as_measured() -> None:
    answers, right = greedy()
    assert right.mean() == pytest.approx(0.792, abs=4.5 * 0.41 / sqrt(ITEMS))

    def together(items: npt.NDArray[np.intp]) -> float:
        shares: list[float] = []
        for one, other in combinations(range(len(FAMILIES)), 2):
            wrong = ~right[items, one] & ~right[items, other]
            same = equal(answers[items][:, [one]], answers[items, other])[:, 0]
            shares.append(float(np.mean(same[wrong])))
        return float(np.mean(shares))

    found, error = jackknife(together, ITEMS)
    assert error < 0.025
    assert found == pytest.approx(0.643, abs=4.5 * error)
    assert found > 1 / 3 + 4.5 * error

    def phi(items: npt.NDArray[np.intp]) -> float:
        table = np.asarray(np.corrcoef(right[items].T.astype(np.float64)))
        return float(np.mean(table[np.triu_indices(len(FAMILIES), 1)]))

    found, error = jackknife(phi, ITEMS)
    assert error < 0.025
    assert found == pytest.approx(0.461, abs=4.5 * error)


def test_a_majority_of_five_samples_gains_what_was_measured() -> None:
    debate = Debate(
        [Agent("ada", "sim/debater")], protocol="self_consistency?samples=5", decide="plurality?tie=random", seed=1
    )
    single, vote = np.zeros(SAMPLED), np.zeros(SAMPLED)
    for number in range(SAMPLED):
        question = asked(number)
        result = debate.run(question, runtime="local")
        single[number] = np.mean([turn.answer == question.gold for turn in result.turns])
        vote[number] = result.correct
    gain = vote - single

    def off(values: npt.NDArray[np.float64], exact: float) -> float:
        return abs(float(values.mean()) - exact) / (float(values.std(ddof=1)) / sqrt(SAMPLED))

    assert off(single, 0.720) < 4.5
    assert off(vote, 0.768) < 4.5
    assert off(gain, 0.048) < 4.5
    assert off(gain, 0.0) > 4.5
