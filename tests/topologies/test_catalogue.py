"""Names: what there is, what it says of itself, and what others install."""

import sys
from pathlib import Path
from typing import Any

import pytest

from moot.errors import SpecError, UnknownNameError
from moot.topologies import Edge, cards, topology
from moot.topologies.catalogue import named

NAMES = (
    *("complete", "ring", "star", "chain", "tree", "grid", "layers", "bipartite", "groups"),
    *("small_world", "scale_free", "random_regular", "erdos_renyi", "none", "from_edges", "from_file"),
)
MODULE = """
import networkx as nx
from moot.topologies import ring

def wheel(n: int, spokes: int = 2):
    '''A ring around a hub.

    Args:
        n: Seats.
        spokes: How many hear the hub.
    '''
    return nx.wheel_graph(n)

def pairs(n):
    return [(seat, seat ^ 1) for seat in range(n)]

def turned(n):
    return ring(n, directed=True)

def wrong(n):
    return "ring"

value = 3
ring_of_mine = ring
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that brings topologies by entry points."""
    (tmp_path / "wheels_for_moot.py").write_text(MODULE)
    info = tmp_path / "wheels_for_moot-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wheels-for-moot\nVersion: 1.0\n")
    points = {
        "wheel": "wheel",
        "pairs": "pairs",
        "turned": "turned",
        "wrong": "wrong",
        "value": "value",
        "gone": "gone",
        "ring": "turned",
        "mine": "ring_of_mine",
    }
    lines = [f"{name} = wheels_for_moot:{attribute}" for name, attribute in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[moot.topologies]", *lines, ""]))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "wheels_for_moot", raising=False)


def test_every_name_of_the_catalogue_has_a_card_that_says_all() -> None:
    shipped = {card.name: card for card in cards()}
    assert tuple(shipped) == NAMES
    for card in shipped.values():
        assert card.summary.endswith(".")
        assert card.edges
        assert card.example.startswith(card.name)
        assert all(parameter.meaning for parameter in card.parameters), card
        assert "n" not in [parameter.name for parameter in card.parameters]


@pytest.mark.parametrize("card", [card for card in cards() if card.name != "from_file"], ids=lambda card: card.name)
def test_every_example_can_be_used_as_it_stands(card: Any) -> None:
    names = ["ada", "bo", "cy", "di", "ed", "flo"]
    seats = 3 if card.name == "from_edges" else 6
    graph = topology(card.example, names[:seats])
    assert graph.seats == seats
    assert topology(graph.spec, names[:seats]) == graph


def test_cards_tell_defaults_and_what_must_be_given() -> None:
    ring = next(card for card in cards() if card.name == "ring")
    assert [(parameter.name, parameter.default) for parameter in ring.parameters] == [("k", 1), ("directed", False)]
    layers = next(card for card in cards() if card.name == "layers")
    assert [(parameter.name, parameter.default) for parameter in layers.parameters] == [("widths", ...)]


@pytest.mark.usefixtures("installed")
def test_installed_topologies_are_found_by_name() -> None:
    names = ["ada", "bo", "cy", "di"]
    wheel = topology("wheel?spokes=3", names)
    assert wheel.heard_by(0) == (1, 2, 3)
    assert wheel.spec == "wheel?spokes=3"
    assert topology({"name": "pairs"}, names).edges == (Edge(0, 1), Edge(1, 0), Edge(2, 3), Edge(3, 2))
    assert topology("turned", names).spec == "turned"
    assert topology("mine?k=2", names).spec == "ring?k=2"


@pytest.mark.usefixtures("installed")
def test_a_shipped_name_goes_before_an_installed_one() -> None:
    assert topology("ring", ["ada", "bo", "cy"]).size == 6


@pytest.mark.usefixtures("installed")
def test_installed_topologies_have_cards() -> None:
    for name in ("value", "gone"):
        with pytest.raises(SpecError):
            named(name)
    card = named("wheel").card
    assert (card.name, card.summary) == ("wheel", "A ring around a hub.")
    assert [(one.name, one.default, one.meaning) for one in card.parameters] == [
        ("spokes", 2, "How many hear the hub.")
    ]


@pytest.mark.usefixtures("installed")
def test_what_is_installed_wrongly_is_refused_in_a_sentence() -> None:
    for name, words in {
        "value": r"topology 'value' \(wheels_for_moot:value\) is no function of the number of seats",
        "gone": r"topology 'gone' \(wheels_for_moot:gone\) cannot be loaded: .*no attribute 'gone'",
        "wrong": "topology 'wrong' made 'ring', which is no topology, networkx graph or list of edges",
    }.items():
        with pytest.raises(SpecError, match=words):
            topology(name, ["ada", "bo"])


@pytest.mark.usefixtures("installed")
def test_a_name_that_is_not_there_is_refused_with_the_nearest_of_all() -> None:
    with pytest.raises(UnknownNameError) as caught:
        topology("weel", ["ada"])
    assert caught.value.nearest == "wheel"
