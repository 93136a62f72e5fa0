"""An agent as plain values: in a debate file and in a store."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, cast

from moot.agents.absent import Absent
from moot.agents.agent import FIELDS, Agent
from moot.agents.llm import LLM
from moot.agents.pool import Pool
from moot.errors import SpecError, UnknownNameError


def written_agent(agent: Agent) -> dict[str, Any]:
    """The agent as plain values; what is not set is left out, and an LLM object leaves its name only."""
    given = {field.name: getattr(agent, field.name) for field in dataclasses.fields(agent)}
    given["llm"] = _written_llm(agent.llm)
    given["fallback"] = None if agent.fallback is None else _written_llm(agent.fallback)
    given["price"] = None if agent.price is None else list(agent.price)
    given["extra"] = dict(agent.extra) or None
    return {key: value for key, value in given.items() if value is not None}


def agent_of(given: Any, name: str, debate: Callable[[Mapping[str, Any]], LLM], *, absent: bool = False) -> Agent:
    """The agent of a bare model name, or of a mapping as `written_agent` writes it.

    Args:
        given: Plain values; `llm: {debate: …}` seats a debate.
        name: Its name where `given` has none.
        debate: Makes a debate of its spec.
        absent: Whether objects may be missing, as in a record that is only read.

    Raises:
        UsageError: A key is unknown, or a value does not fit; the sentence names it.
    """
    if isinstance(given, str):
        return Agent(name, given)
    if not isinstance(given, Mapping):
        raise SpecError(f"an agent is a model name or a mapping with name and llm, not {given!r}")
    values: dict[str, Any] = {"name": name, **cast(Mapping[str, Any], given)}
    for key in values:
        if key not in FIELDS:
            raise UnknownNameError("key of an agent", str(key), FIELDS)
    if "llm" not in values:
        raise SpecError(f"agent {values['name']!r} has no llm: give it a model name")
    llm: Any = values.pop("llm")
    if isinstance(llm, dict) and "debate" in llm:
        llm = debate(cast(dict[str, Any], llm)["debate"])
    elif isinstance(llm, dict) and "pool" in llm:
        llm = Pool(cast(dict[str, Any], llm)["pool"])
    values["llm"] = llm
    for key in ("llm", "fallback"):
        if isinstance(values.get(key), Mapping) and "object" in values[key]:
            values[key] = Absent(str(values[key]["object"]), str(values["name"]))
            if not absent:
                values[key].check()
    return Agent(**{key: value for key, value in values.items() if value is not None})


def _written_llm(llm: str | LLM) -> str | dict[str, Any]:
    if isinstance(llm, str):
        return llm
    if isinstance(llm, Pool):
        return {"pool": list(llm.models)}
    spec: Callable[[], dict[str, Any]] | None = getattr(llm, "spec", None)
    if spec is None:
        return {"object": llm.name}
    return {"debate": {key: value for key, value in spec().items() if key != "seed"}}  # its draws follow the outer seed
