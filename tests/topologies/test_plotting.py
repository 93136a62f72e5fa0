"""Graphs as pictures and as text for other programs: every seat, every edge, and labels that are only labels."""

import re

import pytest

from moot.topologies import dot, draw, from_edges, mermaid, ring, small_world, star, topology

ABC = ["ada", "bo", "cy"]


def test_mermaid_points_to_who_hears_and_says_once_what_goes_both_ways() -> None:
    text = mermaid(from_edges([("ada", "bo"), ("bo", "cy"), ("cy", "bo")], ABC), ABC)
    assert re.findall(r"(s\d) (<-->|-->) (s\d)", text) == [("s0", "-->", "s1"), ("s1", "<-->", "s2")]


def test_dot_has_every_seat_and_edge() -> None:
    text = dot(topology("star", ABC))
    assert re.findall(r'label="(\w+)"', text) == ABC
    assert re.findall(r"s0 -> (s\d) \[dir=both\]", text) == ["s1", "s2"]


def test_weights_and_channels_are_labels() -> None:
    graph = from_edges([("ada", "bo", {"weight": 2.5, "channel": "answer"}), ("bo", "ada")], ABC)
    assert 's0 -->|"2.5, answer"| s1' in mermaid(graph, ABC)
    assert 's0 -> s1 [label="2.5, answer"]' in dot(graph, ABC)
    assert "both" not in dot(graph, ABC)


@pytest.mark.parametrize(
    "name", ['"]; click s0 "javascript:alert(1)"', "<b>x</b>", "a\nb --> c", "`x`", "#quot;", "]|"]
)
def test_a_name_is_a_label_and_nothing_else(name: str) -> None:
    text = mermaid(star(2), [name, "bo"])
    assert len(text.splitlines()) == 4
    assert not set(text.splitlines()[1][6:-2]) & set('"<>`|[]()')
    assert len(dot(star(2), [name, "bo"]).splitlines()) == 5


def test_a_picture_has_a_mark_a_name_and_arrows() -> None:
    ax = draw(ring(5), ["ada", "bo", "cy", "di", "ed"])
    names = [text.get_text() for text in ax.texts if text.get_text()]
    assert names == ["ada", "bo", "cy", "di", "ed"]
    assert len(ax.texts) - len(names) == ring(5).size
    assert ax.collections[0].get_offsets().shape == (5, 2)


def test_the_same_graph_is_the_same_picture_and_large_ones_are_quick() -> None:
    crowd = small_world(300, 4, 0.1, seed=1)
    one, other = draw(crowd), draw(crowd)
    assert (one.collections[0].get_offsets() == other.collections[0].get_offsets()).all()
    assert len(one.lines[0].get_xdata()) == 3 * crowd.size


def test_a_schedule_is_drawn_by_round() -> None:
    changing = topology(["none", "ring"], ABC)
    assert [draw(changing, round=number).get_title() for number in (0, 1)] == ["none", "ring"]
