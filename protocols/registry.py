"""Protocols by name: what a protocol declares of itself, and how it is found.

A protocol is an async function `(floor, **parameters) -> Outcome`. Decorated, it becomes an
entry that is called with its parameters to give a bound protocol: `protocols.du(rounds=3)`.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Concatenate, Generic, Literal, ParamSpec, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from moot.errors import SpecError, UnknownNameError, shown
from moot.names import arguments, parse, plain, written
from moot.protocols.confidence import Source
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.topologies import Topology

P = ParamSpec("P")


@dataclass(frozen=True)
class Seating:
    """What a protocol is about to be held with."""

    seats: int
    """Debaters, copies included."""
    topology: Topology
    judged: bool
    """Whether a judge is seated."""
    parameters: Mapping[str, Any]
    """Of the protocol, defaults included."""


@dataclass(frozen=True)
class Card:
    """What a protocol declares of itself."""

    name: str
    source: str
    """Where it is published, as an arXiv id or a reference; `moot` for our own."""
    story: str
    """What it does, in a few lines."""
    hears: Literal["any", "fixed", "none"] = "any"
    """Whether the debate's graph says who hears whom, the protocol does, or nobody hears anybody."""
    judge: Literal["optional", "required"] = "optional"
    """Whether it seats a judge of its own; `optional` means only a decision would use one."""
    decides: bool = False
    """Whether its way of deciding is the protocol, so that `decide=` is refused."""
    debaters: tuple[int, int | None] = (1, None)
    """Fewest and most debaters; None is no limit."""
    copies: str | None = None
    """The parameter that says how many copies of each agent are seated."""
    calls: str = ""
    """Number of calls, in n debaters and R rounds."""
    needs: frozenset[str] = frozenset()
    """Capabilities every seat must have."""
    graph: str | None = None
    """The graph where the debate names none; None is the complete one."""
    unfit: Callable[[Seating], str | None] | None = None
    """Says before the first call what does not fit, and the mend."""
    refuses: Callable[[Question, Mapping[str, Any]], str | None] | None = None
    """Says before the first call why a question cannot be debated with these parameters, defaults included, and
    the mend."""


@dataclass(frozen=True)
class Bound:
    """A protocol with its parameters: all that a debate needs of it."""

    card: Card
    run: Callable[[Floor], Awaitable[Outcome]]
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """As given; defaults left out."""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The same with defaults."""
    rounds: int | None = None
    """Its limit of rounds, where it has one."""
    copies: int = 1
    """How many seats each agent takes."""
    takes_rounds: bool = False
    """Whether `rounds` may be given."""
    again: Callable[..., "Bound"] | None = None
    """Binds the same protocol to other parameters."""

    def spec(self) -> str | dict[str, Any]:
        """The spelling in a debate file."""
        given = {name: spelled(value) for name, value in self.parameters.items()}
        short = all(isinstance(value, str | int | float | bool) for value in given.values())
        return written(self.card.name, given) if short else {"name": self.card.name, **given}

    @property
    def sources(self) -> frozenset[Source]:
        """Where its parameters say that confidence comes from."""
        views = [value for value in self.values.values() if isinstance(value, View)]
        named: object = self.values.get("source")
        shown: set[object] = {named, *(view.source for view in views if view.confidence is not None)}
        known: tuple[Source, ...] = get_args(Source)
        return frozenset(source for source in known if source in shown)

    def check(self, *, seats: int, topology: Topology, judged: bool) -> None:
        """Let pass what the protocol can be held with.

        Raises:
            SpecError: Graph, seats or parameters do not fit each other.
        """
        unfit = self.card.unfit and self.card.unfit(Seating(seats, topology, judged, self.values))
        if unfit:
            raise SpecError(f"protocol {self.card.name!r}: {unfit}")

    def refusal(self, question: Question) -> str | None:
        """Why a question cannot be debated in this way, and the mend; None where it can."""
        return None if self.card.refuses is None else self.card.refuses(question, self.values)

    def check_question(self, question: Question) -> None:
        """Let pass a question that can be debated in this way.

        Raises:
            SpecError: It cannot.
        """
        if why := self.refusal(question):
            raise SpecError(f"protocol {self.card.name!r}: {why}")

    def with_rounds(self, rounds: int) -> "Bound":
        """The same protocol with another limit of rounds.

        Raises:
            SpecError: The protocol has no rounds to limit.
        """
        if not self.takes_rounds or self.again is None:
            raise SpecError(f"protocol {self.card.name!r} has no rounds to set; leave rounds={rounds} out")
        return self.again(**{**self.parameters, "rounds": rounds})


class Entry(Generic[P]):
    """A registered protocol; calling it with parameters binds them."""

    def __init__(self, card: Card, function: Callable[Concatenate[Floor, P], Awaitable[Outcome]]) -> None:
        self.card = card
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **parameters: P.kwargs) -> Bound:
        """The protocol with these parameters.

        Raises:
            UnknownNameError: It has no such parameter.
            SpecError: A value does not fit.
        """
        if args:
            raise SpecError(f"protocol {self.card.name!r}: name its parameters, as in rounds=2")
        checked = arguments(self.function, parameters, kind=f"protocol {self.card.name!r}", skip=1)
        defaults = {
            name: parameter.default for name, parameter in list(inspect.signature(self.function).parameters.items())[1:]
        }
        values = {**defaults, **checked}
        run = cast(Callable[[Floor], Awaitable[Outcome]], functools.partial(_held, self, checked))
        return Bound(
            card=self.card,
            run=run,
            parameters=checked,
            values=values,
            rounds=values.get("rounds"),
            copies=values[self.card.copies] if self.card.copies else 1,
            takes_rounds="rounds" in values,
            again=cast(Callable[..., Bound], self),
        )

    def __repr__(self) -> str:
        return f"<protocol {self.card.name}>"


async def _held(entry: "Entry[...]", parameters: Mapping[str, Any], floor: Floor) -> Outcome:
    """What the protocol comes to; a user's own may come to something else by a slip.

    Raises:
        SpecError: It is no outcome.
    """
    outcome = await entry.function(floor, **parameters)
    if not isinstance(outcome, Outcome):  # pyright: ignore[reportUnnecessaryIsInstance]  (nothing checks a user's)
        raise SpecError(
            f"protocol {entry.card.name!r} returned {shown(outcome)}: end it with an outcome, as in "
            "return await floor.decide(decide.plurality())"
        )
    return outcome


def protocol(
    name: str,
    *,
    source: str = "moot",
    hears: Literal["any", "fixed", "none"] = "any",
    judge: Literal["optional", "required"] = "optional",
    decides: bool = False,
    debaters: tuple[int, int | None] = (1, None),
    copies: str | None = None,
    calls: str = "",
    needs: frozenset[str] = frozenset(),
    graph: str | None = None,
    unfit: Callable[[Seating], str | None] | None = None,
    refuses: Callable[[Question, Mapping[str, Any]], str | None] | None = None,
) -> Callable[[Callable[Concatenate[Floor, P], Awaitable[Outcome]]], Entry[P]]:
    """Make an entry of a protocol function; its docstring is the card's story. For the arguments see `Card`."""

    def enter(function: Callable[Concatenate[Floor, P], Awaitable[Outcome]]) -> Entry[P]:
        story = inspect.cleandoc(function.__doc__ or "").partition("\n\nArgs:")[0]
        card = Card(name, source, story, hears, judge, decides, debaters, copies, calls, needs, graph, unfit, refuses)
        return Entry(card, function)

    return enter


def catalogue() -> dict[str, Entry[...]]:
    """Every protocol by name: the shipped ones, then those installed by the entry point group `moot.protocols`."""
    found = {entry.name: cast("Entry[...]", entry.load()) for entry in entry_points(group="moot.protocols")}
    shipped = _shipped()
    return {**shipped, **{name: entry for name, entry in found.items() if name not in shipped}}


@functools.cache
def _shipped() -> Mapping[str, Entry[...]]:
    module = import_module("moot.protocols.catalogue")
    return {entry.card.name: entry for entry in vars(module).values() if isinstance(entry, Entry)}


def bound(
    value: "str | Mapping[str, Any] | Bound | Entry[...] | Callable[[Floor], Awaitable[Outcome]]",
    *,
    imports: bool = False,
) -> Bound:
    """The protocol of that spelling.

    Args:
        value: A name (`"du?rounds=3"`), `{"name": "society", "rounds": 3}`, an entry, a bound
            protocol, or a plain async function of the floor.
        imports: Whether a name may be an import path, `mypkg.rules:my_protocol`.

    Raises:
        UnknownNameError: There is no such protocol or parameter.
        SpecError: A value does not fit.
    """
    if isinstance(value, Bound):
        return value
    if isinstance(value, Entry):
        return value()
    if isinstance(value, str):
        name, parameters = parse(value)
        return _called(_named(name, imports), parameters, imports)
    if isinstance(value, Mapping):
        return _mapped(dict(value), imports)  # pyright: ignore[reportUnknownArgumentType]  (a callable may be a mapping, too)
    if not inspect.iscoroutinefunction(value):
        raise SpecError(f"protocol {value!r} is no async function of the floor")
    return protocol(value.__name__)(value)()


def _mapped(value: Mapping[Any, Any], imports: bool) -> Bound:
    given: dict[str, Any] = {str(key): one for key, one in value.items()}
    name = given.pop("name", None)
    if not isinstance(name, str):
        raise SpecError(f"protocol {shown(value)} has no name: write {{'name': 'society', 'rounds': 3}}")
    return _called(_named(name, imports), given, imports)


def _named(name: str, imports: bool) -> "Entry[...]":
    if name in _shipped():  # looked up first: to look for installed ones reads the whole environment
        return _shipped()[name]
    known = catalogue()
    if name in known:
        return known[name]
    if ":" in name:
        return _imported(name, imports)
    raise UnknownNameError("protocol", name, known)


def spelled(value: Any) -> Any:
    """The value of a parameter as a debate file has it: a function goes by its import path."""
    if isinstance(value, BaseModel) or not callable(value):
        return plain(value)
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}:{named.__qualname__}"


def _called(entry: "Entry[...]", given: Mapping[str, Any], imports: bool) -> Bound:
    """The entry with parameters as a debate file has them: import paths stand for functions."""
    hints = get_type_hints(entry.function)
    functions = {name for name, hint in hints.items() if _holds_function(hint)}
    paths = {name: given[name] for name in functions & given.keys() if isinstance(given[name], str)}
    return entry(**{**given, **{name: imported(path, imports) for name, path in paths.items() if ":" in path}})


def _holds_function(hint: Any) -> bool:
    return any(get_origin(part) is Callable for part in (hint, *get_args(hint)))


def imported(path: str, allowed: bool) -> Any:
    """What an import path, `mypkg.rules:my_protocol`, names.

    Raises:
        SpecError: Imports are not allowed, or there is no such thing.
    """
    if not allowed:
        raise SpecError(f"{path!r} names code to import: allow it with --allow-import (imports=True)")
    module, _, attribute = path.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise SpecError(f"{path!r} cannot be imported: {error}") from error


def _imported(path: str, allowed: bool) -> "Entry[...]":
    found = imported(path, allowed)
    if isinstance(found, Entry):
        return found
    if not inspect.iscoroutinefunction(found):
        raise SpecError(f"protocol {path!r} is no async function of the floor")
    return protocol(path)(found)
