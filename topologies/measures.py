"""What can be said of a graph before anybody speaks.

Averaging measures take every seat to move to the mean of what it hears, itself included unless
`self_loop=False` (DeGroot 1974). A schedule is measured as its graph of round 0.
"""

from typing import TYPE_CHECKING, NamedTuple

from moot.errors import SpecError
from moot.topologies.components import closed_classes
from moot.topologies.graph import Topology

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 1000
"""Seats up to which the measures that grow faster than the graph are taken."""


class Degree(NamedTuple):
    """How many a seat hears, and how many hear it."""

    hears: int
    heard_by: int


def degrees(topology: Topology) -> tuple[Degree, ...]:
    """For every seat, how many it hears and how many hear it.

    >>> degrees(Topology(3, [(0, 1), (0, 2)]))[0]
    Degree(hears=0, heard_by=2)
    """
    seats = range(topology.seats)
    return tuple(Degree(len(topology.heard_by(seat)), len(topology.hearers_of(seat))) for seat in seats)


def density(topology: Topology) -> float:
    """The share of possible edges that there are, from 0 to 1; 0 for a single seat.

    >>> density(Topology(3, [(0, 1), (1, 0), (2, 0)]))
    0.5
    """
    possible = topology.seats * (topology.seats - 1)
    return topology.size / possible if possible else 0.0


def diameter(topology: Topology) -> int | None:
    """Rounds after which every seat can have been influenced by every other; None where that never comes.

    Raises:
        SpecError: There are more than 1000 seats.

    >>> diameter(Topology(3, [(0, 1), (1, 2), (2, 0)]))
    2
    """
    _check_size("diameter", topology)
    known = [1 << seat for seat in range(topology.seats)]
    everyone = (1 << topology.seats) - 1
    rounds = 0
    while any(seats != everyone for seats in known):
        later = _after_round(topology, known)
        if later == known:
            return None
        known, rounds = later, rounds + 1
    return rounds


def reach(topology: Topology, rounds: int) -> tuple[tuple[int, ...], ...]:
    """For every seat, whose first words can have influenced its turn of that round; of a schedule too.

    Args:
        topology: Who hears whom. A turn of round r hears along the graph of round r.
        rounds: Which round, the first being 0, in which everyone knows only itself.

    >>> reach(Topology(3, [(0, 1), (1, 2)]), 1)
    ((0,), (0, 1), (1, 2))
    """
    known = [1 << seat for seat in range(topology.seats)]
    for number in range(1, rounds + 1):
        later = _after_round(topology.round(number), known)
        if later == known and topology.static:
            break
        known = later
    return tuple(tuple(seat for seat in range(topology.seats) if seats >> seat & 1) for seats in known)


def averaging(topology: Topology, *, self_loop: bool = True, weighted: bool = False) -> "NDArray[np.float64]":
    """The matrix W of shape `(seats, seats)` with `W[v, u]` the share u has in v's next opinion.

    Args:
        topology: Who hears whom.
        self_loop: Whether a seat counts its own opinion, with weight 1. A seat that has nobody to hear
            keeps its own in any case.
        weighted: Whether edges count by their weights, those without one as 1; else all alike.

    Raises:
        SpecError: There are more than 1000 seats.

    >>> averaging(Topology(2, [(0, 1)])).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    import numpy as np

    _check_size("averaging", topology)
    matrix = np.eye(topology.seats) if self_loop else np.zeros((topology.seats, topology.seats))
    for source, target, weight, _ in topology.edges:
        matrix[target, source] = weight if weighted and weight is not None else 1.0
    silent = matrix.sum(axis=1) == 0
    matrix[silent, silent] = 1.0
    shares: NDArray[np.float64] = matrix / matrix.sum(axis=1, keepdims=True)
    return shares


def second_eigenvalue(topology: Topology, *, self_loop: bool = True, weighted: bool = False) -> float:
    """|λ₂| of the averaging matrix: the factor by which disagreement shrinks each round, at last.

    0 means one round settles all, 1 that rounds never do. For the arguments see `averaging`.

    >>> round(second_eigenvalue(Topology(3, [(0, 1), (1, 0), (1, 2), (2, 1)])), 6)
    0.5
    """
    import numpy as np

    values = np.abs(np.linalg.eigvals(averaging(topology, self_loop=self_loop, weighted=weighted)))
    return float(np.sort(values)[-2]) if topology.seats > 1 else 0.0


def consensus_weights(
    topology: Topology, *, self_loop: bool = True, weighted: bool = False
) -> tuple[float, ...] | None:
    """The share of each seat's first opinion in the consensus that averaging tends to.

    This is the left eigenvector of the averaging matrix for 1. None where parts of the graph never
    hear each other, so that there is no one consensus. For the arguments see `averaging`.

    >>> consensus_weights(Topology(2, [(0, 1)]))
    (1.0, 0.0)
    """
    import numpy as np

    matrix = averaging(topology, self_loop=self_loop, weighted=weighted)
    heard = [np.flatnonzero(row).tolist() for row in matrix]
    if len(closed_classes(heard)) > 1:
        return None
    equations = matrix.T - np.eye(topology.seats)
    equations[-1] = 1.0  # one equation follows from the others; the shares sum to 1 in its place
    right = np.zeros(topology.seats)
    right[-1] = 1.0
    return tuple(
        abs(float(share)) if abs(share) < 1e-12 else float(share) for share in np.linalg.solve(equations, right)
    )


def _after_round(topology: Topology, known: list[int]) -> list[int]:
    """Sets of seats, as bits, after one more round."""
    later = list(known)
    for seat in range(topology.seats):
        for source in topology.heard_by(seat):
            later[seat] |= known[source]
    return later


def _check_size(measure: str, topology: Topology) -> None:
    if topology.seats > MOST:
        raise SpecError(f"{measure} of {topology.seats} seats is not measured: {MOST} seats are the most")
