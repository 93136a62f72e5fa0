"""Who hears whom as a picture, by matplotlib (the extra `plot`)."""

import importlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from moot.errors import UsageError
from moot.topologies.graph import Topology

ROUND = 40
"""Nodes up to which a graph is laid out as a circle; above, by springs."""
INK = "#8a8f98"
"""Of edges, and of nodes that say nothing."""


def draw(topology: Topology, names: Sequence[str] | None = None, *, ax: Any = None, round: int = 0) -> Any:
    """Draw the graph of a round; an arrow points to who hears.

    Args:
        topology: The graph.
        names: What to call the seats; None means their labels, else their numbers.
        ax: The matplotlib axes to draw on; None makes some.
        round: Of a schedule, which graph.

    Returns:
        The axes.

    Raises:
        UsageError: matplotlib is not installed.
    """
    graph = topology.round(round)
    called = tuple(names or topology.labels or map(str, range(topology.seats)))
    edges = [(edge.source, edge.target) for edge in graph.edges]
    ax = figure(5, 5).add_subplot() if ax is None else ax
    draw_nodes(ax, positions(graph.seats, edges), edges, dict(enumerate(called)))
    ax.set_title(graph.name)
    return ax


def figure(width: float, height: float) -> Any:
    """A matplotlib figure of so many inches that no window belongs to; a notebook shows it as a picture.

    Raises:
        UsageError: matplotlib is not installed.
    """
    try:
        figures: Any = importlib.import_module("matplotlib.figure")  # its types are in part unknown
    except ImportError as error:
        raise UsageError("pictures need one package more: pip install 'moot[plot]'") from error
    made = figures.Figure(figsize=(width, height), layout="constrained")
    made._repr_png_ = partial(_png, made)  # notebooks know by themselves only figures of pyplot
    return made


def _png(made: Any) -> bytes:
    file = io.BytesIO()
    made.savefig(file, format="png", dpi=110)
    return file.getvalue()


def positions(nodes: int, edges: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Where nodes stand, the same each time: few in a circle that begins at the top, many by springs."""
    if nodes <= ROUND:
        turns = [math.tau * node / max(nodes, 1) for node in range(nodes)]
        return [(math.sin(turn), math.cos(turn)) for turn in turns]
    nx: Any = importlib.import_module("networkx")  # it ships no types
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(nodes))
    placed = nx.spring_layout(graph, seed=0, iterations=40)
    return [(float(placed[node][0]), float(placed[node][1])) for node in range(nodes)]


def draw_nodes(
    ax: Any,
    places: Sequence[tuple[float, float]],
    edges: Iterable[tuple[int, int]],
    labels: Mapping[int, str],
    looks: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Draw nodes with arrows between them.

    Args:
        ax: Matplotlib axes.
        places: Where each node stands.
        edges: From whom to whom.
        labels: What to write at nodes.
        looks: Colour and marker of each node.
    """
    size = max(12.0, 600.0 / (1 + len(places) / 10))
    few = len(places) <= ROUND
    for u, v in edges if few else ():
        arrow = {"arrowstyle": "-|>", "color": INK, "alpha": 0.6, "shrinkA": size**0.5 / 2, "shrinkB": size**0.5 / 2}
        ax.annotate("", xy=places[v], xytext=places[u], arrowprops={**arrow, "connectionstyle": "arc3,rad=0.08"})
    if not few:  # an arrow each takes minutes; one broken line does not
        ends = [(places[u], places[v], (math.nan, math.nan)) for u, v in edges]
        xs, ys = ([point[axis] for three in ends for point in three] for axis in (0, 1))
        ax.plot(xs, ys, color=INK, alpha=0.35, linewidth=0.5, zorder=1)
    for look in dict.fromkeys(looks or [(INK, "o")]):
        alike = [place for node, place in enumerate(places) if looks is None or looks[node] == look]
        xs, ys = ([place[axis] for place in alike] for axis in (0, 1))
        ax.scatter(xs, ys, s=size, color=look[0], marker=look[1], edgecolors="white", linewidths=0.5, zorder=3)
    for node, place in enumerate(places if few else ()):
        below = {"xytext": (0, -(size**0.5)), "textcoords": "offset points", "ha": "center", "va": "top"}
        ax.annotate(labels[node], place, parse_math=False, **below)
    ax.set_axis_off()
    ax.margins(0.2)
    ax.set_aspect("equal")
