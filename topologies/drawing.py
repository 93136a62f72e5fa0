"""Who hears whom, drawn in plain text."""

from collections.abc import Sequence

from moot.topologies.edges import Edge
from moot.topologies.graph import Topology
from moot.topologies.schedule import Schedule

SHOWN_ROUNDS = 4
"""Graphs of a schedule that are drawn."""
MATRIX = 26
"""Seats up to which a table of marks is drawn."""


def draw_text(topology: Topology, names: Sequence[str] | None = None, *, width: int = 78) -> str:
    """A small drawing: a line for each seat, and marks at the seats it hears.

    Args:
        topology: What to draw; of a schedule the first graphs, one below the other.
        names: What to call the seats; None means their labels, else their numbers.
        width: Characters of a line; more are cut off with an ellipsis.

    >>> print(draw_text(Topology(3, [(0, 1), (1, 0), (1, 2)]), ["ada", "bo", "cy"]))
    edges: 3 seats, 3 edges
    ada  . x .  hears bo
    bo   x . .  hears ada
    cy   . x .  hears bo
    """
    called = tuple(names or topology.labels or map(str, range(topology.seats)))
    if topology.adaptive:
        return f"{_drawn(topology, called, topology.name, width)}\n\nedges go as the debate goes"
    if topology.static:
        return _drawn(topology, called, topology.name, width)
    listed = topology.listed if isinstance(topology, Schedule) else None
    shown = min(listed or SHOWN_ROUNDS, SHOWN_ROUNDS)
    parts = [
        _drawn(topology.round(number), called, f"round {number}, {topology.round(number).name}", width)
        for number in range(shown)
    ]
    after = f"the graph of round {shown - 1} stays" if listed == shown else "and so on, round by round"
    return "\n\n".join([*parts, after])


def _drawn(graph: Topology, called: Sequence[str], title: str, width: int) -> str:
    column = max(map(len, called))
    lines = [f"{title}: {graph.seats} seats, {graph.size} edges"]
    for seat in range(graph.seats):
        heard = graph.heard_by(seat)
        marks = " ".join("x" if u in heard else "." for u in range(graph.seats)) + "  " if graph.seats <= MATRIX else ""
        said = ", ".join(_called(Edge(u, seat, graph.weight(u, seat), graph.channel(u, seat)), called) for u in heard)
        lines.append(f"{called[seat]:<{column}}  {marks}hears {said or 'nobody'}")
    return "\n".join(line if len(line) <= width else f"{line[: width - 1]}…" for line in lines)


def _called(edge: Edge, called: Sequence[str]) -> str:
    marks = [*([] if edge.weight is None else [f"{edge.weight:g}"]), *([] if edge.channel is None else [edge.channel])]
    return f"{called[edge.source]} ({', '.join(marks)})" if marks else called[edge.source]
