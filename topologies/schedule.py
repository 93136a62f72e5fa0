"""Graphs that change from round to round, the round alone saying how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moot.errors import SpecError
from moot.topologies.graph import Spec, Topology, hashed


@dataclass(frozen=True)
class PerRound:
    """A function from round to topology, before it is seated; made by `per_round`."""

    function: Callable[[int], Any]

    @property
    def path(self) -> str:
        """Where the function is defined, as `module:name`."""
        return path_of(self.function)


def path_of(function: Any) -> str:
    """Where a function is defined, as `module:name`.

    >>> path_of(path_of)
    'moot.topologies.schedule:path_of'
    """
    return f"{getattr(function, '__module__', '?')}:{getattr(function, '__qualname__', type(function).__name__)}"


def per_round(function: Callable[[int], Any]) -> PerRound:
    """A topology for every round.

    Args:
        function: Of the round, the first being 0; gives anything that is a topology, always the
            same for the same round. A turn of round r hears along graph r.

    >>> per_round(lambda r: "ring" if r % 2 else "complete").function(3)
    'ring'
    """
    if not callable(function):
        raise SpecError(
            f"per_round({function!r}): give a function of the round; a list of graphs is a schedule as it is"
        )
    return PerRound(function)


class Schedule(Topology):
    """A topology that changes from round to round. As a graph, it is that of round 0.

    Args:
        at: The graph of a round; all have the same seats.
        listed: How many rounds were listed, the last of which repeats; None for a function.
        spec: What a function is called; a list is spelled by its graphs.

    Raises:
        SpecError: The graphs differ in seats, or one changes by itself.
    """

    def __init__(self, at: Callable[[int], Topology], *, listed: int | None, spec: Spec | None = None) -> None:
        first = at(0)
        super().__init__(first.seats, first.edges, labels=first.labels, spec=spec)
        self._at = at
        self.listed = listed
        self._seen = {0: self._fitting(0, first)}
        for number in range(1, listed or 1):
            self.round(number)

    @property
    def static(self) -> bool:
        """Whether every round has the same graph."""
        return False

    @property
    def name(self) -> str:
        """A short name for titles and sentences."""
        if self.listed is None:
            return self._spec if isinstance(self._spec, str) else next(iter(self._spec or ()), "per_round")
        return ", ".join(self.round(number).name for number in range(self.listed))

    @property
    def spec(self) -> Spec:
        """The spelling in a debate file; of a function, a name that is not read back."""
        if self.listed is None:
            return super().spec
        return [self.round(number).spec for number in range(self.listed)]

    @property
    def fingerprint(self) -> str:
        """A hash of the listed graphs; of a function, its name and the graph of round 0."""
        graphs = [self.round(number).fingerprint for number in range(self.listed or 1)]
        return hashed([graphs, self.spec if self.listed is None else None])

    def round(self, number: int) -> Topology:
        """The graph of that round, the first being 0."""
        super().round(number)
        asked = number if self.listed is None else min(number, self.listed - 1)
        if asked not in self._seen:
            self._seen[asked] = self._fitting(asked, self._at(asked))
        return self._seen[asked]

    def mapped(self, change: Callable[[Topology], Topology]) -> "Schedule":
        """The schedule with every graph of it changed."""
        return Schedule(lambda number: change(self.round(number)), listed=self.listed, spec=self._spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schedule) or self.listed != other.listed:
            return False
        if self.listed is None:
            return self.spec == other.spec and self.round(0) == other.round(0)
        return all(self.round(number) == other.round(number) for number in range(self.listed))

    def __hash__(self) -> int:
        return super().__hash__()

    def _fitting(self, number: int, graph: Topology) -> Topology:
        if not graph.static:
            raise SpecError(f"round {number} of a schedule is a schedule itself: give one graph for each round")
        if graph.seats != self.seats:
            raise SpecError(f"round {number} of a schedule has {graph.seats} seats, round 0 has {self.seats}")
        return graph


def listed(graphs: Sequence[Topology]) -> Topology:
    """The graphs round by round, the last repeating; one graph alone is itself.

    >>> listed([Topology(2, [(0, 1)]), Topology(2)]).round(7).edges
    ()
    """
    rounds = list(graphs)
    while len(rounds) > 1 and rounds[-1] == rounds[-2]:
        rounds.pop()
    if len(rounds) == 1:
        return rounds[0]
    return Schedule(rounds.__getitem__, listed=len(rounds))
