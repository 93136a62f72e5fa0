"""What a reader has found so far, held to its caps while it is found."""

from dataclasses import dataclass, field
from typing import Any

from moot.errors import SpecError
from moot.topologies.edges import whole

LONGEST = 200
"""Characters of a node's name."""


@dataclass(frozen=True)
class Caps:
    """The most a graph file may hold."""

    size: int = 8 * 2**20
    """Bytes."""
    nodes: int = 10_000
    edges: int = 100_000
    depth: int = 16
    """Levels of nesting."""


@dataclass
class Draft:
    """Nodes and edges read so far.

    Raises:
        SpecError: From its methods, for a node or edge that cannot be, or one too many.
    """

    caps: Caps
    nodes: dict[str | int, None] = field(default_factory=dict[str | int, None])
    edges: list[tuple[str | int, str | int, float | None, str | None]] = field(
        default_factory=list[tuple[str | int, str | int, float | None, str | None]]
    )

    def node(self, name: Any) -> None:
        """Add a node."""
        known = _checked_name(name)
        if known in self.nodes:
            raise SpecError(f"node {shown(name)} is declared twice")
        if len(self.nodes) == self.caps.nodes:
            raise SpecError(f"it has more than {self.caps.nodes} nodes, which is the most that is read")
        self.nodes[known] = None

    def edge(self, source: Any, target: Any, weight: Any = None, channel: Any = None, *, both: bool = False) -> None:
        """Add an edge, heard both ways if so wished; its ends may be declared later."""
        where = f"edge {shown(source)} -> {shown(target)}"
        if weight is not None and (isinstance(weight, bool) or not isinstance(weight, int | float)):
            raise SpecError(f"{where}: weight {shown(weight)} is no number")
        if channel is not None and not (isinstance(channel, str) and len(channel) <= LONGEST and channel.isprintable()):
            raise SpecError(f"{where}: channel {shown(channel)} is no name")
        u, v = _checked_name(source), _checked_name(target)
        if len(self.edges) >= self.caps.edges:
            raise SpecError(f"it has more than {self.caps.edges} edges, which is the most that is read")
        self.edges.append((u, v, weight, channel))
        if both:
            self.edges.append((v, u, weight, channel))

    def meet(self, *names: Any) -> None:
        """Add those nodes that are not there yet."""
        for name in names:
            if name not in self.nodes:
                self.node(name)


def shown(value: Any) -> str:
    """A value from a file as it may stand in a sentence: short, and without control characters."""
    text = ascii(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def number(text: str, where: str) -> float:
    """The number a text says.

    Raises:
        SpecError: It says none.
    """
    try:
        return float(text)
    except ValueError as error:
        raise SpecError(f"{where}: weight {shown(text)} is no number") from error


def _checked_name(name: Any) -> str | int:
    if whole(name) and abs(name) < 2**53:
        return int(name)
    if isinstance(name, str) and 0 < len(name) <= LONGEST and name.isprintable():
        return name
    raise SpecError(f"node {shown(name)}: name it by 1 to {LONGEST} printable characters or a whole number")
