"""What there is, as lists and as cards; every name that is listed has a card."""

from collections.abc import Callable
from typing import Any

import pytest

from moot import topologies
from moot.agents.models import known_models
from moot.protocols import catalogue, decide
from moot.protocols.prompting import shipped

Command = Callable[..., Any]


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_protocol_has_a_card_and_prompts(name: str, command: Command) -> None:
    card = catalogue()[name].card
    said = command("protocols", name)
    assert said.code == 0
    assert said.out.startswith(f"{name}  ({card.source})")
    assert card.calls in said.out
    assert "round 0" in command("prompts", name).out


def test_a_card_counts_and_draws(command: Command) -> None:
    lines = command("protocols", "du?rounds=4", "--agents", "5").out.splitlines()
    assert "calls: n · R; with 5 agents and 4 rounds: 20" in lines
    assert "a1  . x x x x  hears a2, a3, a4, a5" in lines
    assert any(line.startswith("  rounds=2") and "Most rounds" in line for line in lines)


def test_a_fixed_protocol_is_drawn_as_it_goes(command: Command) -> None:
    out = command("protocols", "mad_liang").out
    assert "judge  x x .  hears a1, a2" in out
    assert "nobody hears anybody" in command("protocols", "vote").out


def test_lists_name_everything(command: Command) -> None:
    assert [line.split()[0] for line in command("protocols").out.splitlines()] == list(catalogue())
    named = [card.name for card in topologies.cards()]
    assert [line.split()[0] for line in command("topologies").out.splitlines()] == named
    assert set(decide.catalogue()) <= {line.split(" ")[0] for line in command("decisions").out.splitlines()}
    listed = command("models").out
    assert all(card.name in listed for card in known_models())


def test_lists_are_objects_where_asked(command: Command) -> None:
    assert [one["name"] for one in command("protocols", "--json").object["protocols"]] == list(catalogue())
    assert command("topologies", "ring?k=2", "--agents", "7", "--json").object["measures"]["edges"] == 28
    assert command("decisions", "majority", "--json").object["parameters"]["share"]["default"] == "0.5"
    assert len(command("models", "--json").object["models"]) == len(known_models())
    assert command("models", "sim/debater", "--json").object["capabilities"]["chat"] is True
    assert command("prompts", "--json").object["templates"] == list(shipped())


def test_a_graph_is_drawn_and_measured(command: Command) -> None:
    out = command("topologies", "star", "--agents", "4").out
    assert "a1  . x x x  hears a2, a3, a4" in out
    assert "everyone is reached after 2 rounds" in out


@pytest.mark.parametrize("name", sorted(decide.catalogue()))
def test_every_decision_has_a_card(name: str, command: Command) -> None:
    assert command("decisions", name).out.startswith(f"{name}\n\n")


@pytest.mark.parametrize("name", [card.name for card in known_models() if card.kind == "sim"])
def test_every_simulated_model_has_a_card_that_explains_its_parameters(name: str, command: Command) -> None:
    out = command("models", name).out
    assert f"{name}  (simulated)" in out
    assert "parameters:" in out
    assert "world=0" in out


def test_a_real_model_has_price_limits_and_the_key_it_needs(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    out = command("models", "openai/gpt-5-mini").out
    assert "key: set OPENAI_API_KEY" in out
    assert "US dollars per million tokens" in out
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    out = command("models", "openai/gpt-5-mini").out
    assert "key: OPENAI_API_KEY is set" in out
    assert "secret" not in out
    assert "price: unknown" in command("models", "openai/unheard-of").out
    assert all("anthropic/" in line for line in command("models", "anthropic").out.splitlines()[1:-2])


def test_prompts_are_those_that_would_be_sent(command: Command) -> None:
    out = command("prompts", "society", "Is 7 prime?").out
    assert '<question kind="text">\nIs 7 prime?\n</question>' in out
    assert '<message author="a2" round="0">' in out
    assert command("prompts", "update").out.strip() == shipped()["update"]
    assert "judge (judge), aside" in command("prompts", "du", "--judge").out
    turns = command("prompts", "vote", "--json").object["turns"]
    assert [turn["seat"] for turn in turns] == ["a1", "a2", "a3"]
    assert turns[0]["prompt"][0]["role"] == "system"
