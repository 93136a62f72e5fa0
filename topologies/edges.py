"""Edges: what one is, and how a list of them becomes rows that say whom each seat hears."""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeGuard

from moot.errors import SpecError


class Edge(NamedTuple):
    """`source -> target`: the target hears the source."""

    source: int
    target: int
    weight: float | None = None
    """Finite and not negative; None where none was given."""
    channel: str | None = None
    """What the edge lets through, as `channel` spells it; None is everything."""


def edge_rows(
    seats: int, edges: Iterable[Sequence[Any]], called: Sequence[str | int]
) -> tuple[list[set[int]], dict[tuple[int, int], Edge]]:
    """For every seat the seats it hears, and the edges that carry a weight or a channel.

    Raises:
        SpecError: An edge, weight or channel is wrong; the sentence calls seats by `called`.
    """
    rows: list[set[int]] = [set() for _ in range(seats)]
    marked: dict[tuple[int, int], Edge] = {}
    for given in edges:
        edge = _seated(Edge(*given), seats)
        source, target, weight, channel = edge
        if source == target:
            continue
        if weight is not None or channel is not None:
            edge = _checked_marks(edge, f"edge {called[source]} -> {called[target]}")
        known = marked.get((source, target)) or Edge(source, target)
        if source in rows[target] and known != edge:
            twice = f"edge {called[source]} -> {called[target]} is given twice"
            raise SpecError(f"{twice}, {_marks(known)} and {_marks(edge)}: keep one")
        rows[target].add(source)
        if edge is not known and edge != known:
            marked[source, target] = edge
    return rows, marked


def _seated(edge: Edge, seats: int) -> Edge:
    source, target = edge.source, edge.target
    if type(source) is not int or type(target) is not int:  # the usual case costs no call
        if not whole(source) or not whole(target):
            raise SpecError(f"edge {source!r} -> {target!r}: give the numbers of two seats")
        edge = edge._replace(source=int(source), target=int(target))
    if not (0 <= source < seats and 0 <= target < seats):
        raise SpecError(f"edge {source} -> {target}: the seats are 0 to {seats - 1}")
    return edge


def _checked_marks(edge: Edge, where: str) -> Edge:
    weight: Any = edge.weight
    channel: Any = edge.channel
    if channel is not None and not isinstance(channel, str):
        raise SpecError(f"{where}: channel {channel!r} must be a name")
    if weight is None:
        return edge
    amount = _amount(weight)
    if amount is None:
        raise SpecError(f"{where}: weight {weight!r} must be a finite number of at least 0")
    return edge._replace(weight=amount)


def _amount(weight: Any) -> float | None:
    if isinstance(weight, bool) or not isinstance(weight, Real):
        return None
    try:
        amount = float(weight)
    except OverflowError:
        return None
    return amount if 0 <= amount < math.inf else None


def whole(value: Any) -> bool:
    """Whether a value is a whole number, numpy's included and booleans excepted."""
    return not isinstance(value, bool) and isinstance(value, Integral)


def is_sequence(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a list, a tuple or the like, texts excepted."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Whether a value is a dict or the like."""
    return isinstance(value, Mapping)


def attributes(edge: Edge) -> dict[str, Any]:
    """What an edge carries: weight and channel, where given."""
    given = {"weight": edge.weight, "channel": edge.channel}
    return {key: value for key, value in given.items() if value is not None}


def _marks(edge: Edge) -> str:
    return ", ".join(f"{key} {value!r}" for key, value in attributes(edge).items()) or "plain"
