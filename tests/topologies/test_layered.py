"""Layers, sides and groups."""

from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import SpecError
from moot.topologies import Topology, bipartite, complete, groups, layers, none

nx: Any = import_module("networkx")


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_every_layer_hears_all_of_the_one_before(widths: list[int]) -> None:
    graph = layers(widths)
    depth = [layer for layer, width in enumerate(widths) for _ in range(width)]
    for v in range(graph.seats):
        assert graph.heard_by(v) == tuple(u for u in range(graph.seats) if depth[u] == depth[v] - 1)
    assert graph.size == sum(a * b for a, b in pairwise(widths))


def test_layers_are_the_multipartite_graph_of_neighbours() -> None:
    assert nx.is_directed_acyclic_graph(layers([3, 3, 1]).graph)
    assert [sorted(g) for g in nx.topological_generations(layers([3, 2, 1]).graph)] == [[0, 1, 2], [3, 4], [5]]


@pytest.mark.parametrize(("n", "left"), [(2, 1), (5, 2), (7, 6)])
def test_two_sides_are_the_complete_bipartite_graph(n: int, left: int) -> None:
    graph = bipartite(n, left=left)
    assert graph == graph.reversed()
    assert nx.utils.graphs_equal(
        graph.graph.to_undirected(), nx.Graph(nx.complete_bipartite_graph(left, n - left).edges)
    )
    assert graph.size == 2 * left * (n - left)


def test_the_first_side_is_half_rounded_up() -> None:
    assert bipartite(5) == bipartite(5, left=3)


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_groups_are_cliques_as_equal_as_can_be(drawn: tuple[int, int]) -> None:
    n, count = drawn
    circles = list(nx.weakly_connected_components(groups(n, count).graph))
    sizes = [len(circle) for circle in circles]
    assert len(circles) == count
    assert max(sizes) - min(sizes) <= 1
    assert groups(n, count).size == sum(size * (size - 1) for size in sizes)


def test_the_limits_of_groups_are_everyone_and_nobody() -> None:
    assert groups(5, 1) == complete(5)
    assert groups(5, 5) == none(5)
    assert groups(5, 5, linked=True) == complete(5)


def test_linked_groups_hear_each_other_through_their_first_seats() -> None:
    graph = groups(9, 3, linked=True)
    assert graph.heard_by(3) == (0, 4, 5, 6)
    assert graph.heard_by(4) == (3, 5)
    assert nx.is_strongly_connected(graph.graph)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: layers([]), "layers: widths=[] must be numbers of seats, as in 3,2,1"),
        (lambda: layers([2, 0]), "layers: width 0 must be a whole number of at least 1"),
        (lambda: bipartite(1), "bipartite: 1 seat makes no two sides, give at least 2"),
        (lambda: bipartite(4, left=4), "bipartite: left=4 must be from 1 to 3 for 4 seats"),
        (lambda: groups(4, 5), "groups: count=5 must be from 1 to 4 for 4 seats"),
        (lambda: groups(4, 0), "groups: count=0 must be from 1 to 4 for 4 seats"),
    ],
)
def test_parameters_out_of_range_are_refused_in_a_sentence(made: Callable[[], Topology], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        made()
    assert str(caught.value) == sentence
