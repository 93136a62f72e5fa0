"""Every named topology: those of this package, and those installed by the entry point group `moot.topologies`."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from moot.errors import SpecError, UnknownNameError
from moot.topologies.classic import chain, complete, grid, none, ring, star, tree
from moot.topologies.files import from_file
from moot.topologies.generator import Generator, TopologyCard
from moot.topologies.given import from_edges
from moot.topologies.layered import bipartite, groups, layers
from moot.topologies.sampled import erdos_renyi, random_regular, scale_free, small_world

GROUP = "moot.topologies"


def _declared(parameters: Mapping[str, Any]) -> int | None:
    nodes: Any = parameters.get("nodes")
    return nodes if isinstance(nodes, int) else None


EDGES = Generator(
    from_edges, edges="as given", example="from_edges?edges=ada>bo,bo>cy", seats=_declared, spells_itself=True
)
FILE = Generator(from_file, edges="as given", example="from_file?path=graph.graphml", spells_itself=True)

SHIPPED: dict[str, Generator[...]] = {
    one.name: one
    for one in (
        *(complete, ring, star, chain, tree, grid, layers, bipartite, groups),
        *(small_world, scale_free, random_regular, erdos_renyi, none, EDGES, FILE),
    )
}


def named(name: str) -> Generator[...]:
    """The generator of that name; a shipped one goes before an installed one.

    Raises:
        UnknownNameError: There is none.
        SpecError: An installed one cannot be loaded.
    """
    if name in SHIPPED:
        return SHIPPED[name]
    installed = _installed()
    if name not in installed:
        raise UnknownNameError("topology", name, (*SHIPPED, *installed))
    return _loaded(installed[name])


def cards() -> tuple[TopologyCard, ...]:
    """The card of every named topology.

    >>> [card.example for card in cards()][:2]
    ['complete', 'ring?k=2']
    """
    found = [_loaded(point).card for name, point in _installed().items() if name not in SHIPPED]
    return (*(one.card for one in SHIPPED.values()), *found)


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(point: EntryPoint) -> Generator[...]:
    try:
        found: Any = point.load()
    except Exception as error:  # whatever somebody else's module raises while it is imported
        raise SpecError(f"topology {point.name!r} ({point.value}) cannot be loaded: {error}") from error
    if isinstance(found, Generator):
        return found
    if not callable(found):
        raise SpecError(f"topology {point.name!r} ({point.value}) is no function of the number of seats")
    return Generator(found, name=point.name)
