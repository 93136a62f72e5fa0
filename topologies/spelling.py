"""Who hears whom as text that other programs draw: Mermaid, which many Markdown readers know, and Graphviz's DOT.

Every character of a label that either language could take for something else is written as a code,
so that a label is only ever a label.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from moot.topologies.graph import Topology

_PLAIN = re.compile(r"[^A-Za-z0-9 .,:%/+=-]")


class Arc(NamedTuple):
    """An edge between two nodes, by their ids."""

    source: str
    target: str
    label: str = ""
    mutual: bool = False
    """Whether it goes both ways."""


class Nodes(NamedTuple):
    """Nodes that are drawn together."""

    title: str
    """Of their box; empty for none."""
    labels: Mapping[str, str]
    """By id, which is a word of letters and digits."""


def mermaid(topology: Topology, names: Sequence[str] | None = None) -> str:
    """The graph as a Mermaid flowchart; of a schedule the first graph. An arrow points to who hears.

    Args:
        topology: The graph.
        names: What to call the seats; None means their labels, else their numbers.

    >>> print(mermaid(Topology(2, [(0, 1)]), ["ada", "bo"]))
    flowchart LR
      s0["ada"]
      s1["bo"]
      s0 --> s1
    """
    return mermaid_text(*_parts(topology, names))


def dot(topology: Topology, names: Sequence[str] | None = None) -> str:
    """The graph in DOT; for the arguments see `mermaid`.

    >>> print(dot(Topology(2, [(0, 1), (1, 0)]), ["ada", "bo"]))
    digraph {
      s0 [label="ada"];
      s1 [label="bo"];
      s0 -> s1 [dir=both];
    }
    """
    return dot_text(*_parts(topology, names))


def mermaid_text(groups: Iterable[Nodes], arcs: Iterable[Arc]) -> str:
    """Nodes and edges as a Mermaid flowchart."""
    lines = ["flowchart LR"]
    for place, (title, labels) in enumerate(groups):
        nodes = [f'{id}["{_coded(label)}"]' for id, label in labels.items()]
        if title:
            lines += [f'  subgraph g{place}["{_coded(title)}"]', *(f"    {node}" for node in nodes), "  end"]
        else:
            lines += [f"  {node}" for node in nodes]
    for arc in arcs:
        said = f'|"{_coded(arc.label)}"|' if arc.label else ""
        lines.append(f"  {arc.source} {'<-->' if arc.mutual else '-->'}{said} {arc.target}")
    return "\n".join(lines)


def dot_text(groups: Iterable[Nodes], arcs: Iterable[Arc]) -> str:
    """Nodes and edges in DOT."""
    lines = ["digraph {"]
    for place, (title, labels) in enumerate(groups):
        nodes = [f'{id} [label="{_escaped(label)}"];' for id, label in labels.items()]
        if title:
            lines += [f'  subgraph cluster_{place} {{ label="{_escaped(title)}";', *(f"    {node}" for node in nodes)]
            lines.append("  }")
        else:
            lines += [f"  {node}" for node in nodes]
    for arc in arcs:
        marks = [*([f'label="{_escaped(arc.label)}"'] if arc.label else []), *(["dir=both"] if arc.mutual else [])]
        marked = f" [{', '.join(marks)}]" if marks else ""
        lines.append(f"  {arc.source} -> {arc.target}{marked};")
    return "\n".join([*lines, "}"])


def _parts(topology: Topology, names: Sequence[str] | None) -> tuple[list[Nodes], list[Arc]]:
    graph = topology.round(0)
    called = tuple(names or topology.labels or map(str, range(topology.seats)))
    ends = {(edge.source, edge.target): edge for edge in graph.edges}
    arcs = list[Arc]()
    for (u, v), edge in ends.items():
        back = ends.get((v, u))
        mutual = back is not None and (edge.weight, edge.channel) == (back.weight, back.channel)
        if not mutual or u < v:
            marks = [*([] if edge.weight is None else [f"{edge.weight:g}"]), *([edge.channel] if edge.channel else [])]
            arcs.append(Arc(f"s{u}", f"s{v}", ", ".join(map(str, marks)), mutual))
    return [Nodes("", {f"s{seat}": called[seat] for seat in range(graph.seats)})], arcs


def _coded(label: str) -> str:
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", " ".join(label.split()))


def _escaped(label: str) -> str:
    return " ".join(label.split()).replace("\\", "\\\\").replace('"', '\\"')
