"""What a debate was given, held to its sorts: a value of another sort is refused in one sentence with its mend."""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeGuard, cast

from pydantic import ValidationError

from moot.agents.agent import RESERVED, Agent
from moot.agents.limits import Limits
from moot.agents.llm import LLM
from moot.errors import SeatingError, SpecError, UnknownNameError, shown
from moot.protocols.floor.seats import COMPARER, DEBATER, JUDGE, Seat
from moot.protocols.registry import Bound, imported
from moot.runs.policy import Budget, Policy

Same = Callable[[str, str], bool]
SAME = "same"
"""The seat of an LLM that compares answers."""
Speaker = Agent | str | LLM
"""An agent, or what may speak for one."""


def agents_of(given: object) -> tuple[Agent, ...]:
    """The agents; a bare model name or LLM is seated as `a1`, `a2`, ….

    Raises:
        SpecError: It is no list of agents.
    """
    if not _is_list(given):
        raise SpecError(f"agents {shown(given)}: give a list, as in ['sim/debater', Agent('bo', 'sim/debater')]")
    return tuple(agent if isinstance(agent, Agent) else Agent(f"a{at}", agent) for at, agent in enumerate(given, 1))


def seats_of(agents: Sequence[Agent], protocol: Bound) -> tuple[Seat, ...]:
    """The debaters' seats, as many for each agent as the protocol has copies of it.

    Raises:
        SeatingError: They are too few or too many, or a name is not theirs alone.
    """
    names = [agent.name for agent in agents]
    if not agents:
        raise SeatingError("a debate needs at least one agent")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise SeatingError(f"two agents are named {doubled[0]!r}: give each its own name")
    if taken := RESERVED & set(names):
        raise SeatingError(f"the name {min(taken)!r} is reserved: call the agent otherwise, or give it as judge=")
    if acting := [agent.name for agent in agents if agent.role == JUDGE]:
        raise SeatingError(
            f"agent {acting[0]!r}: no debater has the role 'judge': give another, or the agent as judge="
        )
    fewest, most = protocol.card.debaters
    if len(agents) < fewest or (most is not None and len(agents) > most):
        wanted = str(fewest) if fewest == most else f"at least {fewest}"
        raise SeatingError(f"protocol {protocol.card.name!r} seats {wanted} agents, not {len(agents)}")
    copies = range(1, protocol.copies + 1)
    seated = [
        (f"{agent.name}-{copy}" if protocol.copies > 1 else agent.name, agent) for agent in agents for copy in copies
    ]
    return tuple(Seat(name, agent, role=agent.role or DEBATER) for name, agent in seated)


def judges_of(given: object) -> tuple[Seat, ...]:
    """The judges' seats in order, `judge`, `judge-2`, …: of several each takes over from those before it.

    Raises:
        SpecError: One is no agent, model name or LLM.
    """
    several: list[Any] = [] if given is None else [*given] if _is_list(given) else [given]
    named = [(JUDGE if place == 1 else f"{JUDGE}-{place}", one) for place, one in enumerate(several, 1)]
    return tuple(Seat(name, one if isinstance(one, Agent) else Agent(name, one), role=JUDGE) for name, one in named)


def check_apart(debaters: Sequence[Seat], others: Sequence[Seat]) -> None:
    """Let pass seats beside the debaters' whose names no debater has.

    Raises:
        SeatingError: A debater is called as one of them.
    """
    if taken := sorted({seat.name for seat in debaters} & {seat.name for seat in others}):
        raise SeatingError(f"the name {taken[0]!r} is taken by {taken[0]!r} of this debate: call the agent otherwise")


def whole(key: str, value: Any, *, least: float = -math.inf) -> int | None:
    """The whole number, or None.

    Raises:
        SpecError: It is another sort of value, or less than `least`.
    """
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SpecError(f"{key}={shown(value)}: give a whole number{'' if least < 0 else f', at least {least}'}")
    return value


def needed(quorum: Any, seats: int) -> int:
    """How many of so many debaters a quorum is; None is more than half.

    A share is the decimal number it is written as: 0.28 of 25 is 7, although the float is above 7/25.

    Raises:
        SpecError: It is no number, or can never be reached or missed.

    >>> needed(None, 4), needed(0.28, 25), needed(2, 3)
    (3, 7, 2)
    """
    if quorum is None:
        return seats // 2 + 1
    number = isinstance(quorum, int | float) and not isinstance(quorum, bool) and math.isfinite(quorum)
    debaters = 0 if not number else math.ceil(Fraction(str(quorum)) * seats) if isinstance(quorum, float) else quorum
    if not 1 <= debaters <= seats:
        raise SpecError(
            f"quorum {shown(quorum)} must be from 1 to {seats}, a whole number, or a share of the debaters such as 0.5"
        )
    return debaters


def budget_of(given: Any) -> Budget:
    """The caps; a number is US dollars.

    Raises:
        UsageError: It is neither, or a cap has no such name or value.
    """
    if isinstance(given, Budget):
        return given
    amount = isinstance(given, int | float) and not isinstance(given, bool)
    return cast(Budget, _record(Budget, {"usd": given} if amount else given, "budget", "US dollars, or {'calls': 100}"))


def policy_of(given: Any) -> Policy:
    """What happens when a call goes wrong.

    Raises:
        UsageError: It is no policy, or has no such part or value.
    """
    if isinstance(given, Policy):
        return given
    return cast(Policy, _record(Policy, given, "policy", "Policy(timeout_s=60), or {'timeout_s': 60}"))


def limits_given(given: Any, models: Iterable[str]) -> dict[str, Limits]:
    """What providers or models bear, by their names.

    Args:
        given: Limits, or mappings of their parts, by name.
        models: The models that may be limited.

    Raises:
        UsageError: It is no such mapping, names nobody who is asked, or a limit has no such name or value.
    """
    if given is not None and not _is_map(given):
        raise SpecError(f"limits {shown(given)}: give {{'openai': {{'requests_per_minute': 500}}}}")
    names = [name for model in models for name in (model.partition("/")[0], model)]
    stated = dict[str, Limits]()
    for name, limits in (given or {}).items():
        if name not in names:
            raise UnknownNameError("model or provider to limit", str(name), list(dict.fromkeys(names)))
        made = limits if isinstance(limits, Limits) else _record(Limits, limits, f"limits of {name!r}", _LIMITED)
        stated[name] = cast(Limits, made)
    return stated


_LIMITED = "Limits(requests_per_minute=500), or {'requests_per_minute': 500}"


def prompts_of(given: Any) -> str | Path | Mapping[str, str] | None:
    """A folder of templates, or templates by name.

    Raises:
        SpecError: It is neither.
    """
    if given is None or isinstance(given, str | Path):
        return given
    words: Mapping[Any, Any] = given if _is_map(given) else {None: given}
    for name, text in words.items():
        if not isinstance(name, str) or not isinstance(text, str):
            what = shown(text) if name is None else f"{shown(name)}: {shown(text)}"
            raise SpecError(f"prompts {what}: give a folder of templates, or a mapping of template names to texts")
    return words


def same_of(given: Any, imports: bool) -> Same | Seat | None:
    """What says whether two answers are the same: a function, or the seat of an LLM that compares.

    Args:
        given: The function or its import path; or a model name, an LLM or an agent.
        imports: Whether import paths are allowed.

    Raises:
        SpecError: It is none of those, or may not be imported.
    """
    if isinstance(given, Agent):
        return Seat(SAME, given, role=COMPARER)
    if isinstance(given, LLM) or (isinstance(given, str) and "/" in given):
        return Seat(SAME, Agent(SAME, given), role=COMPARER)
    found: Any = imported(given, imports) if isinstance(given, str) and ":" in given else given
    if found is not None and (not callable(found) or inspect.iscoroutinefunction(found)):
        raise SpecError(
            f"same={shown(given)}: give a plain function of two answers, which says whether they are the same, "
            "or the name of a model that compares them"
        )
    return cast("Same | None", found)


def _is_list(value: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | Set)


def _is_map(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _record(
    model: type[Budget] | type[Policy] | type[Limits], given: Any, what: str, example: str
) -> Budget | Policy | Limits:
    if given is not None and not _is_map(given):
        raise SpecError(f"{what} {shown(given)}: give {example}")
    values: Mapping[str, Any] = given or {}
    for name in values:
        if name not in model.model_fields:
            raise UnknownNameError(f"key of {what}", str(name), model.model_fields)
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise SpecError(f"{what}: {first['loc'][0]}={shown(first['input'])}: {first['msg'].lower()}") from error
