"""Voters who copy one answer out of their own and those heard: who wins, and after how many rounds.

The chance that A wins is the share of its seats by consensus weight; the number of rounds follows
from the chain on all 2^n states.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from moot import Debate, Question, Result, stop, topologies
from moot.protocols import society

nx: Any = import_module("networkx")  # it ships no types
ASKED = Question("Tea or coffee?", options=["tea", "coffee"])
HEARD = [(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1), (4, 3), (1, 4)]
"""(u, v): v hears u."""
LONG = 600
"""Rounds after which the chain is over, but for less than 1e-9."""
Array = npt.NDArray[np.float64]
Near = Callable[[float, int], object]
Letters = Callable[[Result, int], str]


class Case(NamedTuple):
    """Seats that start with A, and what is known of how the debate ends."""

    graph: Any
    first: tuple[int, ...]
    wins: float
    rounds: float
    debates: int


CASES = {
    "the hub of a star": Case(nx.DiGraph(nx.star_graph(7)), (0,), 0.36364, 7.38501, 60),
    "a leaf of a star": Case(nx.DiGraph(nx.star_graph(7)), (1,), 0.09091, 3.44196, 120),
    "three of eight who all hear each other": Case(nx.DiGraph(nx.complete_graph(8)), (0, 1, 2), 0.375, 9.41533, 45),
    "a seat of a lopsided graph": Case(nx.DiGraph(HEARD), (0,), 0.375, 6.05662, 100),
}


def held(case: Case, seed: int) -> Result:
    """One debate until all say the same."""
    agents = [f"sim/exact-voter?init={'A' if seat in case.first else 'B'}" for seat in range(len(case.graph))]
    topology = topologies.from_edges(list(case.graph.edges))
    debate = Debate(agents, topology, society(rounds=300), stop=stop.unanimous(), seed=seed)
    return debate.run(ASKED, runtime="local")


def heard_by(case: Case) -> list[list[int]]:
    """Whom each seat may copy: itself and those it hears."""
    return [[seat, *case.graph.predecessors(seat)] for seat in range(len(case.graph))]


def chain(case: Case) -> tuple[float, float, float]:
    """Exactly: the chance that A wins, and mean and standard deviation of the rounds until all agree."""
    seats, heard = len(case.graph), heard_by(case)
    states = 2**seats
    says: Array = np.array([[state >> seat & 1 for seat in range(seats)] for state in range(states)], np.float64)
    moves = np.ones((states, states))
    for seat in range(seats):
        share: Array = np.mean(says[:, heard[seat]], axis=1)
        moves *= np.outer(share, says[:, seat]) + np.outer(1 - share, 1 - says[:, seat])
    now = np.zeros(states)
    now[sum(1 << seat for seat in case.first)] = 1.0
    mean = square = 0.0
    for past in range(LONG):
        going = float(now[1:-1].sum())
        mean, square = mean + going, square + (2 * past + 1) * going
        now = (now[:, np.newaxis] * moves).sum(0)  # no matrix product: its threads would spin on a busy machine
    return float(now[-1]), mean, float(np.sqrt(square - mean**2))


@pytest.mark.parametrize("name", CASES)
def test_who_wins_and_when_is_as_the_chain_has_it(name: str, near: Near, letters: Letters) -> None:
    case = CASES[name]
    results = [held(case, seed) for seed in range(case.debates)]
    wins, mean, deviation = chain(case)
    assert [wins, mean] == pytest.approx([case.wins, case.rounds], abs=5e-6)
    assert all(result.stopped_by.startswith("unanimous") for result in results)
    found = sum(result.answer == "tea" for result in results) / case.debates
    assert found == near(wins, case.debates)
    rounds = sum(result.rounds - 1 for result in results) / case.debates
    assert rounds == pytest.approx(mean, abs=4.5 * deviation / case.debates**0.5)
    said = [[letters(result, number) for number in range(result.rounds)] for result in results]
    copies_evenly(case, said, near)


def copies_evenly(case: Case, debates: list[list[str]], near: Near) -> None:
    """Every turn of every debate: A with the share that A has among those it may copy."""
    copied: dict[float, list[bool]] = defaultdict(list)
    for said in debates:
        for before, after in pairwise(said):
            for seat, known in enumerate(heard_by(case)):
                copied[_share(before, known)].append(after[seat] == "A")
    found: dict[float, Any] = {share: sum(turns) / len(turns) for share, turns in copied.items()}
    assert found == {share: near(share, len(turns)) for share, turns in copied.items()}
    assert sum(map(len, copied.values())) > 2500


def _share(said: str, known: Sequence[int]) -> float:
    return round(sum(said[seat] == "A" for seat in known) / len(known), 9)
