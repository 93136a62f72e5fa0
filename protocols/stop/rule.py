"""What a stop rule is: asked after each whole round, it says why the debate should end, or None.

`a | b` ends when either fires, `a & b` when both do.
"""

import functools
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Concatenate, ParamSpec, Protocol

from pydantic import JsonValue

from moot.names import arguments, written
from moot.protocols.confidence import Source
from moot.protocols.standing import Standing
from moot.protocols.transcript import Turn

P = ParamSpec("P")


class Watching(Protocol):
    """What a stop rule may use: how the debate stands, and the judge."""

    async def standing(self) -> Standing:
        """How the debate stands after the round."""
        ...

    async def ask_judge(self, template: str, *, words: tuple[str, ...] = ()) -> Turn:
        """One turn of the judge, who reads the last round and says one of the words."""
        ...


class Stop:
    """A stop rule."""

    @property
    @abstractmethod
    def leaves(self) -> "tuple[Stop, ...]":
        """The simple rules it is made of."""

    @property
    def asks(self) -> bool:
        """Whether it may ask a judge."""
        return any(leaf.asks for leaf in self.leaves)

    @property
    def sources(self) -> frozenset[Source]:
        """Where it takes confidence from, so that debaters are asked for it."""
        return frozenset[Source]().union(*(leaf.sources for leaf in self.leaves))

    @abstractmethod
    async def fires(self, watching: Watching) -> str | None:
        """Why the debate should end now, in the rule's own words; None to go on."""

    @abstractmethod
    def test(self, standing: Standing) -> str | None:
        """As `fires`, for rules that need no call; a rule that would ask never fires here."""

    @abstractmethod
    def spec(self) -> JsonValue:
        """The spelling in a debate file."""

    def __or__(self, other: "Stop") -> "Stop":
        """End when either fires."""
        return Either((self, other))

    def __and__(self, other: "Stop") -> "Stop":
        """End when both fire after the same round."""
        return Both((self, other))

    def __repr__(self) -> str:
        return f"stop.{self.spec()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stop) and self.spec() == other.spec()

    def __hash__(self) -> int:
        return hash(str(self.spec()))


class Tested(Stop):
    """A pure rule."""

    def __init__(self, name: str, function: Callable[[Standing], str | None], parameters: Mapping[str, Any]) -> None:
        self.name, self.parameters = name, parameters
        self._function = function

    @property
    def leaves(self) -> tuple[Stop, ...]:
        """Itself."""
        return (self,)

    @property
    def asks(self) -> bool:
        """Never."""
        return False

    @property
    def sources(self) -> frozenset[Source]:
        """One, where confidence is what it is about."""
        weighs = self.name == "confident" or self.parameters.get("when") == "confidence"
        return frozenset((self.parameters.get("source", "stated"),)) if weighs else frozenset()

    async def fires(self, watching: Watching) -> str | None:
        """Test how the debate stands."""
        return self._function(await watching.standing())

    def test(self, standing: Standing) -> str | None:
        """Test how the debate stands."""
        return self._function(standing)

    def spec(self) -> JsonValue:
        """Its name with its parameters."""
        return written(self.name, self.parameters)


class Judged(Stop):
    """The judge is asked after each round whether the debate has said enough."""

    @property
    def leaves(self) -> tuple[Stop, ...]:
        """Itself."""
        return (self,)

    @property
    def asks(self) -> bool:
        """Always."""
        return True

    @property
    def sources(self) -> frozenset[Source]:
        """None."""
        return frozenset()

    async def fires(self, watching: Watching) -> str | None:
        """Ask; an unreadable reply goes on."""
        turn = await watching.ask_judge("enough", words=("stop", "continue"))
        return "judged: the judge ended the debate" if turn.answer == "stop" else None

    def test(self, standing: Standing) -> str | None:
        """None: a call would be needed."""
        return None

    def spec(self) -> JsonValue:
        """Its name."""
        return "judged"


class _Several(Stop):
    """Several rules as one, flattened where they are of one sort."""

    def __init__(self, rules: tuple[Stop, ...]) -> None:
        self.rules = tuple(_flat(type(self), rules))

    @property
    def leaves(self) -> tuple[Stop, ...]:
        """The simple rules below."""
        return tuple(leaf for rule in self.rules for leaf in rule.leaves)


class Either(_Several):
    """Ends when any of several fires; the first of those in order is named."""

    async def fires(self, watching: Watching) -> str | None:
        """Ask each in order until one fires."""
        for rule in self.rules:
            if (words := await rule.fires(watching)) is not None:
                return words
        return None

    def test(self, standing: Standing) -> str | None:
        """The first that fires."""
        return next((words for rule in self.rules if (words := rule.test(standing)) is not None), None)

    def spec(self) -> JsonValue:
        """A list is "or"."""
        return [rule.spec() for rule in self.rules]


class Both(_Several):
    """Ends when all of several fire after the same round."""

    async def fires(self, watching: Watching) -> str | None:
        """Ask each in order until one does not fire."""
        said: list[str] = []
        for rule in self.rules:
            words = await rule.fires(watching)
            if words is None:
                return None
            said.append(words)
        return " and ".join(said)

    def test(self, standing: Standing) -> str | None:
        """All of them, or None."""
        said = [rule.test(standing) for rule in self.rules]
        return " and ".join(words for words in said if words) if all(said) else None

    def spec(self) -> JsonValue:
        """A mapping with one key, `all`."""
        return {"all": [rule.spec() for rule in self.rules]}


def _flat(sort: type[_Several], rules: tuple[Stop, ...]) -> Iterator[Stop]:
    for rule in rules:
        if type(rule) is sort:
            yield from rule.rules
        else:
            yield rule


def tested(function: Callable[Concatenate[Standing, P], str | None]) -> Callable[P, Stop]:
    """Make a stop rule of a pure function of the standing and keyword parameters.

    The annotations of the parameters are checked when the rule is made.
    """

    @functools.wraps(function)
    def make(*args: P.args, **parameters: P.kwargs) -> Stop:
        names = [name for name in function.__annotations__ if name not in {"standing", "return"}]
        given = dict(zip(names, args, strict=False)) | dict(parameters)
        checked = arguments(function, given, kind=f"stop rule {function.__name__!r}", skip=1)

        def apply(standing: Standing) -> str | None:
            return function(standing, *args, **parameters)

        return Tested(function.__name__, apply, checked)

    return make
