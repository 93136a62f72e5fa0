"""Graphs of seats that stand together: layers, sides, groups."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator

from moot.topologies.edges import is_sequence, whole
from moot.topologies.generator import check, generator
from moot.topologies.graph import Topology


def _numbers(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


Widths = Annotated[Sequence[int], BeforeValidator(_numbers)]
"""Whole numbers; as a text, `3,2,1`."""


def _total(parameters: Mapping[str, Any]) -> int:
    return sum(parameters["widths"])


@generator(edges="the sum of w·w' over neighbouring layers", example="layers?widths=3,2,1", seats=_total)
def layers(widths: Widths) -> Topology:
    """Everyone hears all of the layer before its own; the first layer hears nobody.

    Args:
        widths: Seats of each layer, in order.

    Raises:
        SpecError: There is no layer, or one is empty.

    >>> layers([2, 2, 1]).heard_by(4)
    (2, 3)
    """
    check(is_sequence(widths) and len(widths) > 0, f"layers: widths={widths!r} must be numbers of seats, as in 3,2,1")
    for width in widths:
        check(whole(width) and width >= 1, f"layers: width {width!r} must be a whole number of at least 1")
    starts = [sum(widths[:depth]) for depth in range(len(widths) + 1)]
    rows = [range(start, end) for start, end in pairwise(starts)]
    edges = ((u, v) for above, below in pairwise(rows) for u in above for v in below)
    return Topology(starts[-1], edges)


@generator(edges="2·left·(n-left)", example="bipartite?left=2")
def bipartite(n: int, *, left: int | None = None) -> Topology:
    """Two sides; everyone hears all of the other side and nobody of its own.

    Args:
        n: Seats, at least 2.
        left: Seats of the first side; half of them, rounded up, where not given.

    Raises:
        SpecError: A side would be empty.

    >>> bipartite(5).heard_by(0)
    (3, 4)
    """
    first = (n + 1) // 2 if left is None else left
    check(n >= 2, f"bipartite: {n} seat makes no two sides, give at least 2")
    check(1 <= first < n, f"bipartite: left={left} must be from 1 to {n - 1} for {n} seats")
    sides = (range(first), range(first, n))
    return Topology(n, (edge for u in sides[0] for v in sides[1] for edge in ((u, v), (v, u))))


@generator(edges="n(s-1) for groups of s seats", example="groups?count=3")
def groups(n: int, count: int = 2, *, linked: bool = False) -> Topology:
    """Groups of neighbouring seats, as equal as can be; everyone hears all of its own group.

    Args:
        n: Seats.
        count: Groups, from 1 to n; the first ones are larger where they do not come out even.
        linked: The first seats of the groups hear each other too; otherwise no word leaves a group.

    Raises:
        SpecError: count is out of range.

    >>> groups(5).heard_by(0), groups(5).heard_by(4)
    ((1, 2), (3,))
    """
    check(1 <= count <= n, f"groups: count={count} must be from 1 to {n} for {n} seats")
    starts = [group * (n // count) + min(group, n % count) for group in range(count + 1)]
    leaders = starts[:-1] if linked else []
    circles = [*(range(start, end) for start, end in pairwise(starts)), leaders]
    return Topology(n, ((u, v) for circle in circles for u in circle for v in circle))
