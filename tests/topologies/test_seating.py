"""Whatever says who hears whom becomes a topology whose seats are the agents."""

import re
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import topologies
from moot.errors import MootError, SeatingError, SpecError, UnknownNameError
from moot.topologies import Topology, complete, from_edges, ring, star, topology

nx: Any = import_module("networkx")

ABC = ["ada", "bo", "cy"]
ABCD = [*ABC, "di"]
CHAIN = from_edges([(0, 1), (1, 2)])
"""ada -> bo -> cy."""


@pytest.mark.parametrize(
    "value",
    [
        "from_edges?edges=ada>bo,bo>cy",
        "from_edges?edges=0>1,1>2",
        "chain?directed=true",
        " chain?directed=true ",
        {"name": "chain", "directed": True},
        {"name": "layers", "widths": [1, 1, 1]},
        "layers?widths=1,1,1",
        {"edges": [["ada", "bo"], ["bo", "cy"]]},
        {"edges": [["bo", "cy"], ["ada", "bo"]]},
        {"edges": [[1, 2], [0, 1]]},
        {"edges": [["x", "y"], ["y", "z"]]},
        {"name": "from_edges", "edges": [["ada", "bo"], ["bo", "cy"]]},
        [("ada", "bo"), ("bo", "cy")],
        [["ada", "bo"], ["bo", "cy"]],
        ((0, 1), (1, 2)),
        nx.DiGraph([("bo", "cy"), ("ada", "bo")]),
        nx.DiGraph([(1, 2), (0, 1)]),
        nx.MultiDiGraph([(0, 1), (1, 2)]),
        CHAIN,
        from_edges([("bo", "cy"), ("ada", "bo")]),
        topologies.layers([1, 1, 1]),
        ["chain?directed=true"],
    ],
    ids=lambda value: re.sub(r" object at 0x\w+", "", repr(value)),
)
def test_every_way_of_saying_it_gives_the_same_graph(value: Any) -> None:
    graph = topology(value, ABC)
    assert graph == CHAIN
    assert graph.labels == tuple(ABC)


def test_nothing_said_is_the_complete_graph() -> None:
    assert topology(None, ABC) == complete(3)


def test_a_generator_itself_is_its_graph_without_parameters() -> None:
    assert topology(topologies.ring, ABC) == ring(3)


def test_the_number_of_seats_comes_from_the_agents() -> None:
    for n in (3, 5, 8):
        assert topology("ring", [f"a{seat}" for seat in range(n)]) == ring(n)


@given(st.permutations(ABCD))
def test_nodes_called_as_the_agents_are_seated_by_name(order: list[str]) -> None:
    graph = topology({"edges": [["ada", "bo"], ["bo", "cy"], ["cy", "di"]]}, order)
    heard = {name: [order[u] for u in graph.heard_by(seat)] for seat, name in enumerate(order)}
    assert heard == {"ada": [], "bo": ["ada"], "cy": ["bo"], "di": ["cy"]}


@given(st.permutations(range(4)))
def test_numbers_written_as_texts_are_seats_by_number(order: list[int]) -> None:
    network = nx.DiGraph()
    network.add_nodes_from(str(seat) for seat in order)
    network.add_edge("0", "3")
    assert topology(network, ABCD).edges == from_edges([(0, 3)], 4).edges


def test_agents_called_by_numbers_are_seated_by_name_before_number() -> None:
    assert topology([("1", "0")], ["1", "0"]).heard_by(1) == (0,)


def test_other_nodes_are_seated_in_their_order() -> None:
    assert topology([("x", "y"), ("y", "z")], ABC) == CHAIN


def test_a_graph_bound_already_is_bound_again_by_its_names() -> None:
    graph = topology(CHAIN, ABC)
    again = topology(graph, ["cy", "bo", "ada"])
    assert again == CHAIN.reversed()
    assert again.labels == ("cy", "bo", "ada")


def test_a_named_graph_whose_seats_have_moved_is_spelled_by_its_edges() -> None:
    moved = topology(topology("star", ABC), ["bo", "ada", "cy"])
    assert moved.spec == {"edges": [["bo", "ada"], ["ada", "bo"], ["ada", "cy"], ["cy", "ada"]]}
    assert topology(moved.spec, ["bo", "ada", "cy"]) == moved != star(3)


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        (None, "complete"),
        ("ring?k=1", "ring"),
        ("ring?directed=true&k=2", "ring?k=2&directed=true"),
        ({"name": "ring", "k": 2}, "ring?k=2"),
        (ring(4, 2), "ring?k=2"),
        ("small_world?k=2&p=0.25&seed=3", "small_world?k=2&p=0.25&seed=3"),
        (topologies.layers([3, 1]), "layers?widths=3,1"),
        ("grid?columns=2&torus=yes", "grid?columns=2&torus=true"),
        ([(0, 1), (2, 3, 0.5)], {"edges": [["ada", "bo"], ["cy", "di", {"weight": 0.5}]]}),
        ({"edges": [[0, 1]], "nodes": 4}, {"edges": [["ada", "bo"]], "nodes": ABCD}),
        ({"edges": [["cy", "ada"]], "nodes": ABCD}, {"edges": [["cy", "ada"]], "nodes": ABCD}),
        (["ring", "star"], ["ring", "star"]),
    ],
)
def test_the_spec_is_one_spelling_that_reads_back(value: Any, spec: Any) -> None:
    graph = topology(value, ABCD)
    assert graph.spec == spec
    assert topology(graph.spec, ABCD) == graph
    assert topology(graph.spec, ABCD).spec == spec


REFUSED: list[tuple[Any, str]] = [
    ("rong", "no topology 'rong': did you mean 'ring'?"),
    ("ring?kk=2", "no parameter of ring 'kk': did you mean 'k'?"),
    ({"name": "ring", 2: 3}, "no parameter of ring '2': there are k, directed"),
    ("ring?n=3", "ring: leave n out, the agents say how many seats there are"),
    ("ring?k=5", "ring: k=5 must be from 1 to 1 for 3 seats"),
    ("layers", "layers needs widths, as in 'layers?widths=3,2,1'"),
    ("layers?widths=2,2", "3 agents for 4 seats of layers?widths=2,2: give as many agents as there are seats"),
    (
        "layers?widths=99999999,99999999",
        "3 agents for 199999998 seats of layers?widths=99999999,99999999: give as many agents as there are seats",
    ),
    (ring(4), "3 agents for 4 seats of ring: give as many agents as there are seats"),
    (complete(1), "3 agents for 1 seat of complete: give as many agents as there are seats"),
    (nx.path_graph(4), "3 agents for 4 seats of edges: give as many agents as there are seats"),
    (
        {"edges": [[0, 1]]},
        "3 agents for 2 seats of edges: give as many agents as there are seats, or add the missing ones to its nodes",
    ),
    (
        {"edges": [["ada", "bo"]]},
        "3 agents for 2 seats of edges: give as many agents as there are seats, or add 'cy' to its nodes",
    ),
    (
        {"edges": [[0, 1]], "nodes": 10**12},
        "3 agents for 1000000000000 seats of from_edges: give as many agents as there are seats",
    ),
    ([("ada", "bo"), ("bo", "cyy")], "no agent 'cyy': did you mean 'cy'?"),
    ([("ada", "bo"), ("bo",)], "edge ('bo',): write [speaker, listener] or [speaker, listener, weight]"),
    ([("ada", "bo", -2), ("bo", "cy")], "edge ada -> bo: weight -2 must be a finite number of at least 0"),
    ([], "an empty list is neither edges nor graphs: write 'none' for a graph without edges"),
    ([[]], "an empty list is neither edges nor graphs: write 'none' for a graph without edges"),
    ({}, "topology {}: give a name, edges or a file"),
    ({"egdes": []}, "no topology key 'egdes': did you mean 'edges'?"),
    ({"edges": [["ada", "bo"]], "node": ABC}, "no topology key 'node': did you mean 'nodes'?"),
    ({"file": "g.json", "formt": "json"}, "no topology key 'formt': did you mean 'format'?"),
    (
        {"per_round": "mine:turns"},
        "a function of the round cannot be read from a file: give topologies.per_round(…) in Python",
    ),
    (7, "topology 7: give a name, a networkx graph, edges, a file or a list of graphs"),
    (max, "topology 'max' is a function: write topologies.per_round(max) if it is one of the round"),
    (
        object,
        "topology 'object' is a function: write topologies.per_round(object) if it is one of the round",
    ),
]


@pytest.mark.parametrize(("value", "sentence"), REFUSED, ids=lambda value: re.sub(r" object at 0x\w+", "", repr(value)))
def test_what_cannot_be_seated_is_refused_in_one_sentence(value: Any, sentence: str) -> None:
    with pytest.raises(MootError) as caught:
        topology(value, ABC)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("ring?k=x", "ring: k='x': "),
        ("ring?directed=maybe", "ring: directed='maybe': "),
        ({"name": "ring", "k": [1]}, "ring: k=[1]: "),
        ({"name": "layers", "widths": ["x"]}, "layers: widths=['x']: "),
        ({"edges": 3}, "from_edges: edges=3: "),
        ({"edges": [], "nodes": 3.5}, "from_edges: nodes=3.5: "),
        ({"file": 3}, "from_file: path=3: "),
    ],
)
def test_a_value_of_the_wrong_type_is_named(value: Any, start: str) -> None:
    with pytest.raises(SpecError) as caught:
        topology(value, ABC)
    assert str(caught.value).startswith(start)


def test_the_errors_are_of_their_kind() -> None:
    with pytest.raises(SeatingError):
        topology(ring(4), ABC)
    with pytest.raises(UnknownNameError) as unknown:
        topology("rong", ABC)
    assert unknown.value.nearest == "ring"
    with pytest.raises(SpecError):
        topology("ring?k=9", ABC)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "there is nobody to seat: give at least one agent"),
        (["ada", "bo", "ada"], "two agents are called 'ada': give each a name of its own"),
    ],
)
def test_agents_need_names_of_their_own(names: list[str], sentence: str) -> None:
    with pytest.raises(SeatingError) as caught:
        topology("ring", names)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("card", topologies.cards(), ids=lambda card: card.name)
def test_one_agent_alone_can_sit_anywhere_that_has_no_least_size(card: topologies.TopologyCard) -> None:
    if card.name in ("complete", "ring", "star", "chain", "tree", "grid", "none", "erdos_renyi"):
        assert topology(card.name, ["ada"]) == Topology(1)


def refusal(value: Any) -> str | None:
    """The sentence with which a value is refused; None where it is not."""
    try:
        topology(value, ABC)
    except MootError as error:
        return str(error)
    return None


@given(st.text(max_size=30))
def test_no_text_does_worse_than_an_error_of_ours(text: str) -> None:
    assert refusal(text) != ""


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.floats()
    | st.sampled_from([*ABC, "ring", "none", "name", "edges"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "edges", "nodes", "k", "directed", "per_round", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(plain)
def test_no_value_of_a_debate_file_does_worse_than_an_error_of_ours(value: Any) -> None:
    sentence = refusal(value)
    assert sentence != ""
    if sentence is None:
        assert topology(topology(value, ABC).spec, ABC) == topology(value, ABC)
