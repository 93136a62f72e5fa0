"""Graphs that change from round to round."""

from importlib import import_module
from typing import Any

import pytest

from moot.errors import MootError, SpecError
from moot.topologies import Schedule, Topology, complete, from_edges, none, per_round, ring, small_world, star, topology

nx: Any = import_module("networkx")

ABCD = ["ada", "bo", "cy", "di"]


def test_a_list_is_a_graph_a_round_and_its_last_repeats() -> None:
    graph = topology(["none", star(4), nx.cycle_graph(4), [(0, 1), (2, 3)], {"name": "ring", "k": 2}], ABCD)
    assert not graph.static
    expected = [none(4), star(4), ring(4), from_edges([(0, 1), (2, 3)]), complete(4), complete(4), complete(4)]
    assert [graph.round(number) for number in range(7)] == expected
    assert all(graph.round(number).labels == tuple(ABCD) for number in range(7))


def test_a_function_gives_the_graph_of_each_round() -> None:
    graph = topology(per_round(lambda number: f"ring?k={number % 2 + 1}"), ABCD)
    assert [graph.round(number) for number in range(4)] == [ring(4), ring(4, 2), ring(4), ring(4, 2)]


def test_a_function_is_asked_once_for_each_round() -> None:
    asked: list[int] = []

    def drawn(number: int) -> Topology:
        asked.append(number)
        return small_world(4, 2, 0.5, seed=number)

    graph = topology(per_round(drawn), ABCD)
    for number in (0, 3, 3, 0, 1):
        graph.round(number)
    assert asked == [0, 3, 1]


def test_as_a_graph_a_schedule_is_that_of_round_0() -> None:
    graph = topology(["star", "ring"], ABCD)
    assert graph.heard_by(0) == (1, 2, 3)
    assert graph.seats == 4


def test_a_list_of_equal_graphs_is_that_graph() -> None:
    assert topology(["ring", "ring"], ABCD) == ring(4)
    assert topology(["ring"], ABCD).static
    assert topology(["star", "ring", "ring"], ABCD) == topology(["star", "ring"], ABCD)


def test_schedules_are_equal_where_every_round_is() -> None:
    one, other = topology(["star", "ring"], ABCD), topology(["star", "complete"], ABCD)
    assert one != other
    assert one != star(4)
    assert star(4) != one
    assert one.fingerprint != other.fingerprint
    assert hash(one) == hash(topology(["star", nx.cycle_graph(4)], ABCD))


def test_functions_are_equal_under_one_name_and_start() -> None:
    assert topology(per_round(_turning), ABCD) == topology(per_round(_turning), ABCD)
    assert topology(per_round(_turning), ABCD) != topology(["ring", "star"], ABCD)
    assert topology(per_round(_turning), ABCD).fingerprint == topology(per_round(_turning), ABCD).fingerprint


def test_a_list_is_spelled_as_a_list_and_a_function_by_its_name() -> None:
    assert topology(["star", [(0, 1), (2, 3)]], ABCD).spec == ["star", {"edges": [["ada", "bo"], ["cy", "di"]]}]
    spec: Any = topology(per_round(_turning), ABCD).spec
    assert spec["per_round"].endswith(":_turning")


def test_a_seated_schedule_is_seated_again_by_name() -> None:
    graph = topology(topology([[("ada", "bo"), ("cy", "di")], "star"], ABCD), ABCD[::-1])
    assert isinstance(graph, Schedule)
    assert graph.round(0) == from_edges([(3, 2), (1, 0)])
    assert graph.round(1).heard_by(3) == (0, 1, 2)
    assert topology(graph.spec, ABCD[::-1]) == graph


def test_changes_reach_every_round() -> None:
    graph = topology(["star?directed=true", "chain?directed=true"], ABCD)
    assert [graph.reversed().round(number).heard_by(3) for number in range(2)] == [(), ()]
    assert [graph.reversed().round(number).heard_by(0) for number in range(2)] == [(1, 2, 3), (1,)]


def _turning(number: int) -> str:
    return "star" if number % 2 else "ring"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([ring(4), ring(3)], "4 agents for 3 seats of ring: give as many agents as there are seats"),
        (["ring", ["ring", "star"]], "round 1 of a schedule is a schedule itself: give one graph for each round"),
        (
            per_round(lambda _: per_round(_turning)),
            "round 0 of a schedule is a schedule itself: give one graph for each round",
        ),
        (per_round(lambda _: 3), "topology 3: give a name, a networkx graph, edges, a file or a list of graphs"),
    ],
)
def test_schedules_that_cannot_be_are_refused_before_they_start(value: Any, sentence: str) -> None:
    with pytest.raises(MootError) as caught:
        topology(value, ABCD)
    assert str(caught.value) == sentence


def test_rounds_of_different_size_are_refused() -> None:
    with pytest.raises(SpecError, match="round 1 of a schedule has 3 seats, round 0 has 4"):
        Schedule([ring(4), ring(3)].__getitem__, listed=2)


def test_there_is_no_round_before_the_first() -> None:
    with pytest.raises(SpecError, match="there is no round -1: the first is 0"):
        topology(["star", "ring"], ABCD).round(-1)


def test_per_round_takes_a_function_only() -> None:
    wrong: Any = ["ring", "star"]
    with pytest.raises(SpecError, match="give a function of the round; a list of graphs is a schedule as it is"):
        per_round(wrong)
