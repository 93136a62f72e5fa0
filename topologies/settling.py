"""Whether rounds can bring everyone to one opinion, told without arithmetic from the graph alone."""

from collections.abc import Sequence

from moot.topologies.components import closed_classes, period
from moot.topologies.graph import Topology
from moot.topologies.schedule import Schedule

LOOKED_AT = 8
"""Rounds of a function that a warning looks at."""


def settles(topology: Topology, *, self_loop: bool = True) -> bool:
    """Whether simultaneous averaging tends to one opinion from any start.

    It does exactly when there is one group that hears nobody else and does not swing in step.
    A list of graphs is judged by the last, which repeats; a function by round 0.

    Args:
        topology: Who hears whom.
        self_loop: Whether each seat counts its own last opinion.

    >>> settles(Topology(2, [(0, 1), (1, 0)])), settles(Topology(2, [(0, 1), (1, 0)]), self_loop=False)
    (True, False)
    """
    lasting = topology.round(topology.listed - 1 if isinstance(topology, Schedule) and topology.listed else 0)
    rows = [lasting.heard_by(seat) for seat in range(lasting.seats)]
    groups = closed_classes(rows)
    return len(groups) == 1 and (self_loop or period(rows, groups[0]) == 1)


def warnings(topology: Topology, *, self_loop: bool = True) -> tuple[str, ...]:
    """A sentence for each reason why rounds cannot settle; empty where they can.

    A schedule is judged by all its graphs together, a function by those of its first 8 rounds.

    Args:
        topology: Who hears whom; its labels are used where it has them.
        self_loop: Whether each seat sees its own last reply.

    >>> warnings(Topology(3))
    ('nobody hears anybody, so rounds after the first change nothing: take another topology or one round',)
    """
    if topology.seats == 1:
        return ()
    rows = _over_time(topology)
    if not any(rows):
        return ("nobody hears anybody, so rounds after the first change nothing: take another topology or one round",)
    names = topology.labels or tuple(f"seat {seat}" for seat in range(topology.seats))
    groups = closed_classes(rows)
    if len(groups) > 1:
        told = " | ".join(_listing([names[seat] for seat in group]) for group in groups[:4])
        more = f" | and {len(groups) - 4} more" if len(groups) > 4 else ""
        words = f"{len(groups)} groups hear nobody outside themselves ({told}{more}), so they need not come to agree"
        return (f"{words}: add an edge between them",)
    if topology.static and not self_loop and (beat := period(rows, groups[0])) > 1:
        sides = (
            "two sides that hear only each other" if beat == 2 else f"{beat} groups that hear each other in a circle"
        )
        return (f"the graph is {sides}, so opinions can swap for ever: let agents see their own last reply",)
    return ()


def _over_time(topology: Topology) -> list[tuple[int, ...]]:
    """Whom each seat hears in any round."""
    rounds = (topology.listed or LOOKED_AT) if isinstance(topology, Schedule) else 1
    graphs = [topology.round(number) for number in range(rounds)]
    return [tuple(sorted({u for graph in graphs for u in graph.heard_by(v)})) for v in range(topology.seats)]


def _listing(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
