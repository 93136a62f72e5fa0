"""An agent as plain values: in a debate file and in a store."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import JsonValue, TypeAdapter, ValidationError

from moot.agents.agent import Agent
from moot.agents.llm import LLM
from moot.errors import SpecError, UnknownNameError

_TYPES: dict[str, Any] = {
    "name": str,
    "llm": str,
    "persona": str,
    "role": str,
    "temperature": float,
    "top_p": float,
    "max_tokens": int,
    "api_base": str,
    "price": tuple[float, float],
    "fallback": str,
    "extra": dict[str, JsonValue],
}


def written_agent(agent: Agent) -> dict[str, Any]:
    """The agent as plain values; what is not set is left out, and an LLM object leaves its name only."""
    given = {field.name: getattr(agent, field.name) for field in dataclasses.fields(agent)}
    given["llm"] = _written_llm(agent.llm)
    given["fallback"] = None if agent.fallback is None else _written_llm(agent.fallback)
    given["price"] = None if agent.price is None else list(agent.price)
    given["extra"] = dict(agent.extra) or None
    return {key: value for key, value in given.items() if value is not None}


def agent_of(given: Any, name: str, debate: Callable[[Mapping[str, Any]], LLM]) -> Agent:
    """The agent of a bare model name, or of a mapping as `written_agent` writes it.

    Args:
        given: Plain values; `llm: {debate: …}` seats a debate.
        name: Its name where `given` has none.
        debate: Makes a debate of its spec.

    Raises:
        UsageError: A key is unknown, or a value does not fit; the sentence names it.
    """
    if isinstance(given, str):
        return Agent(name, given)
    if not isinstance(given, Mapping):
        raise SpecError(f"an agent is a model name or a mapping with name and llm, not {given!r}")
    values = {"name": name, **cast(Mapping[str, Any], given)}
    for key in values:
        if key not in _TYPES:
            raise UnknownNameError("key of an agent", str(key), _TYPES)
    if "llm" not in values:
        raise SpecError(f"agent {values['name']!r} has no llm: give it a model name")
    llm: Any = values.pop("llm")
    checked = {key: _checked(values["name"], key, value) for key, value in values.items() if value is not None}
    if isinstance(llm, dict) and "debate" in llm:
        return Agent(llm=debate(cast(dict[str, Any], llm)["debate"]), **checked)
    return Agent(llm=_checked(values["name"], "llm", cast(object, llm)), **checked)


def _checked(agent: object, key: str, value: object) -> Any:
    if isinstance(value, Mapping) and "object" in value:
        raise SpecError(
            f"agent {agent!r} was given an object as its {key}, which no file holds: use the program that made it"
        )
    try:
        return TypeAdapter(_TYPES[key]).validate_python(value)
    except ValidationError as error:
        raise SpecError(f"agent {agent!r}: {key} {value!r}: {error.errors()[0]['msg'].lower()}") from error


def _written_llm(llm: str | LLM) -> str | dict[str, Any]:
    if isinstance(llm, str):
        return llm
    spec: Callable[[], dict[str, Any]] | None = getattr(llm, "spec", None)
    if spec is None:
        return {"object": llm.name}
    return {"debate": {key: value for key, value in spec().items() if key != "seed"}}  # its draws follow the outer seed
