"""Names of simulated models: `sim/debater?accuracy=0.8&family=b`, `sim/exact-voter?init=A`.

Values are percent-decoded, so that an answer may hold `&` (`%26`). Everything is checked when the
name is, before any call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from moot.agents.sim.bank import lookup
from moot.agents.sim.debater import PRESETS, Debater
from moot.agents.sim.exact import RULES
from moot.agents.sim.rule import Rule
from moot.errors import DataError, SpecError, UnknownNameError

Record = TypeVar("Record", bound=BaseModel)

PREFIX = "sim/"
EXACT = "sim/exact"
"""The endpoint of all exact agents: their parameters travel in the request."""


def _seconds(written: object) -> object:
    return tuple(written.split(",")) if isinstance(written, str) else written


class Delivery(BaseModel, frozen=True, extra="forbid"):
    """How replies of a simulated model come, whatever they say; every model takes these."""

    latency: Annotated[
        tuple[Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)], ...], BeforeValidator(_seconds)
    ] = ()
    """Seconds really slept at a seat's turn 0, 1, …; the last repeats."""
    fail: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of calls that come back as an outage, the same ones each time for one seed."""


@dataclass(frozen=True, slots=True)
class SimName:
    """A checked name."""

    model: str
    """As written."""
    name: str
    """After `sim/`, without parameters."""
    behaviour: Debater | Rule
    """Its parameters."""
    delivery: Delivery
    identity: str
    """Equal for models that reply alike: the name and its parameters in order, without `latency` and `fail`."""


@lru_cache(maxsize=4096)
def parse_sim(model: str) -> SimName:
    """The checked parts of a simulated model's name.

    Args:
        model: `sim/` with a preset or an exact rule, and parameters.

    Raises:
        UnknownNameError: No such model, or no such parameter; it carries the nearest.
        SpecError: A parameter's value is wrong or missing, or its pack cannot be read.
    """
    name, _, query = model.removeprefix(PREFIX).partition("?")
    known = (*PRESETS, *RULES)
    if not model.startswith(PREFIX) or name not in known:
        raise UnknownNameError("simulated model", model.partition("?")[0], [f"{PREFIX}{one}" for one in known])
    given = _parameters(model, query)
    rule = RULES.get(name)
    _check_names(name, given, rule or Debater)
    delivery = {key: value for key, value in given.items() if key in Delivery.model_fields}
    manner = {key: value for key, value in given.items() if key not in Delivery.model_fields}
    behaviour: Debater | Rule
    if rule is None:
        behaviour = _made(model, Debater, {**PRESETS[name].parameters, **manner})
    else:
        behaviour = _made(model, rule, manner)
    _check_pack(model, behaviour.pack)
    identity = "&".join([name, *(f"{key}={manner[key]}" for key in sorted(manner))])
    return SimName(model, name, behaviour, _made(model, Delivery, delivery), identity)


def endpoint_model(model: str) -> str:
    """The model that the actor of a name is opened with: one per family, one for all exact agents.

    >>> endpoint_model("sim/stubborn?family=b&accuracy=0.8"), endpoint_model("sim/exact-voter?init=A")
    ('sim/debater?family=b', 'sim/exact')
    """
    behaviour = parse_sim(model).behaviour
    return f"{PREFIX}debater?family={behaviour.family}" if isinstance(behaviour, Debater) else EXACT


def _parameters(model: str, query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for part in query.split("&") if query else ():
        key, mark, value = part.partition("=")
        if not mark:
            raise SpecError(f"{model!r}: {part!r} is no parameter: write name=value")
        if key in given:
            raise SpecError(f"{model!r}: {key!r} is given twice")
        given[key] = unquote(value)
    return given


def _check_names(name: str, given: Mapping[str, str], record: type[BaseModel]) -> None:
    known = (*record.model_fields, *Delivery.model_fields)
    for key in given:
        if key not in known:
            raise UnknownNameError(f"parameter of {PREFIX}{name}", key, known)


def _made(model: str, record: type[Record], values: Mapping[str, str]) -> Record:
    try:
        return record.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "missing":
            raise SpecError(f"{model!r}: it needs {field}=, for example {_example(model, field)!r}") from error
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise SpecError(f"{model!r}: {field}={values.get(field, '')} {reason}") from error


def _example(model: str, field: str) -> str:
    value = {"init": "A", "lam": "0.3", "anchor": "0.5", "eps": "0.2"}.get(field, "1")
    return f"{model}{'&' if '?' in model else '?'}{field}={value}"


def _check_pack(model: str, pack: str | None) -> None:
    if pack is None:
        return
    try:
        lookup("", None, pack=pack)
    except DataError as error:
        raise SpecError(f"{model!r}: pack {error}") from error
