"""Named graphs: a function that makes one, with the card that tells of it.

A generator's first parameter `n` is the number of seats, which a debate fills in from its
agents; the others are what a spelling such as `"ring?k=2"` may give. A generator without `n`
has as many seats as its parameters say.
"""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, cast
from urllib.parse import urlencode

from moot.errors import SeatingError, SpecError
from moot.names import arguments
from moot.topologies.edges import is_sequence, whole
from moot.topologies.given import from_edges
from moot.topologies.graph import Topology
from moot.topologies.networks import from_network, is_network

P = ParamSpec("P")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a named topology."""

    name: str
    default: Any
    """None where it may be left open; `...` where it must be given."""
    meaning: str


@dataclass(frozen=True)
class TopologyCard:
    """What a catalogue says of a named topology."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    edges: str = ""
    """How many edges it has over n seats; one heard both ways counts twice."""
    example: str = ""
    """A spelling."""


class Generator(Generic[P]):
    """A function that makes a topology, by name; called like the function."""

    def __init__(
        self,
        function: Callable[P, Any],
        *,
        name: str | None = None,
        edges: str = "",
        example: str | None = None,
        seats: Callable[[Mapping[str, Any]], int | None] | None = None,
        spells_itself: bool = False,
    ) -> None:
        self.function = function
        self.name = name or function.__name__
        self.seats = seats
        self.spells_itself = spells_itself
        self._signature = inspect.signature(function)
        self._sized = next(iter(self._signature.parameters), None) == "n"
        self.card = TopologyCard(self.name, *_told(function, int(self._sized)), edges, example or self.name)
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Topology:
        """The topology, spelled by name and parameters.

        Raises:
            SpecError: A parameter is wrong.
        """
        given = dict(self._signature.bind(*args, **kwargs).arguments)
        return self._made(given.pop("n") if self._sized else None, given)

    def over(self, seats: int, parameters: Mapping[str, Any]) -> Topology:
        """The topology over so many seats, its parameters as texts or as they stand in a YAML file.

        Raises:
            UnknownNameError: There is no such parameter.
            SpecError: A parameter is wrong or missing.
            SeatingError: The parameters make another number of seats.
        """
        check(
            not (self._sized and "n" in parameters),
            f"{self.name}: leave n out, the agents say how many seats there are",
        )
        for parameter in self.card.parameters:
            missing = parameter.default is ... and parameter.name not in parameters
            check(not missing, f"{self.name} needs {parameter.name}, as in {self.card.example!r}")
        return self._made(seats, parameters)

    def _made(self, seats: Any, given: Mapping[str, Any]) -> Topology:
        values = arguments(self.function, given, kind=self.name, skip=int(self._sized))
        making = cast("Callable[..., Any]", self.function)
        if self._sized:
            check(whole(seats) and seats >= 1, f"{self.name}: n={seats!r} must be a whole number of at least 1")
            made = _topology(self.name, making(seats, **values))
        else:
            needed = None if self.seats is None else self.seats(values)
            if seats is not None and needed is not None and needed != seats:
                # Said before anything is built: the parameters of a file could ask for any size.
                raise SeatingError(mismatch(seats, needed, self.name if self.spells_itself else self._spelling(values)))
            made = _topology(self.name, making(**values))
        return made if self.spells_itself else made.spelled(self._spelling(values))

    def __repr__(self) -> str:
        return f"<topology {self.name}>"

    def _spelling(self, values: Mapping[str, Any]) -> str:
        defaults = {parameter.name: parameter.default for parameter in self.card.parameters}
        pairs = [
            (name, _written(values[name])) for name in defaults if values.get(name, defaults[name]) != defaults[name]
        ]
        return f"{self.name}?{urlencode(pairs, safe=',>')}" if pairs else self.name


def generator(
    *, edges: str, example: str | None = None, seats: Callable[[Mapping[str, Any]], int | None] | None = None
) -> Callable[[Callable[P, Topology]], Generator[P]]:
    """Make a named topology of a function; its docstring is the card's text.

    Args:
        edges: How many edges it has, for the card.
        example: A spelling, for the card.
        seats: The number of seats that parameters make, of a function without `n`; None where they do not say.
    """

    def enter(function: Callable[P, Topology]) -> Generator[P]:
        return Generator(function, edges=edges, example=example, seats=seats)

    return enter


def check(holds: bool, sentence: str) -> None:
    """Raise `SpecError` with that sentence unless the condition holds."""
    if not holds:
        raise SpecError(sentence)


def mismatch(agents: int, seats: int, name: str) -> str:
    """The sentence for agents and seats that differ in number."""
    one = "agent" if agents == 1 else "agents"
    seat = "seat" if seats == 1 else "seats"
    return f"{agents} {one} for {seats} {seat} of {name}: give as many agents as there are seats"


def _topology(name: str, made: Any) -> Topology:
    if isinstance(made, Topology):
        return made
    if is_network(made):
        return from_network(made)
    check(is_sequence(made), f"topology {name!r} made {made!r}, which is no topology, networkx graph or list of edges")
    return from_edges(made)


def _written(value: Any) -> str:
    if is_sequence(value):
        return ",".join(map(_written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(function: Callable[..., Any], skip: int) -> tuple[str, tuple[Parameter, ...]]:
    """Summary and parameters, from the signature and the Google form of the docstring."""
    text = inspect.cleandoc(function.__doc__ or "")
    summary = text.partition("\n\n")[0].replace("\n", " ")
    section = re.search(r"^Args:\n((?:    .*\n?|\n)+)", text, re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*(?:\n     .*)*)", section[1] if section else "", re.MULTILINE)
    meanings = {name: " ".join(meaning.split()) for name, meaning in entries}
    parameters = list(inspect.signature(function).parameters.values())[skip:]
    return summary, tuple(
        Parameter(one.name, ... if one.default is one.empty else one.default, meanings.get(one.name, ""))
        for one in parameters
    )
