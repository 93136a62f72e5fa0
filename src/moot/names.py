"""Names with parameters, `"ring?k=2&seed=7"`: read, checked against a function, and written back.

The one spelling serves topologies, protocols, decisions, stop rules and models.
"""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from moot.errors import SpecError, UnknownNameError

_LENIENT = ConfigDict(arbitrary_types_allowed=True)


def parse(text: str) -> tuple[str, dict[str, str]]:
    """The name and its parameters.

    Raises:
        SpecError: A parameter is given twice or has no value.

    >>> parse("ring?k=2")
    ('ring', {'k': '2'})
    """
    name, mark, query = text.strip().partition("?")
    pairs = parse_qsl(query, keep_blank_values=True) if mark else []
    parameters = dict(pairs)
    if len(parameters) < len(pairs) or (mark and not pairs):
        raise SpecError(f"{text!r}: write parameters as name?key=value&key=value, each key once")
    return name, parameters


def written(name: str, parameters: Mapping[str, Any]) -> str:
    """The spelling that `parse` reads back.

    >>> written("majority", {"share": 0.6}), written("judge", {"swap": True})
    ('majority?share=0.6', 'judge?swap=true')
    """
    plain = {key: str(value).lower() if isinstance(value, bool) else value for key, value in parameters.items()}
    return f"{name}?{urlencode(plain)}" if parameters else name


def plain(value: Any) -> Any:
    """The value of a parameter as a debate file has it: a record is a mapping."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def arguments(function: Callable[..., Any], given: Mapping[str, Any], *, kind: str, skip: int = 0) -> dict[str, Any]:
    """The given parameters as the function's keyword arguments, checked and converted by its annotations.

    Args:
        function: Whose signature says what there is.
        given: Values as strings or as they stand in a YAML file.
        kind: What the function is, for the error's sentence.
        skip: Leading parameters that are not the user's to give.

    Raises:
        UnknownNameError: The function takes no such parameter.
        SpecError: A value does not fit.
    """
    hints = get_type_hints(function, include_extras=True)
    allowed = list(inspect.signature(function).parameters)[skip:]
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in allowed:
            raise UnknownNameError(f"parameter of {kind}", name, allowed)
        try:
            values[name] = _adapter(hints.get(name, Any)).validate_python(value)
        except ValidationError as error:
            reason = error.errors()[0]["msg"].lower().removeprefix("value error, ")
            raise SpecError(f"{kind}: {name}={value!r}: {reason}") from error
    return values


def _adapter(hint: Any) -> TypeAdapter[Any]:
    # pydantic takes no configuration for a dataclass, which has its own
    own: bool = dataclasses.is_dataclass(hint)
    adapter: TypeAdapter[Any] = TypeAdapter(hint, config=None if own else _LENIENT)
    return adapter
