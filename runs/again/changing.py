"""A debate with other values, where rounds of it were held already."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, cast

from moot.agents.absent import Absent
from moot.agents.agent import Agent
from moot.agents.llm import LLM
from moot.errors import SeatingError, SpecError, UnknownNameError
from moot.runs.agent_spec import agent_of, written_agent
from moot.runs.given import agents_of
from moot.runs.spec import Spec

CHANGES = ("agents", "topology", "rounds", "judge", "decide", "stop", "quorum", "budget", "policy", "prompts", "same")
"""What may be changed, by the names of the arguments of a debate."""
_OF_THE_MODEL = ("api_base", "price", "extra")
"""What of an agent goes with its model, and not with its seat."""


def changed(debate: Spec, changes: Mapping[str, Any], *, imports: bool = False) -> Spec:
    """The debate with other values.

    Args:
        debate: What is changed.
        changes: By the names of the arguments of a debate. `agents` may be a mapping of names: to a
            model, which takes the seat with its persona and sampling, to a mapping of what changes
            of the agent, or to another agent.
        imports: Whether names may be import paths.

    Raises:
        UsageError: There is no such argument or agent, or a value does not fit.
    """
    for key in changes:
        if key in {"protocol", "seed"}:
            raise SpecError(
                f"{key}= cannot change where rounds are kept: a fork goes on in its parent's protocol, with its "
                "parent's draws; hold another debate instead"
            )
        if key not in CHANGES:
            raise UnknownNameError("change of a fork", key, CHANGES)
    rounds = changes.get("rounds")
    given: dict[str, Any] = {
        "topology": debate.topology if debate.protocol.card.hears == "any" else None,
        "protocol": debate.protocol if rounds is None else debate.protocol.with_rounds(rounds),
        "judge": [seat.agent for seat in debate.judges],
        "decide": debate.decide,
        "stop": debate.stop,
        "quorum": debate.quorum,
        "budget": debate.budget,
        "policy": debate.policy,
        "prompts": debate.prompts.replaced or None,
        "same": debate.same if debate.comparer is None else debate.comparer.agent,
        "seed": debate.seed,
    }
    given |= {key: value for key, value in changes.items() if key not in {"agents", "rounds"}}
    return type(debate)(_agents(debate, changes.get("agents")), imports=imports, **given)


def check_seated(before: Sequence[str], after: Sequence[str]) -> None:
    """Let pass debaters who are those that were seated.

    Raises:
        SeatingError: They are not.
    """
    if list(before) != list(after):
        raise SeatingError(
            f"a fork keeps its seats: the debaters are still {', '.join(before)}, not {', '.join(after)}"
        )


def present(debate: Spec, here: Spec) -> Spec:
    """The debate, its missing LLMs taken from one that holds the objects, where an agent is the same in both."""
    held = [*here.agents, *(seat.agent for seat in here.judges)]

    def found(agent: Agent) -> Agent:
        same = (one for one in held if isinstance(agent.llm, Absent) and written_agent(one) == written_agent(agent))
        return next(same, agent)

    agents, judges = debate.agents, [seat.agent for seat in debate.judges]
    if not any(isinstance(agent.llm, Absent) for agent in (*agents, *judges)):
        return debate
    return changed(debate, {"agents": [*map(found, agents)], "judge": [*map(found, judges)]})


def _agents(debate: Spec, given: Any) -> Sequence[Agent]:
    if given is None:
        return debate.agents
    names = [agent.name for agent in debate.agents]
    if not isinstance(given, Mapping):
        agents = agents_of(given)
        check_seated(names, [agent.name for agent in agents])
        return agents
    changes = cast("Mapping[str, Any]", given)
    for name in changes:
        if name not in names:
            raise UnknownNameError("agent", name, names)
    return [_agent(agent, changes[agent.name]) if agent.name in changes else agent for agent in debate.agents]


def _agent(agent: Agent, change: Any) -> Agent:
    """The agent, changed; another model does not inherit its predecessor's address and price."""
    if isinstance(change, Agent):
        return change
    now: dict[str, Any] = {field.name: getattr(agent, field.name) for field in fields(Agent)}
    if isinstance(change, str | LLM):
        kept = {key: value for key, value in now.items() if key not in {"llm", *_OF_THE_MODEL}}
        return Agent(llm=change, **kept)
    return agent_of({**now, **change} if isinstance(change, Mapping) else change, agent.name, Spec.from_spec)
