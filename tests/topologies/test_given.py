"""Graphs that somebody spells out, and those of networkx."""

import re
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import MootError, SpecError, UnknownNameError
from moot.topologies import Edge, Topology, complete, from_edges, grid, ring, topology

nx: Any = import_module("networkx")

ABC = ["ada", "bo", "cy"]


def test_edges_are_directed_from_speaker_to_listener() -> None:
    graph = from_edges([(0, 1), (1, 2)])
    assert [graph.heard_by(seat) for seat in range(3)] == [(), (0,), (1,)]


def test_edges_can_be_heard_both_ways() -> None:
    assert from_edges([(0, 1), (1, 2), (2, 0)], directed=False) == ring(3)


def test_a_third_entry_is_a_weight_or_a_mapping() -> None:
    graph = from_edges([(0, 1, 2), [1, 0, {"weight": 0.5, "channel": "answer"}]])
    assert graph.edges == (Edge(0, 1, 2.0), Edge(1, 0, 0.5, "answer"))


def test_nodes_can_be_counted_or_listed() -> None:
    assert from_edges([(0, 1)], 4) == Topology(4, [(0, 1)])
    graph = from_edges([("ada", "cy")], ABC)
    assert graph == Topology(3, [(0, 2)])
    assert graph.labels == ("ada", "bo", "cy")


def test_names_are_seated_in_the_order_in_which_they_appear() -> None:
    assert from_edges([("cy", "ada"), ("ada", "bo")]).labels == ("cy", "ada", "bo")


@given(st.permutations(range(5)))
def test_numbers_from_0_to_n_are_seats_whatever_their_order(order: list[int]) -> None:
    edges = [(order[i], order[i + 1]) for i in range(4)]
    assert set(from_edges(edges).edges) == {Edge(*edge) for edge in edges}


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [
        ([], "a graph without nodes seats nobody: give at least one node"),
        (["ab"], "edge 'ab': write [speaker, listener] or [speaker, listener, weight]"),
        ([(0,)], "edge (0,): write [speaker, listener] or [speaker, listener, weight]"),
        ([(0, 1, 2, 3)], "edge (0, 1, 2, 3): write [speaker, listener] or [speaker, listener, weight]"),
        ([(0, None)], "edge (0, None): None is neither a name nor the number of a seat"),
        ([(0, 1.5)], "edge (0, 1.5): 1.5 is neither a name nor the number of a seat"),
        ([("a", "b", "2")], "edge a -> b: weight '2' must be a finite number of at least 0"),
        ([("a", "b", {"wight": 2})], "no edge attribute 'wight': did you mean 'weight'?"),
    ],
)
def test_edges_that_cannot_be_are_refused_in_a_sentence(edges: Any, sentence: str) -> None:
    with pytest.raises(MootError) as caught:
        from_edges(edges)
    assert str(caught.value) == sentence


def test_an_edge_to_a_node_that_is_not_listed_is_refused() -> None:
    with pytest.raises(SpecError, match=re.escape("edge ada -> dan: 'dan' is none of the 3 nodes")):
        from_edges([("ada", "dan")], ABC)
    with pytest.raises(UnknownNameError):
        from_edges([("ada", "bo", {"colour": 1})])


def test_an_undirected_network_is_heard_both_ways_and_a_directed_one_as_its_edges_point() -> None:
    assert topology(nx.path_graph(3), ABC) == from_edges([(0, 1), (1, 2)], directed=False)
    assert topology(nx.DiGraph([(0, 1), (1, 2)]), ABC) == from_edges([(0, 1), (1, 2)])


def test_self_loops_of_a_network_are_ignored() -> None:
    assert topology(nx.DiGraph([(0, 0), (0, 1), (1, 2)]), ABC) == from_edges([(0, 1), (1, 2)])


def test_weights_and_channels_of_a_network_are_kept_and_other_attributes_left() -> None:
    network = nx.DiGraph()
    network.add_edge(0, 1, weight=3, channel="answer", colour="red")
    assert topology(network, ["ada", "bo"]).edges == (Edge(0, 1, 3.0, "answer"),)


def test_parallel_edges_count_once_and_may_not_differ() -> None:
    network = nx.MultiDiGraph([(0, 1), (0, 1), (1, 0)])
    assert topology(network, ["ada", "bo"]) == complete(2)
    assert topology(nx.MultiGraph([(0, 1), (0, 1)]), ["ada", "bo"]) == complete(2)
    network.add_edge(0, 1, weight=2)
    with pytest.raises(SpecError, match="given twice, plain and weight"):
        topology(network, ["ada", "bo"])


def test_a_wrong_weight_of_a_network_is_refused() -> None:
    network = nx.Graph()
    network.add_edge("ada", "bo", weight=float("nan"))
    with pytest.raises(SpecError, match="edge ada -> bo: weight nan must be a finite number"):
        topology(network, ["ada", "bo"])


def test_nodes_of_a_network_that_are_no_numbers_from_0_are_seated_in_their_order() -> None:
    names = [f"a{seat}" for seat in range(6)]
    assert topology(nx.grid_2d_graph(2, 3), names) == grid(6, columns=3)
    network = nx.DiGraph([(7, 3), (3, 5)])
    assert topology(network, ABC) == from_edges([(0, 1), (1, 2)])


def test_numbered_nodes_of_a_network_are_seats_by_number_whatever_their_order() -> None:
    assert topology(nx.DiGraph([(2, 0), (0, 1)]), ABC).edges == (Edge(0, 1), Edge(2, 0))


def test_an_empty_network_seats_nobody() -> None:
    with pytest.raises(SpecError, match="a graph without nodes seats nobody"):
        topology(nx.Graph(), ABC)


@given(st.integers(0, 10_000), st.integers(1, 12), st.booleans())
def test_any_network_keeps_its_edges(seed: int, n: int, directed: bool) -> None:
    network = nx.gnp_random_graph(n, 0.4, seed=seed, directed=directed)
    graph = topology(network, [f"a{seat}" for seat in range(n)])
    assert {edge[:2] for edge in graph.edges} == set(nx.DiGraph(network).edges)
