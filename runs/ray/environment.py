"""Which environment variables an LLM in another process needs, and how they get there unseen."""

import os
import re
from collections.abc import Iterator, Mapping

from moot.agents.llm import Endpoint
from moot.agents.provider.facts import provider_of, providers

_LOGINS = {
    "azure": ("AZURE_",),
    "azure_ai": ("AZURE_",),
    "bedrock": ("AWS_",),
    "gemini": ("GOOGLE_",),
    "huggingface": ("HF_",),
    "sagemaker": ("AWS_",),
    "vertex_ai": ("GOOGLE_", "VERTEX", "CLOUDSDK_"),
}
"""How the variables start by which a provider's own library logs in, where that is not the provider's name."""
_NETWORK = re.compile(r"(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|LITELLM_\w+", re.IGNORECASE)
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)


class Secrets(Mapping[str, str]):
    """Environment variables whose values are never shown."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = dict(variables)

    def __getitem__(self, name: str) -> str:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._variables))})"


def provider_environment(endpoint: Endpoint, variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a provider's adapter may read: the provider's own, and how to reach the network.

    Nobody else's keys: one endpoint's process has no use for another provider's.

    >>> endpoint = Endpoint(id="openai/gpt-5", kind="provider", model="openai/gpt-5")
    >>> provider_environment(endpoint, {"OPENAI_API_KEY": "k", "GEMINI_API_KEY": "g", "HOME": "/"})
    {'OPENAI_API_KEY': 'k'}
    """
    if endpoint.kind != "provider":
        return {}
    provider = provider_of(endpoint.model)
    known = providers().get(provider)
    keys = known.keys if known is not None else ()
    starts = (*_LOGINS.get(provider, ()), f"{provider.upper().replace('-', '_')}_")
    return {
        name: value
        for name, value in variables.items()
        if name in keys or name.startswith(starts) or _NETWORK.fullmatch(name)
    }


def without_secrets(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables whose names do not speak of keys.

    >>> without_secrets({"OPENAI_API_KEY": "k", "HOME": "/"})
    {'HOME': '/'}
    """
    return {name: value for name, value in variables.items() if not _SECRET.search(name)}
