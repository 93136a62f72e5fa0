"""Graphs that change by themselves: drawn anew, or losing edges on a schedule or by a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from moot.errors import MootError
from moot.topologies import (
    Topology,
    complete,
    draw_text,
    erdos_renyi,
    from_edges,
    per_round,
    pruned,
    random_regular,
    resampled,
    ring,
    topology,
)

NAMES = [f"a{place}" for place in range(1, 7)]


@dataclass(frozen=True)
class Said:
    """How a debate stands."""

    answers: Mapping[str, str | None]

    def answer_of(self, seat: str) -> str | None:
        return self.answers[seat]


def test_a_draw_lasts_so_many_rounds_and_its_seed_counts_up() -> None:
    graph = topology(resampled("random_regular?d=3&seed=5", every=2), NAMES)
    assert [graph.round(number) for number in range(5)] == [
        random_regular(6, 3, seed=5 + draw) for draw in (0, 0, 1, 1, 2)
    ]
    assert not graph.static
    assert {len(graph.round(number).heard_by(seat)) for number in range(9) for seat in range(6)} == {3}


def test_a_random_graph_is_drawn_anew_in_its_spelling_too() -> None:
    graph = topology("erdos_renyi?p=0.4&every=1", NAMES)
    assert [graph.round(number) for number in range(4)] == [erdos_renyi(6, 0.4, seed=draw) for draw in range(4)]
    assert graph.spec == "erdos_renyi?p=0.4&every=1"
    assert graph.name == graph.spec
    assert topology(graph.spec, NAMES) == graph
    assert topology({"name": "erdos_renyi", "p": 0.4, "every": 1}, NAMES) == graph
    assert graph.fingerprint != erdos_renyi(6, 0.4).fingerprint


def test_a_function_is_drawn_from_by_the_number_of_the_draw() -> None:
    def wider(draw: int) -> str:
        return f"ring?k={draw + 1}"

    graph = topology(resampled(wider, every=3), NAMES)
    assert [graph.round(number) for number in (0, 2, 3, 8)] == [ring(6), ring(6), ring(6, 2), ring(6, 3)]


def test_a_share_of_what_is_left_is_cut_after_each_time_it_was_heard_over() -> None:
    graph = topology(pruned("complete", 0.5), NAMES)
    assert [graph.round(number).size for number in range(6)] == [30, 30, 15, 8, 4, 2]
    for number in range(5):
        assert set(graph.round(number + 1).edges) <= set(graph.round(number).edges)
    assert topology(pruned("complete", 0.5, every=2), NAMES).round(3).size == 15
    assert topology(pruned("complete", 0.5, seed=1), NAMES).round(3) != graph.round(3)
    assert topology("complete?prune=0.5&every=1", NAMES).round(3) == graph.round(3)
    assert topology("complete?prune=0.5", NAMES).spec == "complete?prune=0.5&every=1" == graph.spec
    assert graph.labels == tuple(NAMES) == graph.round(5).labels


def test_edges_of_least_weight_go_first() -> None:
    weighted = [("a1", "a2", 3), ("a2", "a3", 1), ("a3", "a1", 2), ("a1", "a3", 0.5)]
    graph = topology(pruned(weighted, 0.5), NAMES[:3])
    assert [edge.weight for edge in graph.round(2).edges] == [3.0, 2.0]


def test_edges_between_those_who_agree_go_and_do_not_come_back() -> None:
    graph = topology(pruned("complete"), NAMES[:4])
    first = graph.round(0)
    assert graph.adaptive
    said = Said({"a1": "x", "a2": "x", "a3": "y", "a4": None})
    second = graph.after(first, 1, said)
    assert set(first.edges) - set(second.edges) == set(Topology(4, [(0, 1), (1, 0)]).edges)
    assert second.labels == tuple(NAMES[:4])
    third = graph.after(second, 2, Said({"a1": "x", "a2": "z", "a3": "x", "a4": None}))
    assert third.heard_by(0) == (3,)
    assert third.heard_by(3) == (0, 1, 2)


def test_a_function_says_which_edges_stay() -> None:
    graph = topology(pruned("ring", lambda _, speaker, listener: speaker < listener, every=2), NAMES[:3])
    assert graph.after(graph.round(0), 1, Said({})) == ring(3)
    assert graph.after(graph.round(0), 2, Said({})) == from_edges([(0, 1), (0, 2), (1, 2)])
    spec: Any = graph.spec
    assert spec["prune"].endswith("<lambda>")
    with pytest.raises(MootError, match="cannot be read from a file"):
        topology(spec, NAMES[:3])


def test_changing_graphs_take_channels_and_other_seats() -> None:
    graph = topology("complete?prune=unlike&channel=answer", NAMES[:3])
    assert graph.round(0).channels == {"answer"}
    assert graph.spec == "complete?prune=unlike&every=1&channel=answer"
    assert topology(graph.spec, NAMES[:3]) == graph
    assert graph.adaptive
    named = topology(pruned([("b", "a"), ("a", "b")]), ["a", "b"])
    again = topology(named, ["b", "a"])
    assert again.adaptive
    assert again.labels == ("b", "a")
    drawn = topology("random_regular?d=3&every=1&channel=dropped?p=0.2", NAMES)
    assert drawn.round(4).channels == {"dropped?p=0.2"}
    assert drawn.round(4) == random_regular(6, 3, seed=4).through("dropped?p=0.2")


def test_they_are_drawn_as_what_they_are() -> None:
    assert draw_text(topology("complete?prune=unlike", NAMES)).endswith("\n\nedges go as the debate goes")
    assert "round 1, " in draw_text(topology("erdos_renyi?every=1", NAMES))
    assert topology(complete(3), NAMES[:3]).after(ring(3), 1, None) == complete(3)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (resampled("ring"), "resampled: 'ring' draws nothing, so it would be the same each time"),
        ("ring?every=2", "'ring' draws nothing"),
        (resampled("rnig"), "no topology 'rnig': did you mean 'ring'?"),
        ("erdos_renyi?every=0", "every=0 must be a whole number of at least 1"),
        ("erdos_renyi?every=x", "every='x'"),
        ("complete?prune=2", "a share of 2.0 must be from 0 to 1"),
        ("complete?prune=unlik", "no rule of pruned 'unlik': did you mean 'unlike'?"),
        (pruned(["star", "ring"]), "changes by itself: give one graph"),
        (resampled(3), "give the name of a random graph, or a function"),
        (["ring", resampled("erdos_renyi")], "round 1 of a schedule is a schedule itself"),
        (per_round(lambda _: pruned("ring")), "round 0 of a schedule is a schedule itself"),
    ],
)
def test_what_cannot_change_is_refused(value: Any, sentence: str) -> None:
    with pytest.raises(MootError) as caught:
        topology(value, NAMES)
    assert sentence in str(caught.value)


def test_rounds_that_are_no_number_are_refused() -> None:
    for make in (resampled, pruned):
        with pytest.raises(MootError, match="must be a whole number of at least 1"):
            make("erdos_renyi", every=0)
