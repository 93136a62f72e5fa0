"""What is known of a provider beforehand, from a table, so that nobody has to import litellm to ask.

The table names every provider that litellm speaks chat to; a test holds it against litellm itself.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from moot.agents.llm import Capabilities
from moot.agents.provider.prices import price_of

_FILE = Path(__file__).with_name("providers.json")


class ProviderFacts(BaseModel, frozen=True, extra="forbid"):
    """What is known of a provider beforehand."""

    keys: tuple[str, ...]
    """Environment variables of which one holds the key; empty where none is needed, or where the
    provider is logged in to by other means."""
    takes: tuple[str, ...]
    """Parameters it honours, of those that capabilities speak of."""


@cache
def providers() -> Mapping[str, ProviderFacts]:
    """Every provider by the name that stands before the slash."""
    table = cast("dict[str, object]", json.loads(_FILE.read_text(encoding="utf-8")))
    return {name: ProviderFacts.model_validate(row) for name, row in table.items()}


def provider_of(model: str) -> str:
    """The provider in a model's name.

    >>> provider_of("groq/openai/gpt-oss-120b")
    'groq'
    """
    return model.partition("/")[0]


def provider_capabilities(model: str) -> Capabilities:
    """What a provider's model is known to honour."""
    facts = providers().get(provider_of(model))
    takes = facts.takes if facts is not None else ()
    price = price_of(model)
    thinks = price is not None and price.thinks
    return Capabilities(
        json_reply="response_format" in takes,
        seed="seed" in takes,
        logprobs="logprobs" in takes and not thinks,  # models that think keep the likelihood of their tokens back
    )
