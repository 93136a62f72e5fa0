"""Graphs that somebody spells out: nodes and edges as they come."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from moot.errors import SpecError, UnknownNameError
from moot.topologies.edges import is_mapping, is_sequence, whole
from moot.topologies.graph import Topology


def _pairs(value: Any) -> Any:
    """Edges as one text, `ada>bo,bo>cy`, as they stand in `"from_edges?edges=…"`."""
    if not isinstance(value, str):
        return value
    return [[int(end) if end.isdecimal() else end for end in pair.split(">")] for pair in value.split(",")]


def _listed(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) and not value.isdecimal() else value


Edges = Annotated[Sequence[Any], BeforeValidator(_pairs)]
Nodes = Annotated[int | Sequence[Any] | None, BeforeValidator(_listed)]


def from_edges(edges: Edges, nodes: Nodes = None, *, directed: bool = True) -> Topology:
    """The edges given, seat by seat.

    Args:
        edges: Pairs `(u, v)`: v hears u. A third entry is a weight, or a mapping of `weight` and `channel`.
        nodes: The seats in order, or how many there are; None means those on the edges. Ends that are
            exactly `0..n-1` are seats by number, others take their names or else their order.
        directed: False means every edge is heard both ways.

    Raises:
        SpecError: An edge is no pair, names no node, or has a wrong weight.
        UnknownNameError: An edge has an attribute of another name.

    >>> from_edges([("ada", "bo"), ("bo", "cy", 2.5)]).weight(1, 2)
    2.5
    """
    read = [_edge(edge) for edge in edges]
    met = dict.fromkeys(end for edge in read for end in edge[:2])
    if nodes is None:
        return assembled(met, read, directed=directed)
    return assembled(range(nodes) if isinstance(nodes, int) else nodes, read, directed=directed)


def assembled(nodes: Iterable[Hashable], edges: Iterable[Sequence[Any]], *, directed: bool) -> Topology:
    """The topology of nodes and `(u, v, weight, channel)` edges.

    Nodes that are exactly the numbers `0..n-1`, be it as texts as a file writes them, are seats by
    number. Others are seated in the order given. All but numbers have their texts for labels.
    """
    seated = list(nodes)
    if not seated:
        raise SpecError("a graph without nodes seats nobody: give at least one node")
    texts = list(map(str, seated))
    numbers = [str(seat) for seat in range(len(seated))]
    if set(texts) == set(numbers):
        place = {node: int(text) for node, text in zip(seated, texts, strict=True)}
        labels = None if all(map(whole, seated)) else numbers
    else:
        place = {node: seat for seat, node in enumerate(seated)}
        labels = texts if len(set(texts)) == len(texts) else None

    def both(edge: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
        for end in edge[:2]:
            if end not in place:
                raise SpecError(f"edge {edge[0]} -> {edge[1]}: {end!r} is none of the {len(seated)} nodes")
        u, v = place[edge[0]], place[edge[1]]
        yield u, v, *edge[2:]
        if not directed:
            yield v, u, *edge[2:]

    return Topology(len(seated), (seen for edge in edges for seen in both(edge)), labels=labels)


def _edge(edge: Any) -> tuple[Any, Any, Any, Any]:
    if not is_sequence(edge) or len(edge) not in (2, 3):
        raise SpecError(f"edge {edge!r}: write [speaker, listener] or [speaker, listener, weight]")
    for end in edge[:2]:
        if not (isinstance(end, str) or whole(end)):
            raise SpecError(f"edge {edge!r}: {end!r} is neither a name nor the number of a seat")
    return edge[0], edge[1], *_carried(edge[2] if len(edge) == 3 else None)


def _carried(extras: Any) -> tuple[Any, Any]:
    if not is_mapping(extras):
        return extras, None
    for key in extras:
        if key not in ("weight", "channel"):
            raise UnknownNameError("edge attribute", str(key), ("weight", "channel"))
    return extras.get("weight"), extras.get("channel")
