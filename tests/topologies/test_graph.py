"""A topology as a value."""

import math
import pickle
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import SeatingError, SpecError
from moot.topologies import Edge, Topology, star, topology

nx: Any = import_module("networkx")

seats_and_edges = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.none() | st.floats(0, 9)),
            unique_by=lambda edge: edge[:2],
        ),
    )
)


@given(seats_and_edges)
def test_an_edge_from_u_to_v_means_that_v_hears_u(drawn: tuple[int, list[Any]]) -> None:
    n, edges = drawn
    graph = Topology(n, edges)
    for u in range(n):
        for v in range(n):
            there = u != v and any(edge[:2] == (u, v) for edge in edges)
            assert (u in graph.heard_by(v)) == there
            assert (v in graph.hearers_of(u)) == there


@given(seats_and_edges)
def test_heard_seats_come_in_seat_order_and_never_include_oneself(drawn: tuple[int, list[Any]]) -> None:
    graph = Topology(*drawn)
    for seat in range(graph.seats):
        heard = graph.heard_by(seat)
        assert list(heard) == sorted(set(heard) - {seat})


@given(seats_and_edges, st.randoms())
def test_the_order_in_which_edges_are_given_does_not_matter(drawn: tuple[int, list[Any]], random: Any) -> None:
    n, edges = drawn
    shuffled = list(edges)
    random.shuffle(shuffled)
    one, other = Topology(n, edges), Topology(n, shuffled + shuffled)
    assert one == other
    assert hash(one) == hash(other)
    assert one.fingerprint == other.fingerprint


@given(seats_and_edges)
def test_networkx_and_back_is_the_same_topology(drawn: tuple[int, list[Any]]) -> None:
    graph = Topology(*drawn)
    assert topology(graph.graph, [f"a{seat}" for seat in range(graph.seats)]) == graph


@given(seats_and_edges)
def test_the_spec_of_any_graph_reads_back_as_an_equal_graph(drawn: tuple[int, list[Any]]) -> None:
    graph = Topology(*drawn)
    names = [f"a{seat}" for seat in range(graph.seats)]
    seated = topology(graph, names)
    again = topology(seated.spec, names)
    assert again == graph
    assert again.labels == seated.labels
    assert topology(graph.spec, names) == graph


@given(seats_and_edges, st.data())
def test_moving_seats_is_a_relabelling(drawn: tuple[int, list[Any]], data: st.DataObject) -> None:
    graph = Topology(*drawn)
    order = data.draw(st.permutations(range(graph.seats)))
    moved = graph.reordered(order)
    assert {(order[edge.source], order[edge.target], edge.weight) for edge in moved.edges} == {
        (edge.source, edge.target, edge.weight) for edge in graph.edges
    }
    assert moved.reordered([order.index(seat) for seat in range(graph.seats)]) == graph


@given(seats_and_edges)
def test_turning_edges_round_swaps_hearing_and_being_heard(drawn: tuple[int, list[Any]]) -> None:
    graph = Topology(*drawn)
    turned = graph.reversed()
    assert all(turned.heard_by(seat) == graph.hearers_of(seat) for seat in range(graph.seats))
    assert turned.reversed() == graph


def test_weights_are_kept_on_their_edge_and_count_for_equality() -> None:
    graph = Topology(3, [(0, 1, 2.5), (1, 0)])
    assert graph.weight(0, 1) == 2.5
    assert graph.weight(1, 0) is None
    assert graph != Topology(3, [(0, 1), (1, 0)])
    assert graph.fingerprint != Topology(3, [(0, 1), (1, 0)]).fingerprint
    assert graph.unweighted() == Topology(3, [(0, 1), (1, 0)])


def test_a_weight_of_zero_is_a_weight() -> None:
    assert Topology(2, [(0, 1, 0)]).weight(0, 1) == 0.0


def test_numpy_numbers_are_numbers() -> None:
    graph = Topology(2, [(np.int64(0), np.int64(1), np.float32(0.5))])
    assert graph.edges == (Edge(0, 1, 0.5),)
    assert type(graph.edges[0].source) is int


def test_a_channel_is_carried_along() -> None:
    graph = Topology(2, [Edge(0, 1, channel="answer")])
    assert graph.channel(0, 1) == "answer"
    assert graph.graph.edges[0, 1] == {"channel": "answer"}
    assert topology(graph.spec, ["a", "b"]) == graph


def test_labels_do_not_count_for_equality_but_travel_with_their_seats() -> None:
    graph = Topology(3, [(0, 1)], labels=["ada", "bo", "cy"])
    assert graph == Topology(3, [(0, 1)])
    assert graph.reordered([2, 0, 1]).labels == ("cy", "ada", "bo")
    assert graph.graph.nodes[1] == {"label": "bo"}


def test_the_networkx_graph_is_a_copy() -> None:
    graph = star(3)
    graph.graph.add_edge(1, 2)
    assert graph == star(3)
    assert isinstance(graph.graph, nx.DiGraph)


def test_a_topology_pickles() -> None:
    graph = topology({"edges": [["a", "b", 2]]}, ["a", "b"])
    again = pickle.loads(pickle.dumps(graph))
    assert again == graph
    assert again.labels == ("a", "b")


def test_a_static_topology_is_itself_in_every_round() -> None:
    graph = star(3)
    assert graph.static
    assert graph.round(5) is graph


def test_nothing_of_a_topology_can_be_set() -> None:
    graph: Any = star(3)
    with pytest.raises(AttributeError):
        graph.seats = 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0,), "a graph of 0 seats: give a whole number of at least 1"),
        ((True,), "a graph of True seats: give a whole number of at least 1"),
        ((2, [(0, 2)]), "edge 0 -> 2: the seats are 0 to 1"),
        ((2, [(-1, 0)]), "edge -1 -> 0: the seats are 0 to 1"),
        ((2, [("a", 0)]), "edge 'a' -> 0: give the numbers of two seats"),
        ((2, [(0, 1, -1)]), "edge 0 -> 1: weight -1 must be a finite number of at least 0"),
        ((2, [(0, 1, math.nan)]), "edge 0 -> 1: weight nan must be a finite number of at least 0"),
        ((2, [(0, 1, math.inf)]), "edge 0 -> 1: weight inf must be a finite number of at least 0"),
        ((2, [(0, 1, "2")]), "edge 0 -> 1: weight '2' must be a finite number of at least 0"),
        ((2, [(0, 1, True)]), "edge 0 -> 1: weight True must be a finite number of at least 0"),
        ((2, [(0, 1, None, 3)]), "edge 0 -> 1: channel 3 must be a name"),
        ((2, [(0, 1, 1), (0, 1, 2)]), "edge 0 -> 1 is given twice, weight 1.0 and weight 2.0: keep one"),
        ((2, [(0, 1), (0, 1, 2)]), "edge 0 -> 1 is given twice, plain and weight 2.0: keep one"),
        ((2, [(0, 1, 2), (0, 1)]), "edge 0 -> 1 is given twice, weight 2.0 and plain: keep one"),
    ],
)
def test_a_graph_that_cannot_be_is_refused_in_a_sentence(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        Topology(*arguments)
    assert str(caught.value) == sentence


def test_a_weight_beyond_floats_is_refused() -> None:
    with pytest.raises(SpecError, match="must be a finite number"):
        Topology(2, [(0, 1, 10**400)])


def test_sentences_call_seats_by_their_labels() -> None:
    with pytest.raises(SpecError, match="edge ada -> bo: weight -1"):
        Topology(2, [(0, 1, -1)], labels=["ada", "bo"])


def test_labels_are_one_different_text_for_each_seat() -> None:
    for labels in (["a"], ["a", "a"]):
        with pytest.raises(SpecError, match="2 seats take 2 different labels"):
            Topology(2, labels=labels)


def test_seats_that_are_not_there_are_refused() -> None:
    graph = star(3)
    for seat in (-1, 3):
        with pytest.raises(SeatingError, match=f"there is no seat {seat} among 3"):
            graph.heard_by(seat)
    with pytest.raises(SeatingError, match="seat 2 does not hear seat 1"):
        graph.weight(1, 2)
    with pytest.raises(SpecError, match="there is no round -1"):
        graph.round(-1)
    with pytest.raises(SpecError, match=r"\[0, 0, 1\] is no order of 3 seats"):
        graph.reordered([0, 0, 1])
