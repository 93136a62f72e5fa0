"""The named graphs, by their mathematics."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from moot.errors import SpecError
from moot.topologies import Topology, chain, complete, grid, none, ring, star, tree

nx: Any = import_module("networkx")

HALF: Any = 2.5
SIZES = [1, 2, 3, 4, 5, 8, 13]


def undirected(graph: Topology) -> Any:
    """The graph with its two-way edges joined; every edge must have both ways."""
    assert graph == graph.reversed()
    return graph.graph.to_undirected()


SAME: list[tuple[Callable[[int], Topology], Callable[[int], Any]]] = [
    (complete, nx.complete_graph),
    (none, nx.empty_graph),
    (chain, nx.path_graph),
    (star, lambda n: nx.star_graph(n - 1)),
    (lambda n: tree(n, 1), nx.path_graph),
    (lambda n: tree(n, 3), lambda n: nx.full_rary_tree(3, n)),
    (tree, lambda n: nx.full_rary_tree(2, n)),
]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("ours", "theirs"), SAME)
def test_named_graphs_are_those_of_networkx_seat_by_seat(
    ours: Callable[[int], Topology], theirs: Callable[[int], Any], n: int
) -> None:
    assert set(undirected(ours(n)).edges) == {tuple(sorted(edge)) for edge in theirs(n).edges}


@pytest.mark.parametrize("n", [3, 4, 5, 8, 13])
def test_a_ring_is_the_cycle(n: int) -> None:
    assert nx.utils.graphs_equal(undirected(ring(n)), nx.cycle_graph(n))


@pytest.mark.parametrize(("n", "k"), [(5, 2), (8, 3), (9, 4), (13, 5)])
def test_a_ring_of_k_is_the_circulant_graph(n: int, k: int) -> None:
    graph = undirected(ring(n, k))
    assert nx.utils.graphs_equal(graph, nx.circulant_graph(n, list(range(1, k + 1))))
    assert {degree for _, degree in graph.degree} == {2 * k}


def test_a_ring_of_half_the_seats_is_complete() -> None:
    assert ring(6, 3) == complete(6)
    assert ring(7, 3) == complete(7)
    assert ring(6, 5, directed=True) == complete(6)


def test_small_rings_are_what_is_left_of_a_circle() -> None:
    assert ring(1).edges == ()
    assert ring(2) == complete(2)


def test_in_a_directed_ring_each_hears_the_k_before_it() -> None:
    graph = ring(6, 2, directed=True)
    assert [graph.heard_by(seat) for seat in range(3)] == [(4, 5), (0, 5), (0, 1)]


@pytest.mark.parametrize("make", [chain, star, tree, grid])
@pytest.mark.parametrize("n", SIZES)
def test_directed_edges_lead_from_earlier_to_later_seats_and_are_half_of_all(make: Any, n: int) -> None:
    directed = make(n, directed=True)
    assert all(edge.source < edge.target for edge in directed.edges)
    assert Topology(n, [*directed.edges, *directed.reversed().edges]) == make(n)
    assert 2 * directed.size == make(n).size


def test_the_hub_of_a_star_is_the_first_seat() -> None:
    assert star(5).heard_by(0) == (1, 2, 3, 4)
    assert all(star(5).heard_by(seat) == (0,) for seat in range(1, 5))


@pytest.mark.parametrize(("rows", "columns"), [(1, 4), (2, 3), (4, 4), (3, 5)])
def test_a_grid_is_the_lattice(rows: int, columns: int) -> None:
    graph = undirected(grid(rows * columns, columns=columns))
    lattice = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns))
    assert nx.utils.graphs_equal(graph, lattice)


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (4, 4), (3, 5), (5, 4), (2, 4), (1, 5)])
def test_a_torus_is_the_periodic_lattice(rows: int, columns: int) -> None:
    graph = undirected(grid(rows * columns, columns=columns, torus=True))
    lattice = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns, periodic=True))
    lattice.remove_edges_from(list(nx.selfloop_edges(lattice)))
    assert set(graph.edges) == {tuple(sorted(edge)) for edge in lattice.edges}


def test_a_grid_is_as_square_as_it_goes_and_its_last_row_may_be_short() -> None:
    assert grid(16) == grid(16, columns=4)
    assert grid(6) == grid(6, columns=3)
    assert grid(7).heard_by(6) == (3,)


@pytest.mark.parametrize("n", SIZES)
def test_edges_are_as_many_as_the_cards_say(n: int) -> None:
    assert complete(n).size == n * (n - 1)
    assert none(n).size == 0
    assert chain(n).size == star(n).size == tree(n).size == 2 * (n - 1)
    if n > 4:
        assert ring(n, 2).size == 4 * n
        assert ring(n, 2, directed=True).size == 2 * n


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: ring(0), "ring: n=0 must be a whole number of at least 1"),
        (lambda: ring(HALF), "ring: n=2.5 must be a whole number of at least 1"),
        (lambda: ring(4, 3), "ring: k=3 must be from 1 to 2 for 4 seats"),
        (lambda: ring(4, 0), "ring: k=0 must be from 1 to 2 for 4 seats"),
        (lambda: ring(4, 4, directed=True), "ring: k=4 must be from 1 to 3 for 4 seats"),
        (lambda: tree(4, 0), "tree: branching=0 must be at least 1"),
        (lambda: grid(4, columns=5), "grid: columns=5 must be from 1 to 4 for 4 seats"),
        (lambda: grid(7, torus=True), "grid: 7 seats do not fill the rows of a torus of 3 columns"),
    ],
)
def test_parameters_out_of_range_are_refused_in_a_sentence(made: Callable[[], Topology], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        made()
    assert str(caught.value) == sentence
