"""Keys: found in the environment, asked for before the first call, never another provider's."""

import os

import pytest

from moot.agents.provider.credentials import NO_KEY, check_credentials, key_of
from moot.errors import CredentialError


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_TOKEN", "_BASE_URL", "_API_BASE")):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("model", "variables"),
    [
        ("openai/gpt-5-mini", ("OPENAI_API_KEY",)),
        ("anthropic/claude-haiku-4-5", ("ANTHROPIC_API_KEY",)),
        ("gemini/gemini-2.5-flash", ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    ],
)
def test_a_missing_key_names_its_variables(model: str, variables: tuple[str, ...]) -> None:
    with pytest.raises(CredentialError) as caught:
        check_credentials(model)
    assert caught.value.variables == variables
    assert str(caught.value) == f"no API key for {model!r}: set {' or '.join(variables)}"


def test_any_one_of_the_variables_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "g")
    check_credentials("gemini/gemini-2.5-flash")
    assert key_of("gemini/gemini-2.5-flash") == "g"


def test_an_empty_variable_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with pytest.raises(CredentialError):
        check_credentials("openai/gpt-5")


@pytest.mark.parametrize(
    "model", ["ollama/llama3", "lm_studio/x", "hosted_vllm/x", "bedrock/x", "vertex_ai/x", "nobody/x"]
)
def test_local_servers_and_accounts_need_no_key(model: str) -> None:
    check_credentials(model)


def test_a_given_address_may_ask_for_no_key_and_gets_a_placeholder() -> None:
    check_credentials("openai/x", api_base="http://127.0.0.1:8000/v1")
    assert key_of("openai/x", "http://127.0.0.1:8000/v1") == NO_KEY


def test_an_address_in_the_environment_counts_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
    check_credentials("openai/x")


def test_a_key_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a")
    monkeypatch.setenv("HOSTED_VLLM_API_KEY", "b")
    assert key_of("openai/x", "http://127.0.0.1:8000/v1") == "a"
    assert key_of("hosted_vllm/x", "http://127.0.0.1:8000/v1") == "b"


def test_the_key_of_one_provider_is_not_the_key_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a")
    assert key_of("scaleway/x") is None
    assert key_of("xai/x", "https://api.example.org") == NO_KEY


def test_a_login_is_no_key_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_AD_TOKEN", "t")
    check_credentials("azure/x")
    assert key_of("azure/x", "https://x.example.org") is None
