"""Who hears whom: a directed graph over seats, as a value.

An edge `u -> v` means that v hears u. Hearing oneself is no edge: it belongs to the view.
Edges are kept as one row of seats per listener, which is what a turn asks for; networkx is
loaded only for those who ask for `Topology.graph`.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

from moot.errors import SeatingError, SpecError
from moot.topologies.edges import Edge, attributes, edge_rows, whole

Spec = str | dict[str, Any] | list[Any]
"""The spelling in a debate file: `"ring?k=2"`, `{"file": …}`, `{"edges": …}`, or a list of those for a schedule."""


class Topology:
    """Who hears whom. Immutable; equal where seats, edges, weights and channels are, whatever the labels.

    Args:
        seats: At least 1.
        edges: `Edge`s or plain tuples, at least `(source, target)`. Self-loops are ignored, an edge given
            twice counts once.
        labels: What the seats are called, one text each.
        spec: The spelling in a debate file; None spells out the edges.

    Raises:
        SpecError: A seat, weight or label is wrong, or an edge is given twice with different weights.

    >>> Topology(3, [(0, 1), (2, 1)]).heard_by(1)
    (0, 2)
    """

    def __init__(
        self,
        seats: int,
        edges: Iterable[Sequence[Any]] = (),
        *,
        labels: Sequence[str] | None = None,
        spec: Spec | None = None,
    ) -> None:
        if not whole(seats) or seats < 1:
            raise SpecError(f"a graph of {seats!r} seats: give a whole number of at least 1")
        self._labels = None if labels is None else _checked_labels(seats, labels)
        rows, self._marked = edge_rows(seats, edges, self._labels or range(seats))
        self._heard = tuple(tuple(sorted(row)) for row in rows)
        self._spec = spec

    @property
    def seats(self) -> int:
        """How many seats there are."""
        return len(self._heard)

    @property
    def labels(self) -> tuple[str, ...] | None:
        """What the seats are called; None where they have numbers only."""
        return self._labels

    @property
    def static(self) -> bool:
        """Whether every round has the same graph."""
        return True

    @property
    def adaptive(self) -> bool:
        """Whether what is said decides who hears whom."""
        return False

    def after(self, graph: "Topology", number: int, standing: Any) -> "Topology":
        """The graph of a round, given that of the round before and how the debate stands."""
        return self.round(number)

    def round(self, number: int) -> "Topology":
        """The graph of that round, the first being 0."""
        if number < 0:
            raise SpecError(f"there is no round {number}: the first is 0")
        return self

    def heard_by(self, seat: int) -> tuple[int, ...]:
        """The seats which that seat hears, in seat order."""
        return self._heard[self._seat(seat)]

    def hearers_of(self, seat: int) -> tuple[int, ...]:
        """The seats that hear that seat, in seat order."""
        return self._hearers[self._seat(seat)]

    def weight(self, source: int, target: int) -> float | None:
        """The weight with which the target hears the source; None where none was given.

        Raises:
            SeatingError: The target does not hear the source.
        """
        return self._edge(source, target).weight

    def weights(self, seat: int) -> tuple[float | None, ...]:
        """The weight with which that seat hears each of `heard_by(seat)`; None where none was given."""
        heard = self.heard_by(seat)
        if not self._marked:
            return (None,) * len(heard)
        return tuple(self._edge(source, seat).weight for source in heard)

    def channel(self, source: int, target: int) -> str | None:
        """The channel of an edge; None where none was given."""
        return self._edge(source, target).channel

    @cached_property
    def channels(self) -> frozenset[str]:
        """The channels of its edges, as spelled."""
        return frozenset(edge.channel for edge in self._marked.values() if edge.channel is not None)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, by source and target."""
        pairs = ((source, target) for source, hearers in enumerate(self._hearers) for target in hearers)
        return tuple(self._marked.get(pair) or Edge(*pair) for pair in pairs)

    @property
    def size(self) -> int:
        """How many edges there are; one heard both ways counts twice."""
        return sum(map(len, self._heard))

    @property
    def graph(self) -> Any:
        """A new `networkx.DiGraph` over 0..n-1, with the attributes label, weight and channel where there are any."""
        network: Any = import_module("networkx").DiGraph()
        for seat in range(self.seats):
            network.add_node(seat, **({"label": self._labels[seat]} if self._labels else {}))
        network.add_edges_from((edge.source, edge.target, attributes(edge)) for edge in self.edges)
        return network

    @property
    def spec(self) -> Spec:
        """The spelling in a debate file, which reads back as an equal topology."""
        return self._spec if self._spec is not None else _spelled_out(self)

    @property
    def name(self) -> str:
        """A short name for titles and sentences."""
        match self._spec:
            case str() as spelling:
                return spelling
            case {"file": file}:
                return f"file {file}"
            case _:
                return "edges"

    @property
    def fingerprint(self) -> str:
        """A hash of seats and edges: equal topologies have equal fingerprints, on every machine."""
        rows = [[edge.source, edge.target, edge.weight, edge.channel] for edge in self.edges]
        return hashed([self.seats, rows])

    def mapped(self, change: "Callable[[Topology], Topology]") -> "Topology":
        """The topology with every graph of it changed."""
        return change(self)

    def labelled(self, labels: Sequence[str]) -> "Topology":
        """The same edges over seats with these labels."""
        checked = _checked_labels(self.seats, labels)
        return self.mapped(lambda graph: graph._twin(checked, graph._spec))

    def spelled(self, spec: Spec | None) -> "Topology":
        """The same edges with another spelling."""
        return self._twin(self._labels, spec)

    def reordered(self, order: Sequence[int]) -> "Topology":
        """Seat `order[i]` moved to place i, its label and edges with it.

        >>> Topology(3, [(0, 1)]).reordered([2, 0, 1]).heard_by(2)
        (1,)
        """
        if sorted(order) != list(range(self.seats)):
            raise SpecError(f"{list(order)} is no order of {self.seats} seats")
        place = {seat: position for position, seat in enumerate(order)}

        def moved(graph: Topology) -> Topology:
            edges = (edge._replace(source=place[edge.source], target=place[edge.target]) for edge in graph.edges)
            labels = None if graph.labels is None else [graph.labels[seat] for seat in order]
            return Topology(graph.seats, edges, labels=labels)

        return self.mapped(moved)

    def reversed(self) -> "Topology":
        """Every edge turned round."""
        return self._with_edges(lambda edge: edge._replace(source=edge.target, target=edge.source))

    def unweighted(self) -> "Topology":
        """The same edges without their weights."""
        return self._with_edges(lambda edge: edge._replace(weight=None))

    def through(self, channel: str | None) -> "Topology":
        """The same edges, all with that channel.

        >>> Topology(2, [(0, 1)]).through("answer").channel(0, 1)
        'answer'
        """
        return self._with_edges(lambda edge: edge._replace(channel=channel))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Topology) or type(other) is not type(self):
            return NotImplemented
        return self._heard == other._heard and self._marked == other._marked

    def __hash__(self) -> int:
        return hash(self._heard)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.seats} seats, {self.size} edges>"

    @cached_property
    def _hearers(self) -> tuple[tuple[int, ...], ...]:
        rows: list[list[int]] = [[] for _ in self._heard]
        for target, heard in enumerate(self._heard):
            for source in heard:
                rows[source].append(target)
        return tuple(map(tuple, rows))

    def _seat(self, seat: int) -> int:
        if not 0 <= seat < self.seats:
            raise SeatingError(f"there is no seat {seat} among {self.seats}: the first is 0")
        return seat

    def _edge(self, source: int, target: int) -> Edge:
        marked = self._marked.get((source, target))
        if marked is None and source not in self.heard_by(target):
            raise SeatingError(f"seat {target} does not hear seat {source}")
        return marked or Edge(source, target)

    def _with_edges(self, change: Callable[[Edge], Edge]) -> "Topology":
        return self.mapped(lambda graph: Topology(graph.seats, map(change, graph.edges), labels=graph.labels))

    def _twin(self, labels: tuple[str, ...] | None, spec: Spec | None) -> "Topology":
        twin = copy.copy(self)
        twin._labels, twin._spec = labels, spec
        return twin


def hashed(value: Any) -> str:
    """A short hash of a JSON value."""
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=8).hexdigest()


def _checked_labels(seats: int, labels: Sequence[str]) -> tuple[str, ...]:
    if len(labels) != seats or len(set(labels)) != seats:
        raise SpecError(f"{seats} seats take {seats} different labels, not {', '.join(map(repr, labels)) or 'none'}")
    return tuple(labels)


def _spelled_out(topology: Topology) -> Spec:
    called: Sequence[Any] = topology.labels or range(topology.seats)
    edges: list[list[Any]] = []
    for edge in topology.edges:
        extras = attributes(edge)
        edges.append([called[edge.source], called[edge.target], *([extras] if extras else [])])
    spec: dict[str, Any] = {"edges": edges}
    # Edges cannot tell of seats without any, nor of an order of labels other than that of appearance.
    met = tuple(dict.fromkeys(end for edge in edges for end in edge[:2]))
    if topology.labels is not None and met != topology.labels:
        spec["nodes"] = list(topology.labels)
    elif len(met) < topology.seats:
        spec["nodes"] = topology.seats
    return spec
