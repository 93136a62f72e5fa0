"""Graphs from files: what networkx writes is read back, and what is hostile is refused."""

import json
import math
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from moot.errors import GraphFileError, SpecError
from moot.topologies import Edge, Topology, erdos_renyi, from_edges, from_file, ring, topology
from moot.topologies.files import read
from moot.topologies.readers.draft import Caps

nx: Any = import_module("networkx")

ABC = ["ada", "bo", "cy"]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def graphml(body: str, *, head: str = "", default: str = "directed") -> str:
    return f'<?xml version="1.0"?>{head}<graphml><graph edgedefault="{default}">{body}</graph></graphml>'


def nodelink(**changes: Any) -> str:
    nodes = [{"id": "a"}, {"id": "b"}]
    return json.dumps({"directed": True, "nodes": nodes, "edges": [{"source": "a", "target": "b"}]} | changes)


NODES = '<node id="a"/><node id="b"/>'


def written_by_networkx(network: Any, folder: Path) -> list[Path]:
    nx.write_graphml_xml(network, folder / "g.graphml")
    (folder / "g.json").write_text(json.dumps(nx.node_link_data(network, edges="edges")))
    nx.write_edgelist(network, folder / "g.edgelist")
    return [folder / name for name in ("g.graphml", "g.json", "g.edgelist")]


@given(st.integers(0, 10_000), st.integers(2, 8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_networkx_writes_in_each_format_is_read_back(tmp_path: Path, seed: int, n: int) -> None:
    graph = Topology(n, [*erdos_renyi(n, 0.4, seed=seed, directed=True).edges, *ring(n, directed=True).edges])
    names = [f"a{seat}" for seat in range(n)]
    for path in written_by_networkx(graph.graph, tmp_path):
        assert topology({"file": str(path)}, names) == graph


def test_weights_and_names_are_read_back(tmp_path: Path) -> None:
    network = nx.DiGraph()
    network.add_edge("cy", "ada", weight=2.5)
    network.add_edge("ada", "bo", weight=1e-3)
    for path in written_by_networkx(network, tmp_path):
        assert topology({"file": str(path)}, ABC).edges == (Edge(0, 1, 0.001), Edge(2, 0, 2.5)), path.suffix


def test_undirected_files_are_heard_both_ways(tmp_path: Path) -> None:
    for path in written_by_networkx(nx.cycle_graph(5), tmp_path)[:2]:
        assert topology({"file": str(path)}, list("abcde")) == ring(5)
    assert from_file(tmp_path / "g.edgelist", directed=False) == ring(5)


def test_channels_are_read(write: Write) -> None:
    key = '<key id="d0" for="edge" attr.name="channel" attr.type="string"/>'
    edge = '<edge source="a" target="b"><data key="d0">answer</data></edge>'
    text = f'<graphml>{key}<graph edgedefault="directed">{NODES}{edge}</graph></graphml>'
    assert from_file(write("g.graphml", text)).edges == (Edge(0, 1, channel="answer"),)
    text = nodelink(edges=[{"source": "a", "target": "b", "channel": "answer"}])
    assert from_file(write("g.json", text)).edges == (Edge(0, 1, channel="answer"),)


def test_graphml_defaults_and_single_directions_hold(write: Write) -> None:
    key = '<key id="w" for="edge" attr.name="weight" attr.type="double"><default>2</default></key>'
    other = '<key id="c" for="node" attr.name="weight" attr.type="double"><default>7</default></key>'
    edges = '<edge source="a" target="b"/><edge directed="true" source="b" target="c"><data key="w"> 3 </data></edge>'
    body = f'{NODES}<node id="c"><data key="c">9</data></node>{edges}'
    text = f'<graphml>{key}{other}<graph edgedefault="undirected">{body}</graph></graphml>'
    assert from_file(write("g.graphml", text)).edges == (Edge(0, 1, 2.0), Edge(1, 0, 2.0), Edge(1, 2, 3.0))


def test_lines_take_blanks_commas_comments_weights_and_lone_nodes(write: Write) -> None:
    text = "# who hears whom\nada bo\nbo, cy, 2.5  # loud\n\ndi\ncy\tada {'weight': 3}\nada cy {}\n"
    graph = from_file(write("g.txt", text))
    assert graph.labels == ("ada", "bo", "cy", "di")
    assert graph.edges == (Edge(0, 1), Edge(0, 2), Edge(1, 2, 2.5), Edge(2, 0, 3.0))


def test_a_byte_order_mark_and_windows_lines_are_no_obstacle(write: Write) -> None:
    assert from_file(write("g.txt", b"\xef\xbb\xbfada bo\r\nbo cy\r\n")).labels == ("ada", "bo", "cy")


def test_the_format_can_be_given(write: Write) -> None:
    path = write("graph", "ada bo\nbo cy\n")
    assert from_file(path, "edges").spec == {"file": str(path), "format": "edges"}
    assert topology(f"from_file?path={path}&format=edges", ABC) == from_edges([(0, 1), (1, 2)])


def test_a_file_is_spelled_by_its_path_also_after_its_seats_have_moved(write: Write) -> None:
    path = write("g.edges", "cy ada\nada bo\n")
    graph = topology({"file": str(path)}, ABC)
    assert graph.spec == {"file": str(path)}
    assert graph.name == f"file {path}"
    assert topology(graph.spec, ABC) == graph == from_edges([(2, 0), (0, 1)])
    both = topology({"file": str(path), "directed": False}, ABC)
    assert both.spec == {"file": str(path), "directed": False}
    assert topology(both.spec, ABC) == both


def test_relative_paths_start_in_the_folder_given(write: Write, tmp_path: Path) -> None:
    write("g.edges", "ada bo\nbo cy\n")
    graph = topology({"file": "g.edges"}, ABC, folder=tmp_path)
    assert graph.spec == {"file": "g.edges"}
    assert topology(["none", {"file": "g.edges"}], ABC, folder=tmp_path).round(1) == graph
    assert topology("from_file?path=g.edges", ABC, folder=tmp_path) == graph


BOMB = "<!DOCTYPE lolz [" + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10)) + "]>"
OUTSIDE = '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
NO_DOCTYPE = "it declares a document type (<!DOCTYPE …>), which is refused: delete the declaration"
LONG = "x" * 201


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("g.graphml", graphml('<node id="&l9;"/>', head=BOMB), NO_DOCTYPE),
        ("g.graphml", graphml('<node id="a">&x;</node>', head=OUTSIDE), NO_DOCTYPE),
        ("g.graphml", graphml(NODES, head='<!DOCTYPE g SYSTEM "http://127.0.0.1/g.dtd">'), NO_DOCTYPE),
        ("g.graphml", "<svg/>", "it holds no <graph>"),
        ("g.graphml", graphml(""), "a graph without nodes seats nobody: give at least one node"),
        (
            "g.graphml",
            "<graphml><graph/></graphml>",
            "its <graph> does not say whether edgedefault is 'directed' or 'undirected'",
        ),
        (
            "g.graphml",
            graphml('<node id="a"><graph edgedefault="directed"/></node>'),
            "it holds more than one graph, or a graph inside a node: keep one",
        ),
        ("g.graphml", graphml("<hyperedge/>"), "it has a hyperedge: write it as edges between nodes"),
        ("g.graphml", graphml("<a>" * 20 + "</a>" * 20), "it is nested more than 16 levels deep"),
        ("g.graphml", graphml('<node id="a"/><node id="a"/>'), "node 'a' is declared twice"),
        (
            "g.graphml",
            graphml("<node/>"),
            "node None: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.graphml",
            graphml(f'<node id="{LONG}"/>'),
            f"node '{'x' * 56}...: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.graphml",
            graphml('<node id="a&#10;b"/>'),
            "node 'a\\nb': name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.graphml",
            graphml(NODES + '<edge source="a" target="c"/>'),
            "edge a -> c: 'c' is none of the 2 nodes",
        ),
        (
            "g.graphml",
            graphml(NODES + '<edge source="a"/>'),
            "node None: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.graphml",
            graphml(NODES + '<edge source="a" target="b" directed="perhaps"/>'),
            "edge 'a' -> 'b': directed is 'perhaps', not true or false",
        ),
        ("g.json", "[" * 100_000, "it is nested more than 16 levels deep"),
        ("g.json", '{"a":' * 100_000, "it is nested more than 16 levels deep"),
        ("g.json", "[1, 2]", "it holds no JSON object with 'nodes' and 'edges'"),
        (
            "g.json",
            '{"nodes": [], "links": []}',
            "its edges are called 'links': write it with networkx.node_link_data(graph, edges='edges')",
        ),
        (
            "g.json",
            '{"nodes": 3, "edges": []}',
            "it has no list called 'nodes', as networkx.node_link_data(graph, edges='edges') writes it",
        ),
        ("g.json", nodelink(directed="yes"), "'directed' is 'yes', which is neither true nor false"),
        ("g.json", nodelink(nodes=["a", "b"]), "node 'a' has no 'id': write each node as an object with one"),
        (
            "g.json",
            nodelink(edges=[["a", "b"]]),
            "edge a list lacks 'source' or 'target': write each edge as an object with both",
        ),
        (
            "g.json",
            nodelink(nodes=[{"id": 10**300}]),
            f"node 1{'0' * 56}...: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.json",
            nodelink(nodes=[{"id": {"a": 1}}]),
            "node a dict: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.json",
            nodelink(nodes=[{"id": True}]),
            "node True: name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.json",
            nodelink(nodes=[{"id": "\x1b[2J"}]),
            "node '\\x1b[2J': name it by 1 to 200 printable characters or a whole number",
        ),
        (
            "g.json",
            nodelink(edges=[{"source": "a", "target": "b", "weight": math.nan}]),
            "it is no JSON: NaN is no number",
        ),
        (
            "g.json",
            nodelink(edges=[{"source": "a", "target": "b", "weight": "2"}]),
            "edge 'a' -> 'b': weight '2' is no number",
        ),
        (
            "g.json",
            nodelink(edges=[{"source": "a", "target": "b", "weight": -1}]),
            "edge a -> b: weight -1 must be a finite number of at least 0",
        ),
        (
            "g.json",
            nodelink().replace('"target": "b"', '"target": "b", "weight": 1e999'),
            "edge a -> b: weight inf must be a finite number of at least 0",
        ),
        (
            "g.json",
            nodelink(edges=[{"source": "a", "target": "b", "channel": 3}]),
            "edge 'a' -> 'b': channel 3 is no name",
        ),
        ("g.edges", "ada bo nan\n", "edge ada -> bo: weight nan must be a finite number of at least 0"),
        ("g.edges", "ada bo loud\n", "line 1: weight 'loud' is no number"),
        (
            "g.edges",
            "ada bo\nada bo 1 2\n",
            "line 2: write 'speaker listener' or 'speaker listener weight', not 'ada bo 1 2'",
        ),
        (
            "g.edges",
            "ada bo {'a': __import__('os')}\n",
            "line 1: of attributes only a weight is read; write it as a third column",
        ),
        (
            "g.edges",
            f"ada {LONG}\n",
            f"node '{'x' * 56}...: name it by 1 to 200 printable characters or a whole number",
        ),
        ("g.edges", "# nothing\n", "a graph without nodes seats nobody: give at least one node"),
        ("g.edges", "ada bo 1\nada bo 2\n", "edge ada -> bo is given twice, weight 1.0 and weight 2.0: keep one"),
        ("g.edges", b"ada bo\n\xff\xfe", "it is not UTF-8 at byte 7: save it as UTF-8"),
        ("g.graphml", graphml(NODES).encode("utf-16"), "it is not UTF-8 at byte 0: save it as UTF-8"),
        ("g.edges", "a\0b\n", "it holds NUL characters, so it is no text"),
        ("g.pkl", "ada bo", "its ending says no format: give format as 'graphml', 'json' or 'edges'"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_hostile_or_broken_file_is_refused_in_a_sentence(
    write: Write, name: str, content: str | bytes, sentence: str
) -> None:
    path = write(name, content)
    with pytest.raises(GraphFileError) as caught:
        from_file(path)
    assert str(caught.value) == f"graph file {str(path)!r}: {sentence}"


@pytest.mark.parametrize(
    ("name", "content", "start"),
    [
        ("g.graphml", graphml('<node id="&l;"/>'), "it is no well-formed XML: "),
        ("g.graphml", "<graphml>", "it is no well-formed XML: "),
        ("g.graphml", "", "it is no well-formed XML: "),
        ("g.json", '"' + '\\"' * 100_000, "it is no JSON: "),
        ("g.json", "", "it is no JSON: "),
    ],
    ids=["entity", "unclosed", "empty", "endless text", "empty JSON"],
)
def test_what_does_not_parse_is_refused_in_the_words_of_the_parser(
    write: Write, name: str, content: str, start: str
) -> None:
    with pytest.raises(GraphFileError) as caught:
        from_file(write(name, content))
    assert f": {start}" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_number_of_too_many_digits_is_refused(write: Write) -> None:
    with pytest.raises(GraphFileError, match="it is no JSON: Exceeds the limit"):
        from_file(write("g.json", '{"nodes": [{"id": ' + "9" * 5000 + '}], "edges": []}'))


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path, reason in {
        tmp_path / "gone.json": "it cannot be read: no such file or directory",
        tmp_path / "folder.json": "it is no regular file",
        tmp_path / "pipe.json": "it is no regular file",
        Path("a\0b.json"): "it cannot be read: ",
    }.items():
        if "folder" in path.name:
            path.mkdir()
        if "pipe" in path.name:
            os.mkfifo(path)
        with pytest.raises(GraphFileError, match=reason):
            from_file(path)


SMALL = Caps(size=2000, nodes=3, edges=4, depth=8)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.graphml", graphml("".join(f'<node id="n{i}"/>' for i in range(4)))),
        ("g.json", nodelink(nodes=[{"id": i} for i in range(4)], edges=[])),
        ("g.edges", "a\nb\nc\nd\n"),
    ],
)
def test_one_node_too_many_is_refused_while_reading(write: Write, name: str, content: str) -> None:
    with pytest.raises(SpecError, match="it has more than 3 nodes, which is the most that is read"):
        read(write(name, content), None, SMALL)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.graphml", graphml(NODES + '<edge source="a" target="b"/>' * 5)),
        ("g.graphml", graphml(NODES + '<edge source="a" target="b"/>' * 3, default="undirected")),
        ("g.json", nodelink(edges=[{"source": "a", "target": "b"}] * 5)),
        ("g.edges", "a b\n" * 5),
    ],
)
def test_one_edge_too_many_is_refused_while_reading(write: Write, name: str, content: str) -> None:
    with pytest.raises(SpecError, match="it has more than 4 edges, which is the most that is read"):
        read(write(name, content), None, SMALL)


def test_a_file_of_too_many_bytes_is_refused_unread(write: Write) -> None:
    with pytest.raises(SpecError, match="it is larger than 2000 bytes, which is the most that is read"):
        read(write("g.edges", "#" * 2001), None, SMALL)


def test_a_flood_of_objects_is_refused_before_it_is_built(write: Write) -> None:
    with pytest.raises(SpecError, match="it holds more than 3 nodes and 4 edges"):
        read(write("g.json", "[" + "{}," * 100 + "{}]"), None, SMALL)


def refusal(path: Path) -> str | None:
    """The sentence with which a file is refused; None where it is not."""
    try:
        from_file(path)
    except GraphFileError as error:
        return str(error)
    return None


@given(st.sampled_from(["g.graphml", "g.json", "g.edges"]), st.binary(max_size=60) | st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_does_worse_than_an_error_of_ours(write: Write, name: str, content: str | bytes) -> None:
    path = write(name, content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    sentence = refusal(path)
    assert sentence is None or (sentence and sentence.isprintable())


pieces = ["<graphml>", "</graphml>", '<graph edgedefault="directed">', "</graph>", '<node id="a">', "</node>"]
pieces += ['<edge source="a" target="a">', "</edge>", '<key id="w" for="edge" attr.name="weight">', "</key>"]
pieces += ['<data key="w">', "</data>", "<default>", "</default>", "2", "x"]


@given(st.lists(st.sampled_from(pieces), max_size=14))
@example([pieces[8], pieces[10], "2", "<graphml>"])
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_elements_does_worse_than_an_error_of_ours(write: Write, parts: list[str]) -> None:
    for text in ("".join(parts), f"<graphml><graph edgedefault='directed'>{''.join(parts)}</graph></graphml>"):
        assert refusal(write("g.graphml", text)) != ""
