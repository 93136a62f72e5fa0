"""Topologies that change by themselves: drawn anew, or losing edges, on a schedule or as a debate goes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from moot.errors import SpecError, UnknownNameError
from moot.names import parse
from moot.topologies.catalogue import named
from moot.topologies.edges import Edge, is_mapping, whole
from moot.topologies.generator import check
from moot.topologies.graph import Spec, Topology
from moot.topologies.schedule import Schedule, path_of

Seat = Callable[[Any], Topology]
"""Makes a topology over the agents of whatever says who hears whom."""


class Stands(Protocol):
    """How a debate stands after a round, as far as this package needs to know."""

    def answer_of(self, seat: str) -> str | None:
        """A debater's answer in the last round."""
        ...


Stays = Callable[[Any, str, str], bool]
"""Whether an edge stays: a function of the standing, the speaker and the listener."""


def unlike(standing: Stands, speaker: str, listener: str) -> bool:
    """Whether two seats differ, so that one has something to tell the other; silence is no answer."""
    said = standing.answer_of(speaker)
    return said is None or said != standing.answer_of(listener)


RULES: Mapping[str, Stays] = {"unlike": unlike}
"""Rules of `pruned` that have a name."""


@dataclass(frozen=True)
class Resampled:
    """Graphs drawn anew, before they are seated; made by `resampled`."""

    of: Any
    every: int


@dataclass(frozen=True)
class Pruned:
    """A graph that loses edges, before it is seated; made by `pruned`."""

    of: Any
    by: float | str | Stays
    every: int
    seed: int


def resampled(of: Any, every: int = 1) -> Resampled:
    """A new draw of a random graph every so many rounds.

    Args:
        of: A random graph by name, such as `"erdos_renyi?p=0.3"`: its seed counts up by one with each draw. Or a
            function of the draw's number, the first being 0, that gives anything that is a topology.
        every: Rounds that one draw lasts, at least 1.

    Raises:
        SpecError: A value does not fit.

    >>> resampled("random_regular?d=3", every=2).every
    2
    """
    check(whole(every) and every >= 1, f"resampled: every={every!r} must be a whole number of at least 1")
    return Resampled(of, every)


def pruned(of: Any = "complete", by: float | str | Stays = "unlike", *, every: int = 1, seed: int = 0) -> Pruned:
    """A graph that loses edges as rounds go by; an edge that is gone does not come back.

    Args:
        of: What it begins as: anything that is a topology and does not change by itself.
        by: A share of the edges that are left, cut after each time they were heard over: those of least weight, equal
            ones as drawn. Or which edges stay, said after each round from 0 on: `"unlike"` keeps those between
            seats whose answers differ; a function of the standing, the speaker's and the listener's name.
        every: Rounds between two cuts, at least 1.
        seed: Of the draw.

    Raises:
        SpecError: A value does not fit.
        UnknownNameError: There is no such rule.
    """
    check(whole(every) and every >= 1, f"pruned: every={every!r} must be a whole number of at least 1")
    if isinstance(by, str) and by not in RULES:
        raise UnknownNameError("rule of pruned", by, RULES)
    if isinstance(by, int | float):
        check(not isinstance(by, bool) and 0 <= by <= 1, f"pruned: a share of {by!r} must be from 0 to 1")
    return Pruned(of, by, every, seed)


class Adaptive(Schedule):
    """A graph whose edges go as the debate goes. As a graph, and in every round until told, it is the first one.

    Args:
        first: The graph of round 0.
        stays: Whether an edge stays.
        every: Rounds between two cuts.
        spec: The spelling.
    """

    def __init__(self, first: Topology, stays: Stays, every: int, spec: Spec) -> None:
        super().__init__(lambda _: first, listed=None, spec=spec)
        self._stays, self._every = stays, every

    @property
    def adaptive(self) -> bool:
        """Whether what is said decides who hears whom."""
        return True

    def after(self, graph: Topology, number: int, standing: Any) -> Topology:
        """The graph of a round, given that of the round before and how the debate stands."""
        if number % self._every:
            return graph
        called = graph.labels or tuple(map(str, range(graph.seats)))
        kept = [edge for edge in graph.edges if self._stays(standing, called[edge.source], called[edge.target])]
        return Topology(graph.seats, kept, labels=graph.labels)

    def mapped(self, change: Callable[[Topology], Topology]) -> "Adaptive":
        """The same with its first graph changed."""
        return Adaptive(change(self.round(0)), self._stays, self._every, self.spec)


def changing(value: Resampled | Pruned, seat: Seat) -> Topology:
    """The topology of what `resampled` or `pruned` gave.

    Args:
        value: That.
        seat: Makes each graph.

    Raises:
        MootError: What is drawn or cut is no topology, or draws nothing.
    """
    if isinstance(value, Resampled):
        return _drawn(value, seat)
    first = seat(value.of)
    check(first.static, f"pruned: {first.name!r} changes by itself: give one graph")
    if isinstance(value.by, int | float):
        spec = _spelled("pruned", first.spec, {"prune": value.by, "every": value.every}, plain=not value.seed)
        return Schedule(_thinned(first, float(value.by), value), listed=None, spec=spec)
    stays = RULES[value.by] if isinstance(value.by, str) else value.by
    by = value.by if isinstance(value.by, str) else path_of(value.by)
    spec = _spelled("pruned", first.spec, {"prune": by, "every": value.every}, plain=by == value.by)
    return Adaptive(first, stays, value.every, spec)


def _drawn(value: Resampled, seat: Seat) -> Topology:
    if isinstance(value.of, str) or is_mapping(value.of):
        of = _random(value.of)
        seed = int(of.get("seed", 0))
        spec = _spelled("resampled", seat(of).spec, {"every": value.every})
        return Schedule(lambda number: seat({**of, "seed": seed + number // value.every}), listed=None, spec=spec)
    if not callable(value.of):
        raise SpecError("resampled: give the name of a random graph, or a function of the draw's number")
    made: Callable[[int], Any] = value.of
    spec = {"resampled": path_of(made), "every": value.every}
    return Schedule(lambda number: seat(made(number // value.every)), listed=None, spec=spec)


def _spelled(what: str, first: Spec, more: Mapping[str, Any], *, plain: bool = True) -> Spec:
    """The spelling of a named graph that changes; of others, and of functions, one that is not read back."""
    if isinstance(first, str) and plain:
        return f"{first}{'&' if '?' in first else '?'}{urlencode(more)}"
    return {what: first, **more}


def _random(of: Any) -> dict[str, Any]:
    """A random graph's name and parameters."""
    given = dict(of) if is_mapping(of) else {"name": parse(of)[0], **parse(of)[1]}
    name = str(given.get("name", ""))
    takes = {parameter.name for parameter in named(name).card.parameters}
    check("seed" in takes, f"resampled: {name!r} draws nothing, so it would be the same each time")
    return given


def _thinned(first: Topology, share: float, value: Pruned) -> Callable[[int], Topology]:
    """The graph of a round, from round 2 on without the edges cut so far."""

    def worth(edge: Edge) -> tuple[float, bytes]:
        draw = f"{value.seed}/{edge.source}/{edge.target}".encode()
        return 1.0 if edge.weight is None else edge.weight, hashlib.blake2b(draw, digest_size=8).digest()

    best_first = sorted(first.edges, key=worth, reverse=True)

    def at(number: int) -> Topology:
        cuts = max(number - 1, 0) // value.every
        kept = best_first[: round(len(best_first) * (1 - share) ** cuts)]
        return first if not cuts else Topology(first.seats, kept, labels=first.labels)

    return at
