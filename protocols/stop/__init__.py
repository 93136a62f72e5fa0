"""When a debate ends: rules asked after each whole round.

`rule(["unanimous", {"agreement": {"share": 0.8}}])` reads rules as they are written in a debate
file; every rule is also a function here: `stop.unanimous() | stop.rounds(4)`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moot.errors import SpecError, UnknownNameError
from moot.names import arguments, parse
from moot.protocols.stop.byzantine import byzantine
from moot.protocols.stop.rule import Both, Either, Stop, tested
from moot.protocols.stop.rules import (
    agreement,
    calls,
    confident,
    gate,
    judged,
    minutes,
    rounds,
    stable,
    tokens,
    unanimous,
    usd,
)
from moot.protocols.stop.steady import steady

__all__ = [
    "Stop",
    "agreement",
    "byzantine",
    "calls",
    "confident",
    "gate",
    "judged",
    "minutes",
    "rounds",
    "rule",
    "stable",
    "steady",
    "tested",
    "tokens",
    "unanimous",
    "usd",
]

CATALOGUE: dict[str, Callable[..., Stop]] = {
    "rounds": rounds,
    "unanimous": unanimous,
    "agreement": agreement,
    "byzantine": byzantine,
    "gate": gate,
    "stable": stable,
    "steady": steady,
    "judged": judged,
    "confident": confident,
    "usd": usd,
    "tokens": tokens,
    "calls": calls,
    "minutes": minutes,
}


def rule(value: "str | Mapping[str, Any] | Sequence[object] | Stop") -> Stop:
    """The stop rule of that spelling.

    Args:
        value: A name (`"rounds?limit=4"`), `{"agreement": {"share": 0.8}}`, a list of those
            (any of them), `{"all": [...]}` (all of them), or a rule.

    Raises:
        UnknownNameError: There is no such rule or parameter.
        SpecError: A value does not fit.
    """
    if isinstance(value, Stop):
        return value
    if isinstance(value, str):
        return _made(*parse(value))
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise SpecError(f"a stop rule is one name with its parameters, not {sorted(value)}")
        name, given = next(iter(value.items()))
        return Both(_several(given)) if name == "all" else _made(name, given)
    return Either(_several(value))


def _several(values: Sequence[Any]) -> tuple[Stop, ...]:
    if isinstance(values, str) or not hasattr(values, "__iter__") or not values:
        raise SpecError(f"stop takes a list of rules, not {values!r}")
    return tuple(rule(value) for value in values)


def _made(name: str, given: Mapping[str, Any] | str | float | None) -> Stop:
    if name not in CATALOGUE:
        raise UnknownNameError("stop rule", name, [*CATALOGUE, "all"])
    make = CATALOGUE[name]
    function = getattr(make, "__wrapped__", make)
    skip = int(function is not make)
    if given is not None and not isinstance(given, Mapping):  # `rounds: 4` says it all
        names = [parameter for parameter in function.__annotations__ if parameter not in {"standing", "return"}]
        if not names:
            raise SpecError(f"stop rule {name!r} takes no value, not {given!r}")
        given = {names[0]: given}
    return make(**arguments(function, given or {}, kind=f"stop rule {name!r}", skip=skip))
