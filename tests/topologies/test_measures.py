"""What can be said of a graph before anybody speaks, against closed forms and recorded values."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import SpecError
from moot.topologies import (
    Topology,
    chain,
    complete,
    erdos_renyi,
    from_edges,
    grid,
    layers,
    measures,
    none,
    random_regular,
    ring,
    scale_free,
    small_world,
    star,
    topology,
)

nx: Any = import_module("networkx")

G_STAR = from_edges([(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1), (4, 3), (1, 4)])
"""A directed graph without symmetry: it tells direction and self-inclusion apart."""


def seated(network: Any) -> Topology:
    return topology(network, [f"a{seat}" for seat in range(len(network))])


def drawn(n: int, p: float, seed: int) -> Topology:
    return erdos_renyi(n, p, seed=seed, directed=True)


graphs = st.builds(
    drawn,
    st.integers(1, 9),
    st.sampled_from([0.1, 0.2, 0.4, 0.8]),
    st.integers(0, 10_000),
)


@pytest.mark.parametrize("n", [3, 8, 16, 32, 64])
def test_a_ring_shrinks_disagreement_by_its_closed_form(n: int) -> None:
    assert measures.second_eigenvalue(ring(n)) == pytest.approx((1 + 2 * math.cos(2 * math.pi / n)) / 3, abs=1e-9)


@pytest.mark.parametrize(("n", "printed"), [(8, 0.80474), (16, 0.94925), (32, 0.98719), (64, 0.99679)])
def test_rings_have_their_printed_rates(n: int, printed: float) -> None:
    assert round(measures.second_eigenvalue(ring(n)), 5) == printed


@pytest.mark.parametrize("n", [2, 3, 8, 32])
def test_a_complete_graph_settles_in_one_round(n: int) -> None:
    assert measures.second_eigenvalue(complete(n)) == pytest.approx(0, abs=1e-9)
    assert measures.second_eigenvalue(complete(n), self_loop=False) == pytest.approx(1 / (n - 1), abs=1e-9)


@pytest.mark.parametrize("n", [3, 5, 16, 64])
def test_a_star_shrinks_disagreement_by_half_whatever_its_size(n: int) -> None:
    assert measures.second_eigenvalue(star(n)) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize(
    ("graph", "printed"),
    [
        (grid(16, torus=True), 0.6),
        (seated(nx.hypercube_graph(4)), 0.6),
        (chain(16), 0.98606),
        (small_world(64, 4, 0.0, seed=1), 0.99039),
        (small_world(64, 4, 0.1, seed=1), 0.97651),
        (small_world(64, 4, 0.3, seed=1), 0.90899),
        (small_world(64, 4, 1.0, seed=1), 0.86265),
        (erdos_renyi(64, 0.1, seed=1), 0.77982),
        (erdos_renyi(64, 0.1, seed=2), 0.74195),
        (erdos_renyi(64, 0.1, seed=3), 0.72609),
        (scale_free(64, 2, seed=1), 0.83936),
        (seated(nx.karate_club_graph()), 0.89614),
        (random_regular(64, 4, seed=1), 0.85911),
    ],
    ids=lambda value: value.name if isinstance(value, Topology) else "",
)
def test_known_graphs_have_their_printed_rates(graph: Topology, printed: float) -> None:
    assert round(measures.second_eigenvalue(graph), 5) == printed


@pytest.mark.parametrize(
    ("graph", "fingerprint"),
    [
        (small_world(64, 4, 0.1, seed=1), "554b585c0075a462"),
        (erdos_renyi(64, 0.1, seed=1), "58014b5dfb698b85"),
        (scale_free(64, 2, seed=1), "3901228651f4f3e4"),
        (random_regular(64, 4, seed=1), "41a3eeffbd255e13"),
    ],
    ids=lambda value: value.name if isinstance(value, Topology) else "",
)
def test_the_random_graphs_measured_here_are_the_same_on_every_machine(graph: Topology, fingerprint: str) -> None:
    assert graph.fingerprint == fingerprint


@pytest.mark.parametrize("graph", [ring(8), star(5), chain(6), G_STAR, seated(nx.karate_club_graph())])
def test_disagreement_along_the_second_eigenvector_shrinks_by_exactly_its_rate(graph: Topology) -> None:
    matrix = measures.averaging(graph)
    values, vectors = np.linalg.eig(matrix)
    place = np.argsort(np.abs(values))[-2]
    opinions = vectors[:, place]
    assert np.abs(matrix @ opinions - values[place] * opinions).max() < 1e-9
    assert abs(values[place]) == pytest.approx(measures.second_eigenvalue(graph), abs=1e-9)


@pytest.mark.parametrize("graph", [star(5), chain(4), ring(6), grid(16, torus=True)])
def test_two_sides_that_do_not_hear_themselves_swap_for_ever(graph: Topology) -> None:
    assert measures.second_eigenvalue(graph, self_loop=False) == pytest.approx(1, abs=1e-9)


def test_consensus_weights_of_a_directed_graph_tell_directions_and_self_inclusion_apart() -> None:
    weights = measures.consensus_weights
    assert weights(G_STAR) == pytest.approx((0.375, 0.1875, 0.28125, 0.09375, 0.0625), abs=1e-9)
    assert weights(G_STAR.reversed()) == pytest.approx((0.15385, 0.23077, 0.23077, 0.23077, 0.15385), abs=5e-6)
    without = weights(G_STAR, self_loop=False)
    assert without == pytest.approx((0.31579, 0.21053, 0.31579, 0.10526, 0.05263), abs=5e-6)
    assert round(measures.second_eigenvalue(G_STAR), 5) == 0.64315


@pytest.mark.parametrize("graph", [star(6), chain(5), scale_free(12, 2, seed=3), seated(nx.karate_club_graph())])
def test_consensus_weights_of_two_way_graphs_go_by_degree(graph: Topology) -> None:
    shares = [len(graph.heard_by(seat)) + 1 for seat in range(graph.seats)]
    assert measures.consensus_weights(graph) == pytest.approx([share / sum(shares) for share in shares], abs=1e-9)


@given(graphs)
@settings(max_examples=60)
def test_consensus_weights_are_what_repeated_averaging_tends_to(graph: Topology) -> None:
    weights = measures.consensus_weights(graph)
    limit = np.linalg.matrix_power(measures.averaging(graph), 4096)
    if weights is None:
        assert np.ptp(limit, axis=0).max() > 1e-6
    else:
        assert np.abs(limit - np.array(weights)).max() < 1e-6
        assert sum(weights) == pytest.approx(1, abs=1e-9)
        assert min(weights) >= 0


def test_there_are_no_consensus_weights_where_parts_never_hear_each_other() -> None:
    assert measures.consensus_weights(none(3)) is None
    assert measures.consensus_weights(from_edges([(0, 1), (2, 1)])) is None
    assert measures.consensus_weights(layers([1, 2, 2])) == pytest.approx((1, 0, 0, 0, 0))


def test_anchored_opinions_settle_where_the_linear_equations_say() -> None:
    """Friedkin and Johnsen: each seat moves by its openness towards the mean, and is held by its first opinion."""
    openness = np.diag([0.9, 0.5, 0.8, 1.0, 0.3])
    first = np.array([10.0, 0.0, 4.0, 7.0, -3.0])
    matrix = measures.averaging(G_STAR)
    held = (np.eye(5) - openness) @ first
    after = openness @ matrix @ first + held
    assert after == pytest.approx([7.3, 2.833333, 4.533333, 4.666667, -2.55], abs=1e-6)
    assert openness @ matrix @ after + held == pytest.approx([6.325, 2.466667, 4.711111, 3.138889, -2.0575], abs=1e-6)
    settled = np.linalg.solve(np.eye(5) - openness @ matrix, held)
    assert settled == pytest.approx([4.309734, 1.064649, 3.045230, 1.013512, -2.282709], abs=1e-6)


def test_weights_count_where_asked_for() -> None:
    graph = from_edges([(0, 1, 3), (2, 1)], 3)
    assert measures.averaging(graph)[1].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert measures.averaging(graph, weighted=True)[1].tolist() == pytest.approx([3 / 5, 1 / 5, 1 / 5])
    two = from_edges([(0, 1, 3), (1, 0, 1)])
    assert measures.consensus_weights(two, weighted=True) == pytest.approx((0.6, 0.4))
    assert measures.consensus_weights(two) == pytest.approx((0.5, 0.5))


def test_an_edge_of_weight_zero_moves_nobody() -> None:
    graph = from_edges([(0, 1, 0), (1, 0, 1)])
    assert measures.consensus_weights(graph, weighted=True) == pytest.approx((0, 1))
    assert measures.averaging(graph, self_loop=False, weighted=True).tolist() == [[0, 1], [0, 1]]


def test_a_seat_that_hears_nobody_keeps_its_opinion() -> None:
    assert measures.averaging(none(2), self_loop=False).tolist() == [[1, 0], [0, 1]]


@given(graphs)
def test_every_row_of_the_averaging_matrix_shares_out_one(graph: Topology) -> None:
    for self_loop in (True, False):
        matrix = measures.averaging(graph, self_loop=self_loop)
        assert np.allclose(matrix.sum(axis=1), 1)
        for v in range(graph.seats):
            assert {int(u) for u in np.flatnonzero(matrix[v])} - {v} == set(graph.heard_by(v))


@given(graphs)
def test_the_diameter_is_that_of_networkx(graph: Topology) -> None:
    connected = nx.is_strongly_connected(graph.graph)
    assert measures.diameter(graph) == (nx.diameter(graph.graph) if connected else None)


@given(graphs, st.integers(0, 5))
def test_reach_is_everyone_within_that_many_edges(graph: Topology, rounds: int) -> None:
    lengths = dict(nx.all_pairs_shortest_path_length(graph.graph, cutoff=rounds))
    expected = tuple(tuple(u for u in range(graph.seats) if v in lengths[u]) for v in range(graph.seats))
    assert measures.reach(graph, rounds) == expected


def test_reach_follows_the_graph_of_each_round() -> None:
    names = ["ada", "bo", "cy"]
    first, then = from_edges([(0, 1)], 3), from_edges([(1, 2)], 3)
    assert measures.reach(topology([none(3), first, then], names), 2)[2] == (0, 1, 2)
    assert measures.reach(topology([none(3), then, first], names), 2)[2] == (1, 2)


@given(graphs)
def test_density_and_degrees_are_those_of_networkx(graph: Topology) -> None:
    assert measures.density(graph) == pytest.approx(nx.density(graph.graph))
    for seat, degree in enumerate(measures.degrees(graph)):
        assert degree == (graph.graph.in_degree(seat), graph.graph.out_degree(seat))


def test_density_of_known_graphs() -> None:
    assert measures.density(complete(5)) == 1
    assert measures.density(none(5)) == 0
    assert measures.density(Topology(1)) == 0
    assert measures.density(ring(6)) == pytest.approx(2 / 5)


def test_a_seat_alone_is_settled() -> None:
    alone = Topology(1)
    assert measures.diameter(alone) == 0
    assert measures.second_eigenvalue(alone) == 0
    assert measures.consensus_weights(alone) == (1,)
    assert measures.reach(alone, 3) == ((0,),)


def test_diameters_of_known_graphs() -> None:
    assert [measures.diameter(graph) for graph in (complete(5), star(5), chain(5), ring(7))] == [1, 2, 4, 3]
    assert measures.diameter(ring(7, directed=True)) == 6
    assert measures.diameter(chain(3, directed=True)) is None


@given(graphs, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_measures_do_not_depend_on_who_sits_where(graph: Topology, random: Any) -> None:
    order = list(range(graph.seats))
    random.shuffle(order)
    moved = graph.reordered(order)
    assert measures.density(moved) == measures.density(graph)
    assert measures.diameter(moved) == measures.diameter(graph)
    weights, there = measures.consensus_weights(graph), measures.consensus_weights(moved)
    assert there == (None if weights is None else pytest.approx([weights[seat] for seat in order], abs=1e-9))


@pytest.mark.parametrize("measure", [measures.diameter, measures.averaging, measures.second_eigenvalue])
def test_costly_measures_of_huge_graphs_are_refused(measure: Any) -> None:
    with pytest.raises(SpecError, match="of 1001 seats is not measured: 1000 seats are the most"):
        measure(ring(1001))
