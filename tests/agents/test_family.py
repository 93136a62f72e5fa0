"""Model families: the maker of a model, told by its name."""

import pytest

from moot import Agent, Debate
from moot.agents.family import families_of, family_of
from moot.agents.pool import Pool
from moot.testing import Script


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("openai/gpt-5-mini", "openai"),
        ("openai/o3", "openai"),
        ("openai/ft:gpt-4o-mini:acme::x1", "openai"),
        ("azure/gpt-4.1", "openai"),
        ("openrouter/openai/gpt-5", "openai"),
        ("groq/openai/gpt-oss-120b", "openai"),
        ("anthropic/claude-haiku-4-5", "anthropic"),
        ("bedrock/us.anthropic.claude-sonnet-4-v1:0", "anthropic"),
        ("vertex_ai/claude-opus-4@20250514", "anthropic"),
        ("gemini/gemini-2.5-flash", "google"),
        ("ollama/gemma3:4b", "google"),
        ("together_ai/meta-llama/Llama-3-8b", "meta"),
        ("ollama/llama3.1", "meta"),
        ("openrouter/deepseek/deepseek-r1-distill-llama-70b", "deepseek"),
        ("ollama/qwen3:8b", "qwen"),
        ("openrouter/mistralai/devstral-small", "mistral"),
        ("openrouter/x-ai/unheard-of", "xai"),
        ("xai/grok-4", "xai"),
        ("together_ai/acme/parrot-7b", "acme"),
        ("azure/prod", "azure"),
        ("sim/debater", "sim/a"),
        ("sim/stubborn?accuracy=0.9&family=b", "sim/b"),
        ("sim/exact-voter?init=A", "sim/exact-voter"),
        ("script", ""),
    ],
)
def test_a_family_is_the_maker_and_not_the_service_a_model_is_called_through(model: str, family: str) -> None:
    assert family_of(model) == family


def test_what_is_given_counts_first_and_the_longest_beginning_most() -> None:
    given = {"azure/": "OpenAI", "azure/prod-2": "mistral"}
    assert [family_of(f"azure/{name}", given) for name in ("prod-1", "prod-20")] == ["openai", "mistral"]
    assert family_of("openai/gpt-5", given) == "openai"


def test_an_agent_is_of_the_families_of_all_who_may_speak_for_it() -> None:
    pool = Pool(["sim/debater", "sim/debater?family=b"])
    assert families_of(Agent("ada", pool, fallback="anthropic/claude-opus-4-5")) == {"sim/a", "sim/b", "anthropic"}
    inner = Debate([Agent("x", pool), "sim/debater?family=c"], judge=["sim/debater?family=d", "sim/debater?family=e"])
    assert families_of(Agent("bo", inner)) == {f"sim/{one}" for one in "abcde"}
    assert families_of(Agent("cy", Script([], name="openai/gpt-5"))) == {"openai"}
    assert families_of(Agent("di", Script([]))) == frozenset()
