"""What an agent may be: every field of the wrong sort or out of range is one sentence with its mend."""

from collections.abc import Mapping
from typing import Any

import pytest

from moot import Agent, Debate
from moot.agents.agent import FIELDS
from moot.agents.human import Human
from moot.errors import SpecError
from moot.runs.agent_spec import agent_of
from moot.testing import Script


class Nameless:
    """No LLM: it has neither name nor capabilities."""

    async def complete(self, request: object) -> None:
        """Say nothing."""


WRONG: list[tuple[str, Any, str]] = [
    ("name", 5, "1 to 64 of a-z"),
    ("name", "Ada", "1 to 64 of a-z"),
    ("name", "", "1 to 64 of a-z"),
    ("llm", None, "a model name"),
    ("llm", 42, "a model name"),
    ("llm", Script, "a model name .* or an object with name"),
    ("llm", Nameless(), "a model name .* or an object with name, capabilities and complete"),
    ("persona", 5, "a text"),
    ("role", ["critic"], "a text such as 'critic'"),
    ("temperature", "hot", "a number from 0 to 10"),
    ("temperature", True, "a number from 0 to 10"),
    ("temperature", float("nan"), "a number from 0 to 10"),
    ("temperature", 11, "a number from 0 to 10"),
    ("top_p", 0, "a number above 0, at most 1"),
    ("max_tokens", 1.5, "a whole number, at least 1"),
    ("max_tokens", 0, "a whole number, at least 1"),
    ("max_tokens", True, "a whole number, at least 1"),
    ("api_base", 80, "an address"),
    ("price", 5, "two numbers"),
    ("price", (1,), "two numbers"),
    ("price", (1, -1), "two numbers"),
    ("price", (1, float("nan")), "two numbers"),
    ("fallback", 5, "a model name"),
    ("extra", [1], "a mapping of plain values"),
    ("extra", {1: 2}, "a mapping of plain values"),
    ("extra", {"key": object()}, "a mapping of plain values"),
]


@pytest.mark.parametrize(("key", "value", "mend"), WRONG)
def test_a_value_of_the_wrong_sort_is_named_with_its_mend(key: str, value: Any, mend: str) -> None:
    given: Mapping[str, Any] = {"name": "ada", "llm": "sim/debater", key: value}
    with pytest.raises(SpecError, match=f"{key} .*: use {mend}") as caught:
        Agent(**given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("key", "value", "mend"), [row for row in WRONG if row[1] is not None])
def test_a_debate_file_is_held_to_the_same_sorts(key: str, value: Any, mend: str) -> None:
    with pytest.raises(SpecError, match=f"{key} .*: use {mend}"):
        agent_of({"name": "ada", "llm": "sim/debater", key: value}, "a1", Debate.from_spec)


def test_every_field_has_a_sort() -> None:
    assert list(FIELDS) == list(Agent.__dataclass_fields__)


def test_what_is_right_is_kept_as_it_is() -> None:
    script = Script([])
    given: Mapping[str, Any] = {"temperature": 0, "top_p": 1, "max_tokens": 1, "price": [0, 2], "extra": None}
    agent = Agent("ada", script, fallback="sim/debater", **given)
    assert (agent.llm, agent.temperature, agent.max_tokens, agent.price) == (script, 0, 1, (0, 2))
    assert agent.extra == {}


@pytest.mark.parametrize("seconds", ["60", None, True, 0, float("inf"), float("nan")])
def test_a_person_has_a_number_of_seconds(seconds: Any) -> None:
    with pytest.raises(SpecError, match=r"timeout_s .* must be a number above 0"):
        Human("ada", timeout_s=seconds)
