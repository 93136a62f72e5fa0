"""Graphs of networkx, which is imported when first needed: half a second that a ring need not pay."""

import sys
from importlib import import_module
from typing import Any

from moot.topologies.given import assembled
from moot.topologies.graph import Topology


def networkx() -> Any:
    """The library, which ships no types."""
    return import_module("networkx")


def is_network(value: object) -> bool:
    """Whether a value is a networkx graph of any kind."""
    return "networkx" in sys.modules and isinstance(value, networkx().Graph)


def from_network(graph: Any) -> Topology:
    """The topology of a networkx graph; an undirected edge is heard both ways.

    Nodes `0..n-1` are seats by number, others by their order. The edge attributes `weight` and
    `channel` are kept. Parallel edges count once.

    Raises:
        SpecError: The graph is empty, or a weight is wrong.
    """
    edges = ((u, v, data.get("weight"), data.get("channel")) for u, v, data in graph.edges(data=True))
    return assembled(graph.nodes, edges, directed=graph.is_directed())
