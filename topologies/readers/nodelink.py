"""Node-link JSON, as `networkx.node_link_data(graph, edges="edges")` gives it."""

import json
import re
from typing import Any, NoReturn

from moot.errors import SpecError
from moot.topologies.edges import is_mapping, is_sequence
from moot.topologies.readers.draft import Caps, Draft, shown

# A text that never closes runs to the end, so that looking stays linear in the file.
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


def read(text: str, caps: Caps) -> Draft:
    """The nodes and edges of a node-link object; `"directed": false` means edges heard both ways.

    Raises:
        SpecError: The text is no such object, is nested too deeply, or holds too much.
    """
    _look(text, caps)
    try:
        data: Any = json.loads(text, parse_constant=_refused)
    except ValueError as error:
        raise SpecError(f"it is no JSON: {error}"[:200]) from error
    nodes, edges = _lists(data)
    draft = Draft(caps)
    directed = data.get("directed", True)
    if not isinstance(directed, bool):
        raise SpecError(f"'directed' is {shown(directed)}, which is neither true nor false")
    for node in nodes:
        if not is_mapping(node) or "id" not in node:
            raise SpecError(f"node {shown(node)} has no 'id': write each node as an object with one")
        draft.node(node["id"])
    for edge in edges:
        if not is_mapping(edge) or "source" not in edge or "target" not in edge:
            raise SpecError(f"edge {shown(edge)} lacks 'source' or 'target': write each edge as an object with both")
        draft.edge(edge["source"], edge["target"], edge.get("weight"), edge.get("channel"), both=not directed)
    return draft


def _look(text: str, caps: Caps) -> None:
    """Refuse a file that would be too deep or too much, before anything of it is built."""
    depth = objects = 0
    for token in TOKENS.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            objects += mark == "{"
            if depth > caps.depth:
                raise SpecError(f"it is nested more than {caps.depth} levels deep")
        elif mark in "]}":
            depth -= 1
    if objects > 2 * (caps.nodes + caps.edges):
        raise SpecError(f"it holds more than {caps.nodes} nodes and {caps.edges} edges, which is the most that is read")


def _lists(data: Any) -> tuple[Any, Any]:
    if not is_mapping(data):
        raise SpecError("it holds no JSON object with 'nodes' and 'edges'")
    if "links" in data and "edges" not in data:
        raise SpecError("its edges are called 'links': write it with networkx.node_link_data(graph, edges='edges')")
    for key in ("nodes", "edges"):
        if not is_sequence(data.get(key)):
            raise SpecError(
                f"it has no list called {key!r}, as networkx.node_link_data(graph, edges='edges') writes it"
            )
    return data["nodes"], data["edges"]


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
