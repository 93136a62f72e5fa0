"""Prices: exact, rounded up, pinned."""

import json
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.provider import prices
from moot.agents.provider.facts import provider_of, providers
from moot.agents.provider.prices import Price, price_of, refreshed
from moot.agents.provider.prices import given as given_price
from moot.agents.provider.usage import Spent

MONEY = st.decimals(0, 1000, places=4)
COUNT = st.integers(0, 10**7)


@given(prompt=MONEY, reply=MONEY, cached=MONEY, asked=COUNT, said=COUNT, kept=COUNT)
def test_a_cost_is_exact_and_rounded_up(
    *, prompt: Decimal, reply: Decimal, cached: Decimal, asked: int, said: int, kept: int
) -> None:
    price = Price(prompt=prompt, reply=reply, cached=cached)
    kept = min(kept, asked)
    exact = (asked - kept) * Fraction(prompt) + kept * Fraction(cached) + said * Fraction(reply)
    assert price.nano_usd(Spent(asked, said, kept)) == ceil(exact * 1000)


def test_a_fraction_of_a_nano_dollar_is_a_whole_one() -> None:
    assert Price(prompt=Decimal("0.0001"), reply=Decimal(0)).nano_usd(Spent(1, 0)) == 1


def test_a_long_prompt_costs_what_long_prompts_cost() -> None:
    price = Price(
        prompt=Decimal(1),
        reply=Decimal(2),
        cached=Decimal("0.1"),
        above=100,
        prompt_above=Decimal(3),
        reply_above=Decimal(4),
    )
    assert price.nano_usd(Spent(100, 1, 50)) == 50_000 + 5_000 + 2_000
    assert price.nano_usd(Spent(101, 1, 50)) == 303_000 + 4_000


def test_a_price_of_the_user_is_per_million_tokens() -> None:
    price = given_price((0.25, 2.0))
    assert price is not None
    assert price.nano_usd(Spent(1_000_000, 1_000_000)) == 2_250_000_000
    assert given_price(None) is None


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("openai/gpt-5-mini-2025-08-07", "openai/gpt-5-mini"),
        ("anthropic/claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"),
        ("cohere/command-r-08-2024", "cohere_chat/command-r-08-2024"),
    ],
)
def test_a_dated_name_has_the_price_of_the_undated_one(name: str, same: str) -> None:
    assert price_of(name) == price_of(same) is not None


@pytest.mark.parametrize("name", ["gpt-5-mini", "openai/gpt-99", "hosted_vllm/gpt-5-mini", ""])
def test_an_unknown_model_has_no_price(name: str) -> None:
    assert price_of(name) is None


def test_the_file_holds_some_dozens_of_models_of_known_providers_with_plausible_figures() -> None:
    table = prices.prices()
    assert 50 <= len(table) <= 300
    assert {"openai/gpt-5", "openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash"} <= set(table)
    for name, price in table.items():
        assert provider_of(name) in providers(), name
        assert 0 < price.prompt <= 200, name
        assert 0 < price.reply <= 1000, name
        assert price.cached is None or price.cached <= price.prompt, name


def test_the_file_says_where_it_comes_from_and_is_hashed() -> None:
    assert prices.source().startswith("litellm 1.")
    assert len(prices.digest()) == 64


def test_entries_that_cannot_bound_a_bill_are_left_out() -> None:
    entry = {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 2.5e-07,
        "output_cost_per_token": 2e-06,
    }
    listed: dict[str, dict[str, object]] = {
        "gpt-9": {**entry, "cache_read_input_token_cost": 2.5e-08, "max_output_tokens": 100},
        "gpt-9-2030-01-01": {**entry},
        "gpt-9-free": {**entry, "input_cost_per_token": 0},
        "gpt-9-none": {"litellm_provider": "openai", "mode": "chat"},
        "gpt-9-steps": {**entry, "tiered_pricing": []},
        "gpt-9-image": {**entry},
        "gpt-9-embedding": {**entry, "mode": "embedding"},
        "other/x": {**entry, "litellm_provider": "other"},
    }
    table = refreshed(listed, version="1", date="2030-01-01")
    assert table["models"] == {"openai/gpt-9": {"prompt": "0.25", "reply": "2", "cached": "0.025", "most": 100}}


def test_the_file_is_written_one_model_to_a_line() -> None:
    lines = Path(prices.__file__).with_name("prices.json").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith('    "')]
    assert len(rows) == len(prices.prices())
    assert all(json.loads("{" + row.rstrip(",") + "}") for row in rows)
