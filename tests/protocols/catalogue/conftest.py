"""Helpers for tests of whole protocols: scripted speakers, and who heard what."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.testing import Script

Says = str | list[str] | Callable[[Request], str]
"""One line for ever, lines in order, or a line computed from the request."""


class Held(NamedTuple):
    """A debate as it was held."""

    result: Result
    heard: dict[str, set[str]]
    """By turn, the turns of others that were newly shown to it."""


def speaker(name: str, says: Says) -> Agent:
    """An agent that says this."""
    if callable(says):
        return Agent(name, Script.by(says))
    return Agent(name, Script.by(lambda _: says) if isinstance(says, str) else Script(says))


@pytest.fixture
def hold() -> Callable[..., Held]:
    """Holds a debate of scripted speakers: protocol, question, what each seat says, what the judge says."""

    def hold(protocol: str, question: Question, seats: Mapping[str, Says], judge: Says | None = None) -> Held:
        agents = [speaker(name, says) for name, says in seats.items()]
        seated = None if judge is None else speaker("jo", judge)
        result = Debate(agents, protocol=protocol, judge=seated, quorum=1, seed=1).run(question, runtime="local")
        return Held(result, {turn.id: set(turn.heard) for turn in result.turns})

    return hold


@pytest.fixture
def simulated() -> Callable[..., Result]:
    """Holds a debate of simulated models, twice: both must be the same debate."""

    def simulated(protocol: str, question: Question, names: str, *, judge: bool = False, **given: object) -> Result:
        agents = [Agent(name, f"sim/debater?family={name}") for name in names.split()]
        debate = Debate(agents, protocol=protocol, judge="sim/debater?accuracy=0.9" if judge else None, seed=5, **given)  # type: ignore[arg-type]  # tests pass what a debate takes
        first, second = (debate.run(question, runtime="local") for _ in range(2))
        assert first.digest == second.digest
        return first

    return simulated


@pytest.fixture(scope="session")
def tables() -> dict[str, Any]:
    """What is written of each protocol in `tables/*.toml`, by its name."""
    found: dict[str, Any] = {}
    for path in sorted((Path(__file__).parent / "tables").glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert name not in found, f"{path.name} has a second table of {name}"
            found[name] = table
    return found
