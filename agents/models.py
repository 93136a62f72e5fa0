"""The registry of models: from a name to an endpoint, its capabilities, its credentials, and the LLM itself.

A name is `provider/model` as litellm spells it, `sim/name?parameters`, or `NAME/…` where a package
offers NAME under the entry point group `moot.llms`. Names are checked here, before any call and
without network; what is heavy is imported only when an LLM is opened.
"""

import difflib
import importlib.metadata
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import cast
from urllib.parse import urlsplit

from pydantic import BaseModel

from moot.agents.llm import LLM, Capabilities, Endpoint
from moot.agents.provider import credentials, prices
from moot.agents.provider.facts import provider_capabilities, provider_of, providers
from moot.agents.provider.prices import Price
from moot.agents.sim import PRESETS, RULES, Simulated, endpoint_model
from moot.errors import SpecError, UnknownNameError

GROUP = "moot.llms"
"""Entry points of this group are called with an `Endpoint` and give an `LLM`."""

_WELL_KNOWN = ("sim", "openai", "anthropic", "gemini", "mistral", "deepseek", "xai", "groq", "openrouter", "ollama")
_ODD = re.compile(r"[\s\x00-\x1f\x7f]")


class ModelCard(BaseModel, frozen=True, extra="forbid"):
    """One model of the registry, for tables."""

    name: str
    kind: str
    """`provider`, `sim`, or the name of an entry point."""
    context: int | None = None
    """Most tokens of a prompt."""
    most: int | None = None
    """Most tokens of a reply."""
    price: tuple[float, float] | None = None
    """US dollars per million prompt tokens and per million reply tokens; nothing for simulated models."""
    needs: tuple[str, ...] = ()
    """Environment variables of which one must be set."""


def endpoint_of(model: str, *, api_base: str | None = None, price: tuple[float, float] | None = None) -> Endpoint:
    """The endpoint that answers for a model name.

    Args:
        model: Its full name.
        api_base: Another address of the same kind of endpoint.
        price: US dollars per million prompt tokens and per million reply tokens, in place of the price file's.

    Raises:
        UnknownNameError: No such provider or model; it carries the nearest name.
        SpecError: The name, a parameter of it, or the address is malformed.
    """
    kind = _kind(model)
    if kind == "sim":
        opened = endpoint_model(model)
        return Endpoint(id=opened.replace("?family=", "~"), kind=kind, model=opened)
    if api_base is not None:
        _check_address(model, api_base)
    marks = [
        f"@{re.sub(r'^https?://', '', api_base)}" if api_base else "",
        f"~{price[0]:g}-{price[1]:g}" if price else "",
    ]
    return Endpoint(id=model + "".join(marks), kind=kind, model=model, api_base=api_base, price=price)


def open_llm(endpoint: Endpoint) -> LLM:
    """The LLM behind an endpoint, in the process that will host it.

    Raises:
        UnknownNameError: Its kind comes from a package that is not installed here.
    """
    if endpoint.kind == "sim":
        return Simulated(endpoint.model)
    if endpoint.kind == "provider":
        from moot.agents.provider.gateway import Provider  # brings an HTTP client with it

        return Provider(endpoint)
    offered = _offered()
    if endpoint.kind not in offered:
        raise UnknownNameError("kind of model", endpoint.kind, ("provider", "sim", *offered))
    return cast("Callable[[Endpoint], LLM]", offered[endpoint.kind].load())(endpoint)


def capabilities_of(model: str) -> Capabilities:
    """What a model can do, without a call.

    Raises:
        UnknownNameError: No such model.
    """
    kind = _kind(model)
    return provider_capabilities(model) if kind == "provider" else open_llm(endpoint_of(model)).capabilities


def check_credentials(model: str, *, api_base: str | None = None) -> None:
    """Say before the first call that a model's key is missing.

    Raises:
        CredentialError: It is; the error names the variables.
        UnknownNameError: No such model.
    """
    if _kind(model) == "provider":
        credentials.check_credentials(model, api_base=api_base)


def price_of(endpoint: Endpoint) -> Price | None:
    """What an endpoint costs, as the user gave it or as the price file has it; None where neither knows."""
    if endpoint.kind == "sim":
        return Price(prompt=Decimal(0), reply=Decimal(0))
    return prices.given(endpoint.price) or prices.price_of(endpoint.model)


def known_models() -> tuple[ModelCard, ...]:
    """Every model there is a card for: simulated ones, those of installed packages, well-known ones of providers.

    A provider's other models can be used as well; they only have no card.
    """
    simulated = [ModelCard(name=f"sim/{name}", kind="sim", price=(0.0, 0.0)) for name in (*PRESETS, *RULES)]
    installed = [ModelCard(name=f"{name}/…", kind=name) for name in sorted(_offered())]
    return (*simulated, *installed, *(_card(name, entry) for name, entry in prices.prices().items()))


def _card(name: str, entry: Price) -> ModelCard:
    return ModelCard(
        name=name,
        kind="provider",
        context=entry.context,
        most=entry.most,
        price=(float(entry.prompt), float(entry.reply)),
        needs=providers()[provider_of(name)].keys,
    )


def _kind(model: str) -> str:
    """`sim`, `provider` or the entry point that a name belongs to.

    Raises:
        UnknownNameError: It belongs to none.
        SpecError: It has no model after the slash, or holds spaces.
    """
    head, slash, rest = model.partition("/")
    if not slash:
        raise _bare(model)
    if head == "sim":
        endpoint_model(model)
        return head
    if head not in providers() and head not in _offered():
        raise _stranger(head)
    if not rest or _ODD.search(model):
        raise SpecError(f"model {model!r}: write provider/model without spaces, for example 'openai/gpt-5-mini'")
    return "provider" if head in providers() else head


def _check_address(model: str, api_base: str) -> None:
    parts = urlsplit(api_base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SpecError(f"api_base {api_base!r} of {model!r}: give an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None or parts.query:
        raise SpecError(f"api_base of {model!r}: keep keys and passwords out of it, they belong in the environment")


def _bare(model: str) -> UnknownNameError:
    names = [card.name for card in known_models() if not card.name.endswith("…")]
    same = [name for name in names if name.partition("/")[2] == model.partition("?")[0]]
    ending = [name for name in names if name.endswith(f"/{model}")]
    near = (
        same or ending or [name for name in names if difflib.get_close_matches(model, [name.partition("/")[2]], 1, 0.6)]
    )
    return UnknownNameError("model", model, near or [f"{name}/…" for name in _WELL_KNOWN])


def _stranger(head: str) -> UnknownNameError:
    known = ("sim", *providers(), *_offered())
    near = difflib.get_close_matches(head, known, 1, 0.5)
    return UnknownNameError("provider", head, near or _WELL_KNOWN)


@cache
def _offered() -> Mapping[str, importlib.metadata.EntryPoint]:
    return {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}
