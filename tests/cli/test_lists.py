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


def test_a_card_says_what_to_beware_of_and_how_variants_differ(command: Command) -> None:
    lines = command("protocols", "consensus_super", "-n", "3", "--rounds", "4").out.splitlines()
    assert "pitfall: two of three are enough." in lines
    assert not any("Pitfall:" in line for line in lines)
    told = next(line for line in lines if line.startswith("variants: paper or reference. "))
    assert "never finds agreement among three or more drafters" in told  # the words of the protocol it points to
    assert told.endswith("Calls: paper 3, reference 12.")
    assert any(line.startswith("tokens: ") and line.endswith(" of replies") for line in lines)


def test_a_card_lists_the_waves(command: Command) -> None:
    lines = command("protocols", "mad_liang", "--rounds", "1").out.splitlines()
    assert lines[lines.index("wave by wave, where nobody ever agrees:") + 1 :] == [
        "aside    a1 (base)",
        "round 0  a1 (affirmative)",
        "round 0  a2 (negative) hears a1",
        "aside    judge (moderator) hears a1, a2",
        "aside    judge hears a1, a2",
        "aside    judge",
    ]
    long = command("protocols", "sequential?rounds=9", "-n", "4").out.splitlines()
    assert long[-1] == "and 24 more"


def test_a_card_is_an_object_where_asked(command: Command) -> None:
    card = command("protocols", "mad_liang", "--rounds", "2", "--json").object
    assert card["debate"]["agents"] == 2
    assert card["debate"]["rounds"] == 2
    assert card["debate"]["calls"] == [4, 9]
    assert card["variants"]["calls"] == {"paper": "4 to 9", "reference": "4 to 9"}
    assert ["a1", "judge"] in card["heard"]
    assert card["reconstruction"] is False
    assert command("protocols", "society", "--json").object["variants"] is None


def test_rounds_of_a_protocol_without_any_are_refused(command: Command) -> None:
    said = command("protocols", "vote", "--rounds", "3")
    assert said.code == 2
    assert "has no rounds to set" in said.err


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


def test_a_decision_s_card_tells_its_whole_story(command: Command) -> None:
    out = command("decisions", "judge").out
    assert "its backup is asked" in out
    assert "recuse=false" in out


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
