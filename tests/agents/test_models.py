"""The registry of models."""

import subprocess
import sys

import pytest

from moot.agents.llm import LLM, Capabilities, Endpoint
from moot.agents.models import (
    capabilities_of,
    check_credentials,
    endpoint_of,
    known_models,
    open_llm,
    price_of,
)
from moot.agents.provider.usage import Spent
from moot.errors import CredentialError, SpecError, UnknownNameError


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("opnai/gpt-5", "no provider 'opnai': did you mean 'openai'?"),
        ("antropic/claude-haiku-4-5", "no provider 'antropic': did you mean 'anthropic'?"),
        ("gpt-5-mini", "no model 'gpt-5-mini': did you mean 'openai/gpt-5-mini'?"),
        ("claude-haiku-4-5", "no model 'claude-haiku-4-5': did you mean 'anthropic/claude-haiku-4-5'?"),
        ("debater", "no model 'debater': did you mean 'sim/debater'?"),
        ("sim/debatr", "no simulated model 'sim/debatr': did you mean 'sim/debater'?"),
        ("sim/debater?acuracy=0.8", "no parameter of sim/debater 'acuracy': did you mean 'accuracy'?"),
    ],
)
def test_an_unknown_name_comes_with_the_nearest(model: str, sentence: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        endpoint_of(model)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("model", ["zzzzzz", "qqqqq/x", ""])
def test_a_name_like_nothing_gets_a_short_list(model: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        endpoint_of(model)
    assert "openai" in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("model", ["openai/", "openai/a b", "openai/a\nb", "openai/a\x1bb"])
def test_a_malformed_name_is_refused(model: str) -> None:
    with pytest.raises(SpecError, match="provider/model"):
        endpoint_of(model)


@pytest.mark.parametrize(
    "api_base",
    ["localhost:8000", "ftp://x", "http://", "https://user:pw@host/v1", "https://host/v1?key=abc", "file:///etc"],
)
def test_an_address_must_be_one_and_hold_no_key(api_base: str) -> None:
    with pytest.raises(SpecError) as caught:
        endpoint_of("openai/x", api_base=api_base)
    assert "pw" not in str(caught.value)
    assert "abc" not in str(caught.value)


def test_any_model_of_a_known_provider_has_an_endpoint() -> None:
    endpoint = endpoint_of("openrouter/new/model-of-tomorrow")
    assert (endpoint.kind, endpoint.model, endpoint.id) == ("provider", endpoint.id, "openrouter/new/model-of-tomorrow")


def test_endpoints_differ_where_the_address_or_the_price_does() -> None:
    ids = {
        endpoint_of("openai/x").id,
        endpoint_of("openai/x", api_base="http://127.0.0.1:1/v1").id,
        endpoint_of("openai/x", api_base="http://127.0.0.1:2/v1").id,
        endpoint_of("openai/x", price=(1, 2)).id,
        endpoint_of("openai/x", price=(1, 3)).id,
    }
    assert len(ids) == 5


def test_simulated_models_of_one_family_share_an_endpoint() -> None:
    one = endpoint_of("sim/debater?family=b&accuracy=0.7")
    other = endpoint_of("sim/stubborn?family=b")
    assert one == other
    assert (one.kind, one.id) == ("sim", "sim/debater~b")
    assert endpoint_of("sim/exact-voter?init=A").id == "sim/exact"


@pytest.mark.parametrize(
    "model", ["sim/debater", "sim/exact-voter?init=A", "openai/gpt-5-mini", "anthropic/claude-haiku-4-5"]
)
def test_what_is_opened_is_an_llm_with_the_capabilities_told_before(model: str) -> None:
    llm = open_llm(endpoint_of(model))
    assert isinstance(llm, LLM)
    assert llm.capabilities == capabilities_of(model)


def test_capabilities_say_what_a_provider_honours() -> None:
    assert capabilities_of("openai/gpt-5") == Capabilities(json_reply=True, seed=True)
    assert not capabilities_of("anthropic/claude-haiku-4-5").seed


def test_an_endpoint_of_a_package_that_is_missing_says_so() -> None:
    with pytest.raises(UnknownNameError, match="kind of model"):
        open_llm(Endpoint(id="x", kind="missing", model="missing/x"))


def test_credentials_are_asked_for_real_models_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    check_credentials("sim/debater")
    check_credentials("openai/x", api_base="http://127.0.0.1:1/v1")
    with pytest.raises(CredentialError, match="OPENAI_API_KEY"):
        check_credentials("openai/gpt-5")


def test_the_price_of_an_endpoint_is_the_users_first() -> None:
    own = price_of(endpoint_of("openai/gpt-5", price=(1.0, 2.0)))
    assert own is not None
    assert own.nano_usd(Spent(1, 1)) == 3000
    assert price_of(endpoint_of("openai/gpt-5")) is not None
    assert price_of(endpoint_of("openai/gpt-99")) is None
    simulated = price_of(endpoint_of("sim/debater"))
    assert simulated is not None
    assert simulated.nano_usd(Spent(10**6, 10**6)) == 0


def test_every_card_names_a_model_that_can_be_seated() -> None:
    cards = known_models()
    assert len({card.name for card in cards}) == len(cards)
    for card in cards:
        if card.kind == "provider":
            assert endpoint_of(card.name).kind == card.kind
            assert card.price is not None
            assert card.needs


def test_asking_about_models_imports_nothing_heavy() -> None:
    program = """
import sys
from moot.agents.models import capabilities_of, check_credentials, endpoint_of, known_models
known_models(), endpoint_of("openai/gpt-5"), capabilities_of("gemini/x"), check_credentials("ollama/x")
print(sorted({"litellm", "openai", "aiohttp", "httpx", "ray"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "[]"
