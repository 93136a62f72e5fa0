"""The named graphs everybody knows.

Unless said otherwise they are heard both ways; `directed=True` keeps the edges from earlier to
later seats, so that later ones hear earlier ones.
"""

import math
from collections.abc import Iterable, Iterator

from moot.topologies.generator import check, generator
from moot.topologies.graph import Topology


@generator(edges="n(n-1)")
def complete(n: int) -> Topology:
    """Everyone hears everyone else.

    Args:
        n: Seats.

    >>> complete(4).heard_by(2)
    (0, 1, 3)
    """
    return Topology(n, ((u, v) for u in range(n) for v in range(n)))


@generator(edges="0")
def none(n: int) -> Topology:
    """Nobody hears anybody.

    Args:
        n: Seats.

    >>> none(3).edges
    ()
    """
    return Topology(n)


@generator(edges="2nk; nk when directed", example="ring?k=2")
def ring(n: int, k: int = 1, *, directed: bool = False) -> Topology:
    """Everyone hears the k nearest seats on each side of a circle.

    Args:
        n: Seats.
        k: Neighbours on each side, from 1 to half the seats.
        directed: Each seat hears only the k seats before it.

    Raises:
        SpecError: k is out of range.

    >>> ring(5).heard_by(0)
    (1, 4)
    >>> ring(5, directed=True).heard_by(0)
    (4,)
    """
    most = max(1, n - 1 if directed else n // 2)
    check(1 <= k <= most, f"ring: k={k} must be from 1 to {most} for {n} seats")
    return _linked(n, ((seat, (seat + step) % n) for seat in range(n) for step in range(1, k + 1)), directed)


@generator(edges="2(n-1); n-1 when directed")
def chain(n: int, *, directed: bool = False) -> Topology:
    """Everyone hears the seat before and the seat after.

    Args:
        n: Seats.
        directed: Each seat hears only the seat before it.

    >>> chain(4).heard_by(1)
    (0, 2)
    """
    return _linked(n, ((seat, seat + 1) for seat in range(n - 1)), directed)


@generator(edges="2(n-1); n-1 when directed")
def star(n: int, *, directed: bool = False) -> Topology:
    """The first seat is the hub: it hears everyone, the others hear only it.

    Args:
        n: Seats, the hub included.
        directed: The others hear the hub, which hears nobody.

    >>> star(4).heard_by(0), star(4).heard_by(3)
    ((1, 2, 3), (0,))
    """
    return _linked(n, ((0, seat) for seat in range(1, n)), directed)


@generator(edges="2(n-1); n-1 when directed", example="tree?branching=3")
def tree(n: int, branching: int = 2, *, directed: bool = False) -> Topology:
    """Everyone hears its parent and its children in a tree filled level by level.

    Args:
        n: Seats; the first is the root.
        branching: Most children of a seat, at least 1.
        directed: Children hear their parent, which hears no child.

    Raises:
        SpecError: branching is out of range.

    >>> tree(7).heard_by(1)
    (0, 3, 4)
    """
    check(branching >= 1, f"tree: branching={branching} must be at least 1")
    return _linked(n, (((seat - 1) // branching, seat) for seat in range(1, n)), directed)


@generator(edges="about 4n; about 2n when directed", example="grid?columns=4")
def grid(n: int, *, columns: int | None = None, torus: bool = False, directed: bool = False) -> Topology:
    """Everyone hears its neighbours left, right, above and below in rows of seats.

    Args:
        n: Seats, row by row; the last row may be short.
        columns: Seats in a row; the square root of n, rounded up, where not given.
        torus: Rows and columns close to circles; the rows must then be full.
        directed: Each seat hears only its neighbours left and above.

    Raises:
        SpecError: columns is out of range, or the rows of a torus are not full.

    >>> grid(6).heard_by(4)
    (1, 3, 5)
    """
    wide = math.isqrt(n - 1) + 1 if columns is None else columns
    check(1 <= wide <= n, f"grid: columns={columns} must be from 1 to {n} for {n} seats")
    check(not torus or n % wide == 0, f"grid: {n} seats do not fill the rows of a torus of {wide} columns")
    return _linked(n, _torus_pairs(n, wide) if torus else _grid_pairs(n, wide), directed)


def _grid_pairs(n: int, wide: int) -> Iterator[tuple[int, int]]:
    for seat in range(n):
        if (seat + 1) % wide and seat + 1 < n:
            yield seat, seat + 1
        if seat + wide < n:
            yield seat, seat + wide


def _torus_pairs(n: int, wide: int) -> Iterator[tuple[int, int]]:
    for seat in range(n):
        row = seat - seat % wide
        yield seat, row + (seat + 1) % wide
        yield seat, (seat + wide) % n


def _linked(n: int, pairs: Iterable[tuple[int, int]], directed: bool) -> Topology:
    if directed:
        return Topology(n, pairs)
    return Topology(n, (edge for u, v in pairs for edge in ((u, v), (v, u))))
