"""From whatever says who hears whom to a topology whose seats are the agents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from moot.errors import SeatingError, SpecError, UnknownNameError
from moot.names import arguments, parse
from moot.topologies.catalogue import named
from moot.topologies.changing import Pruned, Resampled, changing, pruned, resampled
from moot.topologies.channels import channel_of
from moot.topologies.classic import complete
from moot.topologies.edges import is_mapping, is_sequence, whole
from moot.topologies.generator import Generator, check, mismatch
from moot.topologies.graph import Topology
from moot.topologies.networks import from_network, is_network
from moot.topologies.schedule import PerRound, Schedule, listed

FORMS = ("name", "edges", "file")


def topology(value: Any, names: Sequence[str], *, folder: str | Path | None = None) -> Topology:
    """Who hears whom among the agents; seat i is `names[i]`, which is also its label.

    Args:
        value: A spelling (`"ring?k=2"`), a `Topology`, any networkx graph, a list of edges,
            `{"name": …, parameters}`, `{"edges": …}`, `{"file": …}`, each with a `channel` for all its edges
            where wanted, what `per_round`, `resampled` or `pruned` give, or a list of those, one a round, the
            last repeating. None is the complete graph. Nodes `0..n-1` are seats by number, nodes called as the
            agents are seats by name, others by their order.
        names: The agents, all different.
        folder: Where the relative paths of files start.

    Raises:
        SeatingError: Agents and seats differ in number, or two agents share a name.
        UnknownNameError: There is no such topology, parameter, channel or agent.
        SpecError: A value is wrong.
        GraphFileError: A file cannot be used.

    >>> topology("ring", ["ada", "bo", "cy"]).heard_by(0)
    (1, 2)
    >>> topology({"edges": [["cy", "ada"]], "nodes": ["cy", "ada", "bo"]}, ["ada", "bo", "cy"]).heard_by(0)
    (2,)
    """
    _check_names(names)
    if isinstance(value, PerRound):
        made = value.function
        spec = {"per_round": value.path}
        return Schedule(lambda number: topology(made(number), names, folder=folder), listed=None, spec=spec)
    if isinstance(value, Resampled | Pruned):
        return changing(value, lambda one: topology(one, names, folder=folder))
    if is_sequence(value) and not _are_edges(value):
        return listed([topology(one, names, folder=folder) for one in value])
    return seated(_made(value, len(names), folder), names)


def seated(graph: Topology, names: Sequence[str]) -> Topology:
    """The graph with its seats in the order of the names, and called so.

    Raises:
        SeatingError: They differ in number.
        UnknownNameError: Some nodes are called as agents are, and one is not; or there is no such channel.
    """
    place = {label: seat for seat, label in enumerate(graph.labels or ())}
    known = set(names)
    by_name = not known.isdisjoint(place)
    for label in place:
        if by_name and label not in known:
            raise UnknownNameError("agent", label, names)
    if graph.seats != len(names):
        unseated = ", ".join(repr(name) for name in names if by_name and name not in place)
        hint = f", or add {unseated or 'the missing ones'} to its nodes" if graph.seats < len(names) else ""
        raise SeatingError(mismatch(len(names), graph.seats, graph.name) + (hint if graph.name == "edges" else ""))
    for spelling in graph.channels:
        channel_of(spelling)  # a channel nobody knows is refused before anything is said
    if by_name:
        graph = _moved(graph, [place[name] for name in names])
    return graph.labelled(names)


def _moved(graph: Topology, order: list[int]) -> Topology:
    # A file is seated alike whenever it is read; a named graph is not the same once its seats have moved.
    kept = graph.spec if isinstance(graph.spec, dict) and "file" in graph.spec else None
    in_place = order == list(range(graph.seats))
    return graph if in_place else graph.reordered(order).spelled(kept)


def _made(value: Any, seats: int, folder: str | Path | None) -> Topology:
    name: str
    parameters: dict[str, Any]
    if value is None:
        return complete(seats)
    if isinstance(value, Topology):
        return value
    if isinstance(value, Generator):
        return value.over(seats, {})
    if is_network(value):
        return from_network(value)
    if isinstance(value, str):
        name, parameters = parse(value)[0], dict(parse(value)[1])
    elif is_mapping(value):
        name, parameters = _spelled({str(key): entry for key, entry in value.items()})
    elif is_sequence(value):
        name, parameters = "from_edges", {"edges": value}
    elif callable(value):
        name = getattr(value, "__name__", type(value).__name__)
        raise SpecError(
            f"topology {name!r} is a function: write topologies.per_round({name}) if it is one of the round"
        )
    else:
        raise SpecError(f"topology {_shown(value)}: give a name, a networkx graph, edges, a file or a list of graphs")
    if name == "from_file" and folder is not None:
        parameters = {**parameters, "folder": folder}
    spelling = parameters.pop("channel", None)
    if {"every", "prune"} & parameters.keys():
        made = _changing(name, parameters, seats, folder)
    else:
        made = named(name).over(seats, parameters)
    return made if spelling is None else _through(made, spelling)


def _changing(name: str, given: dict[str, Any], seats: int, folder: str | Path | None) -> Topology:
    """A named graph that is drawn anew `every` so many rounds, or from which edges are cut: `prune`."""
    of = {"name": name, **{key: entry for key, entry in given.items() if key not in {"every", "prune"}}}
    every = arguments(resampled, {"every": given.get("every", 1)}, kind=f"topology {name!r}")["every"]
    value: Resampled | Pruned = resampled(of, every)
    if "prune" in given:
        cut = given["prune"]
        numeric = not isinstance(cut, str) or cut.replace(".", "", 1).isdigit()
        value = pruned(of, float(cut) if numeric else cut, every=every)
    return changing(value, lambda one: _made(one, seats, folder))


def _through(graph: Topology, spelling: Any) -> Topology:
    """The graph with that channel on every edge, and in its spelling."""
    check(isinstance(spelling, str), f"channel {spelling!r} must be a name such as 'answer' or 'delayed?rounds=1'")
    query = urlencode({"channel": spelling}, safe="?=")
    name = f"{graph.spec}{'&' if '?' in graph.spec else '?'}{query}" if isinstance(graph.spec, str) else None
    return graph.through(spelling).spelled(name)


def _spelled(given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and parameters of a mapping from a debate file."""
    if made := next((key for key in ("per_round", "resampled", "pruned") if key in given), None):
        what = "a function of the round" if made == "per_round" else "a graph that changes in a way without a name"
        raise SpecError(f"{what} cannot be read from a file: give topologies.{made}(…) in Python")
    form = next((key for key in FORMS if key in given), None)
    if form is None:
        check(bool(given), "topology {}: give a name, edges or a file")
        raise UnknownNameError("topology key", next(iter(given)), FORMS)
    rest = {key: entry for key, entry in given.items() if key != form}
    if form == "name":
        return str(given["name"]), rest
    known = ("edges", "nodes", "directed", "channel") if form == "edges" else ("file", "format", "directed", "channel")
    for key in rest:
        if key not in known:
            raise UnknownNameError("topology key", key, known)
    return ("from_edges", given) if form == "edges" else ("from_file", {"path": given["file"], **rest})


def _are_edges(value: Sequence[Any]) -> bool:
    """Whether a list holds edges rather than graphs: its first entry is a list that starts with a node."""
    if not value:
        raise SpecError("an empty list is neither edges nor graphs: write 'none' for a graph without edges")
    first = value[0]
    return is_sequence(first) and len(first) > 0 and (isinstance(first[0], str) or whole(first[0]))


def _check_names(names: Sequence[str]) -> None:
    if not names:
        raise SeatingError("there is nobody to seat: give at least one agent")
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise SeatingError(f"two agents are called {twice!r}: give each a name of its own")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
