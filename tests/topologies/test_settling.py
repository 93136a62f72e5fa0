"""Whether rounds can bring everyone to one opinion."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.topologies import (
    Topology,
    averaging,
    bipartite,
    chain,
    complete,
    erdos_renyi,
    from_edges,
    grid,
    groups,
    layers,
    none,
    per_round,
    ring,
    settles,
    star,
    topology,
    warnings,
)
from moot.topologies.components import classes, closed_classes, period

nx: Any = import_module("networkx")

ABCD = ["ada", "bo", "cy", "di"]


def drawn(n: int, p: float, seed: int) -> Topology:
    return erdos_renyi(n, p, seed=seed, directed=True)


graphs = st.builds(
    drawn,
    st.integers(1, 9),
    st.sampled_from([0.1, 0.2, 0.4]),
    st.integers(0, 10_000),
)


def rows(graph: Topology) -> list[tuple[int, ...]]:
    return [graph.heard_by(seat) for seat in range(graph.seats)]


@given(graphs)
def test_classes_are_the_strong_components_of_networkx(graph: Topology) -> None:
    member = classes(rows(graph))
    ours = {frozenset(v for v, name in enumerate(member) if name == one) for one in set(member)}
    assert ours == set(map(frozenset, nx.strongly_connected_components(graph.graph)))


@given(graphs)
def test_closed_classes_are_the_components_that_hear_no_other(graph: Topology) -> None:
    condensed = nx.condensation(graph.graph)
    sources = {tuple(sorted(condensed.nodes[node]["members"])) for node, degree in condensed.in_degree if degree == 0}
    assert set(closed_classes(rows(graph))) == sources


@pytest.mark.parametrize(
    ("graph", "beat"),
    [(ring(6), 2), (ring(5), 1), (ring(6, directed=True), 6), (star(4), 2), (complete(3), 1), (none(1), 1)],
    ids=repr,
)
def test_the_period_is_the_common_divisor_of_all_circles(graph: Topology, beat: int) -> None:
    assert period(rows(graph), range(graph.seats)) == beat


@given(graphs)
def test_the_period_agrees_with_networkx(graph: Topology) -> None:
    for members in closed_classes(rows(graph)):
        if len(members) > 1:
            assert (period(rows(graph), members) == 1) == nx.is_aperiodic(graph.graph.subgraph(members))


@given(graphs, st.booleans())
@settings(max_examples=60)
def test_a_graph_settles_exactly_when_repeated_averaging_does(graph: Topology, self_loop: bool) -> None:
    matrix = averaging(graph, self_loop=self_loop)
    late = np.linalg.matrix_power(matrix, 5040)  # divided by every period there can be
    settled = np.ptp(late, axis=0).max() < 1e-6 and np.abs(late @ matrix - late).max() < 1e-6
    assert settles(graph, self_loop=self_loop) == settled


@pytest.mark.parametrize("graph", [star(4), chain(4), ring(4), grid(9), bipartite(5), ring(3, directed=True)], ids=repr)
def test_swinging_graphs_settle_only_where_seats_hear_themselves(graph: Topology) -> None:
    assert settles(graph)
    assert not settles(graph, self_loop=False)
    assert warnings(graph) == ()
    assert len(warnings(graph, self_loop=False)) == 1


@pytest.mark.parametrize("graph", [complete(4), ring(5), ring(6, 2), layers([1, 3]), Topology(1)], ids=repr)
def test_graphs_that_settle_come_without_a_warning(graph: Topology) -> None:
    for self_loop in (True, False):
        assert settles(graph, self_loop=self_loop)
        assert warnings(graph, self_loop=self_loop) == ()


@given(graphs, st.booleans())
def test_there_is_a_warning_exactly_where_a_graph_does_not_settle(graph: Topology, self_loop: bool) -> None:
    assert bool(warnings(graph, self_loop=self_loop)) == (not settles(graph, self_loop=self_loop))


APART = "so they need not come to agree: add an edge between them"


@pytest.mark.parametrize(
    ("value", "self_loop", "sentence"),
    [
        (
            "none",
            True,
            "nobody hears anybody, so rounds after the first change nothing: take another topology or one round",
        ),
        ("groups", True, f"2 groups hear nobody outside themselves (ada, bo | cy, di), {APART}"),
        (
            [("ada", "bo"), ("cy", "bo"), ("di", "bo")],
            True,
            f"3 groups hear nobody outside themselves (ada | cy | di), {APART}",
        ),
        (
            "star",
            False,
            "the graph is two sides that hear only each other, so opinions can swap for ever: "
            "let agents see their own last reply",
        ),
        (
            "ring?directed=true",
            False,
            "the graph is 4 groups that hear each other in a circle, so opinions can swap for ever: "
            "let agents see their own last reply",
        ),
    ],
)
def test_a_warning_is_one_sentence_with_the_mend(value: Any, self_loop: bool, sentence: str) -> None:
    assert warnings(topology(value, ABCD), self_loop=self_loop) == (sentence,)


def test_long_warnings_are_cut_short() -> None:
    words = warnings(groups(60, 10))[0]
    assert "seat 0, seat 1, seat 2, seat 3 and 2 more | " in words
    assert "| and 6 more)" in words


def test_a_schedule_is_warned_of_by_all_its_graphs_together() -> None:
    first, then = from_edges([(0, 1), (1, 0)], 4), from_edges([(2, 3), (3, 2), (1, 2), (2, 1)], 4)
    assert warnings(topology([first, then], ABCD)) == ()
    assert warnings(topology(["none", "groups"], ABCD)) == warnings(topology("groups", ABCD))
    assert warnings(topology(per_round(lambda number: "groups" if number < 5 else "ring"), ABCD)) == ()
    assert len(warnings(topology(per_round(lambda _: "none"), ABCD))) == 1


def test_a_schedule_settles_as_its_last_graph_does() -> None:
    assert settles(topology(["none", "ring"], ABCD))
    assert not settles(topology(["ring", "none"], ABCD))


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    assert settles(chain(20_000))
    assert settles(ring(20_001, directed=True))
