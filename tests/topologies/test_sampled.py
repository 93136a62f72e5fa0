"""Random graphs: their mathematics, their limits, and that a seed fixes them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import SpecError
from moot.topologies import Topology, complete, erdos_renyi, none, random_regular, ring, scale_free, small_world

nx: Any = import_module("networkx")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (small_world(64, 4, 0.1, seed=1), nx.watts_strogatz_graph(64, 4, 0.1, seed=1)),
        (scale_free(64, 2, seed=1), nx.barabasi_albert_graph(64, 2, seed=1)),
        (random_regular(64, 4, seed=1), nx.random_regular_graph(4, 64, seed=1)),
        (erdos_renyi(64, 0.1, seed=1), nx.gnp_random_graph(64, 0.1, seed=1)),
        (erdos_renyi(20, 0.3, seed=2, directed=True), nx.gnp_random_graph(20, 0.3, seed=2, directed=True)),
    ],
)
def test_the_draw_is_that_of_networkx_with_the_same_seed(ours: Topology, theirs: Any) -> None:
    assert nx.utils.graphs_equal(ours.graph, nx.DiGraph(theirs))


@pytest.mark.parametrize("make", [small_world, scale_free, random_regular, erdos_renyi])
def test_one_seed_is_one_graph_and_another_seed_another(make: Any) -> None:
    assert make(20, seed=3).fingerprint == make(20, seed=3).fingerprint
    assert make(20, seed=3).fingerprint != make(20, seed=4).fingerprint


def test_a_small_world_without_rewiring_is_a_ring() -> None:
    assert small_world(12, 4, 0.0, seed=5) == ring(12, 2)


@given(st.integers(0, 50), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=20)
def test_rewiring_keeps_the_number_of_edges(seed: int, p: float) -> None:
    assert small_world(12, 4, p, seed=seed).size == 12 * 4


@given(st.integers(0, 50), st.integers(1, 5))
@settings(max_examples=20)
def test_a_scale_free_graph_has_m_edges_for_each_newcomer(seed: int, m: int) -> None:
    graph = scale_free(15, m, seed=seed)
    assert graph.size == 2 * m * (15 - m)
    assert nx.is_strongly_connected(graph.graph)


@pytest.mark.parametrize("d", range(10))
def test_in_a_regular_graph_everyone_hears_d_others(d: int) -> None:
    graph = random_regular(10, d, seed=1)
    assert [len(graph.heard_by(seat)) for seat in range(10)] == [d] * 10
    assert graph == graph.reversed()


def test_dense_regular_graphs_come_at_once() -> None:
    assert random_regular(64, 62, seed=1).size == 64 * 62
    assert random_regular(64, 63) == complete(64)


def test_the_limits_of_a_random_graph_are_nobody_and_everyone() -> None:
    assert erdos_renyi(9, 0.0) == none(9)
    assert erdos_renyi(9, 1.0) == erdos_renyi(9, 1.0, directed=True) == complete(9)


def test_directions_of_a_directed_random_graph_are_drawn_apart() -> None:
    graph = erdos_renyi(20, 0.5, seed=1, directed=True)
    assert graph != graph.reversed()
    assert erdos_renyi(20, 0.5, seed=1) == erdos_renyi(20, 0.5, seed=1).reversed()


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: small_world(4), "small_world: k=4 must be even, at least 2 and below the 4 seats"),
        (lambda: small_world(9, 3), "small_world: k=3 must be even, at least 2 and below the 9 seats"),
        (lambda: small_world(9, 4, 1.5), "small_world: p=1.5 must be from 0 to 1"),
        (lambda: scale_free(2), "scale_free: m=2 must be at least 1 and below the 2 seats"),
        (lambda: random_regular(3), "random_regular: d=3 must be at least 0 and below the 3 seats"),
        (lambda: random_regular(5), "random_regular: 5 seats of d=3 do not pair up, make one of them even"),
        (lambda: erdos_renyi(5, -0.1), "erdos_renyi: p=-0.1 must be from 0 to 1"),
        (lambda: erdos_renyi(5, float("nan")), "erdos_renyi: p=nan must be from 0 to 1"),
    ],
)
def test_parameters_out_of_range_are_refused_in_a_sentence(made: Callable[[], Topology], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        made()
    assert str(caught.value) == sentence
