"""Averaging (DeGroot): disagreement along the second eigenvector shrinks by exactly |λ₂| a round.

W = equal weights on oneself and those heard. Numbers pass through text with 17 digits.
"""

from importlib import import_module
from math import cos, pi
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from moot import Debate, Question, topologies
from moot.protocols import society

nx: Any = import_module("networkx")  # it ships no types
ASKED = Question("How many?", kind="number")
ROUNDS = 6
EXACT = 1e-9
Vector = npt.NDArray[np.float64]


def opinions(start: Vector, topology: Any, own: float = 1.0) -> Vector:
    """What every seat says in each round, as `(round, seat)`."""
    agents = [f"sim/exact-degroot?init={value:.17g}&own={own:g}" for value in start]
    result = Debate(agents, topology, society(rounds=ROUNDS), seed=1).run(ASKED, runtime="local")
    turns = [result.transcript.round(number) for number in range(ROUNDS)]
    return np.array([[float(str(turn.answer)) for turn in said] for said in turns])


def second(graph: Any, own: float = 1.0) -> tuple[float, Vector]:
    """λ₂ and its eigenvector, from the adjacency matrix made symmetric."""
    heard = nx.to_numpy_array(graph, weight=None) + own * np.eye(len(graph))
    root = np.sqrt(heard.sum(1))
    values, vectors = np.linalg.eigh(heard / np.outer(root, root))
    place = np.argsort(-np.abs(values))[1]
    return float(values[place]), vectors[:, place] / root


GRAPHS: dict[str, tuple[Any, float]] = {
    "ring?n=8": (nx.cycle_graph(8), 0.80474),
    "ring?n=16": (nx.cycle_graph(16), 0.94925),
    "ring?n=32": (nx.cycle_graph(32), 0.98719),
    "ring?n=64": (nx.cycle_graph(64), 0.99679),
    "star?n=5": (nx.star_graph(4), 0.5),
    "star?n=20": (nx.star_graph(19), 0.5),
    "chain?n=16": (nx.path_graph(16), 0.98606),
    "karate": (nx.karate_club_graph(), 0.89614),
    "hypercube": (nx.convert_node_labels_to_integers(nx.hypercube_graph(4), ordering="sorted"), 0.6),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_disagreement_shrinks_by_the_second_eigenvalue_each_round(name: str) -> None:
    graph, known = GRAPHS[name]
    topology = name.partition("?")[0] if "?" in name else topologies.from_edges(list(graph.edges), directed=False)
    rate, start = second(graph)
    assert abs(rate) == pytest.approx(known, abs=5e-6)
    said = opinions(start, topology)
    assert said == pytest.approx(np.array([start * rate**number for number in range(ROUNDS)]), abs=EXACT)


@pytest.mark.parametrize("seats", [8, 16])
def test_a_ring_forgets_its_longest_wave_at_the_known_rate(seats: int) -> None:
    wave = np.array([cos(2 * pi * seat / seats) for seat in range(seats)])
    rate = (1 + 2 * cos(2 * pi / seats)) / 3
    said = opinions(wave, "ring")
    assert said[1:] == pytest.approx(rate * said[:-1], abs=EXACT)


@pytest.mark.parametrize("seats", [3, 8])
def test_where_everyone_hears_everyone_one_round_settles_all(seats: int) -> None:
    start = np.arange(seats, dtype=np.float64) ** 2
    said = opinions(start, "complete")
    assert said[1:] == pytest.approx(np.full((ROUNDS - 1, seats), start.mean()), abs=EXACT)


@pytest.mark.parametrize("seats", [3, 8])
def test_who_leaves_out_its_own_opinion_overshoots(seats: int) -> None:
    start = np.arange(seats, dtype=np.float64) - (seats - 1) / 2
    said = opinions(start, "complete", own=0.0)
    assert said[1:] == pytest.approx(-said[:-1] / (seats - 1), abs=EXACT)


def test_two_halves_that_hear_only_each_other_never_settle() -> None:
    graph = nx.cycle_graph(6)
    start = np.array([1.0, -1.0] * 3)
    rate, _ = second(graph, own=0.0)
    assert abs(rate) == pytest.approx(1.0)
    said = opinions(start, "ring", own=0.0)
    assert said == pytest.approx(np.array([start * (-1) ** number for number in range(ROUNDS)]), abs=EXACT)


def test_weights_of_edges_count() -> None:
    graph: Any = nx.karate_club_graph()
    start = np.arange(len(graph), dtype=np.float64)
    shares = nx.to_numpy_array(graph, weight="weight") + np.eye(len(graph))
    shares /= shares.sum(1, keepdims=True)
    said = opinions(start, graph)
    assert said[1:] == pytest.approx(said[:-1] @ shares.T, rel=EXACT)
