"""Where averaging ends (DeGroot): each seat's share in the consensus is its entry in the left Perron vector.

The graph has no symmetry, so that a reversed edge or a forgotten own opinion shows.
"""

from importlib import import_module
from typing import Any

import pytest

from moot import Debate, Question, topologies
from moot.protocols import society
from moot.topologies import Topology

nx: Any = import_module("networkx")  # it ships no types
HEARD = [(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1), (4, 3), (1, 4)]
"""(u, v): v hears u."""
SEATS = 5
ASKED = Question("How many?", kind="number")
TEXT_BORNE = 1e-6


def shares(topology: Topology, rounds: int, own: float = 1.0) -> list[float]:
    """Each seat's share: what all come to where it alone starts at 1."""
    found: list[float] = []
    for one in range(topology.seats):
        agents = [f"sim/exact-degroot?init={int(seat == one)}&own={own:g}" for seat in range(topology.seats)]
        result = Debate(agents, topology, society(rounds=rounds), seed=1).run(ASKED, runtime="local")
        last = [float(str(turn.answer)) for turn in result.transcript.round(-1)]
        assert last == pytest.approx([last[0]] * topology.seats, abs=TEXT_BORNE)
        found.append(last[0])
    return found


def test_consensus_weights_follow_who_hears_whom() -> None:
    found = shares(topologies.from_edges(HEARD), 36)
    assert found == pytest.approx([0.375, 0.1875, 0.28125, 0.09375, 0.0625], abs=TEXT_BORNE)


def test_reversed_edges_give_other_weights() -> None:
    found = shares(topologies.from_edges([(v, u) for u, v in HEARD]), 36)
    assert found == pytest.approx([2 / 13, 3 / 13, 3 / 13, 3 / 13, 2 / 13], abs=TEXT_BORNE)


def test_without_ones_own_opinion_the_weights_are_others() -> None:
    found = shares(topologies.from_edges(HEARD), 60, own=0.0)
    assert found == pytest.approx([6 / 19, 4 / 19, 6 / 19, 2 / 19, 1 / 19], abs=TEXT_BORNE)


@pytest.mark.parametrize(("graph", "rounds"), [(nx.star_graph(4), 24), (nx.path_graph(4), 56)], ids=["star", "chain"])
def test_heard_both_ways_a_seat_weighs_by_its_degree_and_itself(graph: Any, rounds: int) -> None:
    topology = topologies.from_edges(list(graph.edges), directed=False)
    weights = [degree + 1 for _, degree in graph.degree]
    assert shares(topology, rounds) == pytest.approx([weight / sum(weights) for weight in weights], abs=TEXT_BORNE)
