"""`moot models`: prices, limits, keys, and what simulated models take."""

import os
from typing import Annotated, Any

from cyclopts import Parameter

from moot.agents.models import ModelCard, capabilities_of, endpoint_of, known_models, price_of
from moot.agents.provider import prices
from moot.agents.provider.facts import provider_of, providers
from moot.agents.sim import PRESETS, RULES
from moot.agents.sim.debater import Debater
from moot.cli import options
from moot.cli.output import json_line, show
from moot.cli.telling import fields_of, rows_shown, summary_of


def models(
    name: Annotated[str | None, Parameter(help="A model, or the beginning of names: anthropic.")] = None,
    /,
    *,
    json: options.Json = False,
) -> None:
    """List models with prices and keys, or print the card of one.

    Models without a price here can be used as well, by the names litellm gives them.
    """
    cards = [card for card in known_models() if name is None or _begins(card.name, name)]
    if name is not None and ("/" in name or not cards):
        _one(name, json)
    elif json:
        json_line({"models": [_object(card) for card in cards], "prices": prices.source()})
    else:
        show("\n".join(_table(cards)))


def _begins(model: str, given: str) -> bool:
    return "/" not in given and model.partition("/")[0] == given


def _table(cards: list[ModelCard]) -> list[str]:
    column = max(len(card.name) for card in cards) + 2
    head = f"{'model':<{column}}{'USD per million':>16}{'context':>12}{'reply':>10}  key"
    return [head, *(_row(card, column) for card in cards), "", f"prices: {prices.source()}"]


def _row(card: ModelCard, column: int) -> str:
    price = "" if card.price is None else "free" if card.kind == "sim" else f"{card.price[0]:g} / {card.price[1]:g}"
    return f"{card.name:<{column}}{price:>16}{_count(card.context):>12}{_count(card.most):>10}  {_key(card)}".rstrip()


def _count(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens:,}"


def _key(card: ModelCard) -> str:
    if not card.needs:
        return ""
    held = [variable for variable in card.needs if os.environ.get(variable)]
    return f"{held[0]} is set" if held else f"set {' or '.join(card.needs)}"


def _one(name: str, json: bool) -> None:
    # a rule that needs parameters has a card without them, too
    named = "sim/exact-echo" if name.removeprefix("sim/") in RULES else name
    endpoint = endpoint_of(named)
    offered = capabilities_of(named).model_dump()
    card = next((one for one in known_models() if one.name == name.partition("?")[0]), None)
    price = price_of(endpoint)
    needs = () if endpoint.kind != "provider" else providers()[provider_of(name)].keys
    card = card or ModelCard(
        name=name,
        kind=endpoint.kind,
        context=price.context if price else None,
        most=price.most if price else None,
        price=(float(price.prompt), float(price.reply)) if price else None,
        needs=needs,
    )
    if json:
        json_line({**_object(card), "capabilities": offered, "endpoint": endpoint.id})
        return
    lines = [f"{name}  ({'simulated' if card.kind == 'sim' else card.kind})", ""]
    lines += _simulated(name) if card.kind == "sim" else _provided(card)
    able = ", ".join(key if value is True else f"{key} {value}" for key, value in offered.items() if value)
    show("\n".join([*lines, f"can: {able}", f"endpoint: {endpoint.id}"]))


def _provided(card: ModelCard) -> list[str]:
    if card.price is None:
        paid = "unknown: give Agent(price=(prompt, reply)), US dollars per million tokens"
    else:
        paid = f"{card.price[0]:g} prompt / {card.price[1]:g} reply, US dollars per million tokens ({prices.source()})"
    limits = f"{_count(card.context) or 'unknown'} tokens of prompt, {_count(card.most) or 'unknown'} of reply"
    return [f"price: {paid}", f"limits: {limits}", f"key: {_key(card) or 'none needed, or logged in otherwise'}"]


def _simulated(name: str) -> list[str]:
    bare = name.removeprefix("sim/").partition("?")[0]
    if bare in RULES:
        return [summary_of(RULES[bare]), *rows_shown(fields_of(RULES[bare]))]
    given = "&".join(f"{key}={value}" for key, value in PRESETS[bare].parameters.items())
    preset = [f"debater with {given}"] if given else []
    return [*preset, *rows_shown(fields_of(Debater))]


def _object(card: ModelCard) -> dict[str, Any]:
    return {**card.model_dump(mode="json"), "key_set": not card.needs or any(map(os.environ.get, card.needs))}
