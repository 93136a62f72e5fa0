"""Model families: who made the models that speak for an agent, told by their names alone.

A family is the maker of a model and not the service it is called through: `openai/gpt-5-mini`,
`azure/gpt-5` and `openrouter/openai/gpt-5` are all of `openai`.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from moot.agents.agent import Agent

MAKERS: Mapping[str, str] = {
    "gpt": "openai",
    "chatgpt": "openai",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
    "claude": "anthropic",
    "gemini": "google",
    "gemma": "google",
    "palm": "google",
    "deepseek": "deepseek",
    "llama": "meta",
    "codellama": "meta",
    "qwen": "qwen",
    "qwq": "qwen",
    "mistral": "mistral",
    "mixtral": "mistral",
    "ministral": "mistral",
    "magistral": "mistral",
    "codestral": "mistral",
    "devstral": "mistral",
    "pixtral": "mistral",
    "grok": "xai",
    "command": "cohere",
    "aya": "cohere",
    "phi": "microsoft",
    "nova": "amazon",
    "titan": "amazon",
    "nemotron": "nvidia",
    "granite": "ibm",
    "glm": "zai",
    "kimi": "moonshot",
    "jamba": "ai21",
}
"""Maker of a model whose name has a word that begins so; of several words the first counts."""
_ALIASES: Mapping[str, str] = {
    "meta-llama": "meta",
    "mistralai": "mistral",
    "x-ai": "xai",
    "z-ai": "zai",
    "gemini": "google",
}
_WORDS = re.compile(r"[a-z]+[0-9]*")
_LETTERS = re.compile(r"[a-z]+")


def family_of(model: str, given: Mapping[str, str] | None = None) -> str:
    """The family of a model, by its name alone.

    What is given counts first. Then, of a simulated model, its `family` parameter; else the maker of
    the first word that is known in the part after the last slash (`claude`, `llama`, …); else the
    organisation before that slash, which is the provider where nothing else is there.

    Args:
        model: Its name; one without a slash names no model and has no family.
        given: Families by how names of models begin; the longest beginning counts.

    Returns:
        In lower case; empty where it has none.

    >>> [family_of(name) for name in ("openai/gpt-5-mini", "openrouter/openai/gpt-5", "bedrock/us.anthropic.claude-4")]
    ['openai', 'openai', 'anthropic']
    >>> family_of("together_ai/acme/parrot-7b"), family_of("azure/prod"), family_of("azure/prod", {"azure/": "openai"})
    ('acme', 'azure', 'openai')
    """
    begun = [start for start in given or () if model.startswith(start)]
    if given is not None and begun:
        return given[max(begun, key=len)].lower()
    path, _, query = model.lower().partition("?")
    before, slash, name = path.rpartition("/")
    if not slash:
        return ""
    if before == "sim":
        return path if name.startswith("exact-") else f"sim/{dict(parse_qsl(query)).get('family', 'a')}"
    makers = [maker for word in _WORDS.findall(name) if (maker := _maker(word)) is not None]
    organisation = before.rpartition("/")[2]
    return makers[0] if makers else _ALIASES.get(organisation, organisation)


def families_of(agent: Agent, given: Mapping[str, str] | None = None) -> frozenset[str]:
    """The families of all models that may speak for an agent.

    Args:
        agent: Who speaks.
        given: See `family_of`.
    """
    return frozenset(family for model in models_of(agent) if (family := family_of(model, given)))


def models_of(agent: Agent) -> tuple[str, ...]:
    """The names of all models that may speak for an agent: its own, its fallback's, those of a pool or a debate."""
    voices = [agent.llm, *([] if agent.fallback is None else [agent.fallback])]
    named = [(llm,) if isinstance(llm, str) else getattr(llm, "models", (llm.name,)) for llm in voices]
    return tuple(model for models in named for model in models)


def _maker(word: str) -> str | None:
    """The maker of `gpt`, of `o3`, and of `qwen3` by its letters."""
    letters = _LETTERS.match(word)
    return MAKERS.get(word) or (MAKERS.get(letters[0]) if letters else None)
