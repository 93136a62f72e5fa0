"""Prices, windows and limits of well-known models, from a file that is pinned and hashed, not fetched.

The file is a table of facts taken from the price map that litellm ships; it names the version. A
new one is written by

    python -m moot.agents.provider.prices --refresh

Amounts are computed in whole numbers: prices in 10⁻¹² US dollars per token, costs in 10⁻⁹ US dollars, rounded up.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import cast

from pydantic import BaseModel, Field

from moot.agents.provider.usage import Spent

_FILE = Path(__file__).with_name("prices.json")
_DATED = re.compile(r"[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{4})$")


class Price(BaseModel, frozen=True, extra="forbid"):
    """What a model costs and how much it takes; money in US dollars per million tokens."""

    prompt: Decimal = Field(ge=0)
    reply: Decimal = Field(ge=0)
    cached: Decimal | None = Field(default=None, ge=0)
    """Prompt tokens that the provider had kept; None where it makes no difference."""
    above: int | None = None
    """Prompts of more tokens than this cost `prompt_above` and `reply_above`."""
    prompt_above: Decimal | None = None
    reply_above: Decimal | None = None
    context: int | None = None
    """Most tokens of a prompt."""
    most: int | None = None
    """Most tokens of a reply."""
    thinks: bool = False
    """Whether it may think without showing it."""

    def nano_usd(self, spent: Spent) -> int:
        """The cost of a call in 10⁻⁹ US dollars, rounded up.

        >>> Price(prompt=Decimal("0.25"), reply=Decimal(2)).nano_usd(Spent(1000, 1))
        252000
        """
        long = self.above is not None and spent.prompt > self.above
        prompt = self.prompt_above if long and self.prompt_above is not None else self.prompt
        reply = self.reply_above if long and self.reply_above is not None else self.reply
        cached = prompt if self.cached is None or long else self.cached
        pico = (spent.prompt - spent.cached) * _pico(prompt) + spent.cached * _pico(cached) + spent.reply * _pico(reply)
        return -(-pico // 1000)


def given(price: tuple[float, float] | None) -> Price | None:
    """A price the user gave: per million prompt tokens and per million reply tokens."""
    return None if price is None else Price(prompt=Decimal(str(price[0])), reply=Decimal(str(price[1])))


def price_of(model: str) -> Price | None:
    """The price of a model by its full name, or None where the file does not know it.

    A dated name has the price of the undated one.

    >>> price_of("openai/gpt-5-mini-2025-08-07") == price_of("openai/gpt-5-mini")
    True
    """
    known = prices()
    name = model.replace("cohere/", "cohere_chat/", 1) if model.startswith("cohere/") else model
    return known.get(name) or known.get(_DATED.sub("", name))


@cache
def prices() -> Mapping[str, Price]:
    """Every model of the file by its full name."""
    models = cast("dict[str, object]", _table()["models"])
    return {name: Price.model_validate(row) for name, row in models.items()}


@cache
def source() -> str:
    """Where the file's figures come from."""
    table = _table()
    return f"{table['source']}, {table['date']}"


@cache
def digest() -> str:
    """The hash of the file, which a run records."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()


def _table() -> dict[str, object]:
    return cast("dict[str, object]", json.loads(_FILE.read_text(encoding="utf-8")))


def _pico(usd_per_million: Decimal) -> int:
    return int((usd_per_million * 1_000_000).to_integral_value(ROUND_CEILING))


_PROVIDERS: Mapping[str, str] = {
    "openai": r"(gpt-[4-9]|o\d)",
    "anthropic": r"claude-",
    "gemini": r"(gemini-[2-9]|gemma-[3-9])",
    "mistral": r"(mistral|ministral|magistral)-",
    "deepseek": r"deepseek-",
    "xai": r"grok-",
    "groq": r"",
    "cohere_chat": r"command-",
    "moonshot": r"(kimi|moonshot)-",
    "zai": r"glm-",
    "cerebras": r"",
    "dashscope": r"qwen",
    "minimax": r"",
}
"""Whose models are taken, and which. Not those with a fee per request on top of tokens."""
_LEFT_OUT = re.compile(
    r"audio|realtime|search|transcribe|tts|image|vision|live|guard|embed|robotics|computer|cyber|codex|code-|preview"
    r"|latest|beta|exp|deep-research|customtools|multi-agent|-gv\d|rosalind|daybreak|prompt-|labs-|vibe|container"
)


def refreshed(listed: Mapping[str, Mapping[str, object]], *, version: str, date: str) -> dict[str, object]:
    """The table made from litellm's price map.

    Args:
        listed: The map as litellm ships it.
        version: Of litellm.
        date: When this is done.
    """
    rows = {
        name: row
        for key, entry in listed.items()
        if (name := _chosen(key, entry)) is not None and (row := _row(entry)) is not None
    }
    undated = {name: row for name, row in rows.items() if _DATED.sub("", name) not in rows.keys() - {name}}
    return {
        "source": f"litellm {version}, model_prices_and_context_window_backup.json",
        "date": date,
        "unit": "US dollars per million tokens",
        "models": dict(sorted(undated.items())),
    }


def _chosen(key: str, entry: Mapping[str, object]) -> str | None:
    """The full name of an entry that belongs into the file."""
    provider = str(entry.get("litellm_provider"))
    if provider not in _PROVIDERS or entry.get("mode") not in ("chat", "responses"):
        return None
    name = key.removeprefix(f"{provider}/")
    if key.startswith("ft:") or _LEFT_OUT.search(name) or not re.match(_PROVIDERS[provider], name):
        return None
    return f"{provider}/{name}"


def _row(entry: Mapping[str, object]) -> dict[str, object] | None:
    prompt, reply = _million(entry, "input_cost_per_token"), _million(entry, "output_cost_per_token")
    # No price, a price of nothing (a free tier that ends) and prices by steps cannot bound a bill.
    if prompt in (None, "0") or reply in (None, "0") or "tiered_pricing" in entry:
        return None
    tiers = [found for key in entry if (found := re.fullmatch(r"input_cost_per_token_above_(\d+)k_tokens", key))]
    tier = min((int(found.group(1)) for found in tiers), default=None)
    row = {
        "prompt": prompt,
        "reply": reply,
        "cached": _million(entry, "cache_read_input_token_cost"),
        "above": None if tier is None else tier * 1000,
        "prompt_above": _million(entry, f"input_cost_per_token_above_{tier}k_tokens"),
        "reply_above": _million(entry, f"output_cost_per_token_above_{tier}k_tokens"),
        "context": entry.get("max_input_tokens"),
        "most": entry.get("max_output_tokens"),
        "thinks": True if entry.get("supports_reasoning") else None,
    }
    return {key: value for key, value in row.items() if value is not None}


def _million(entry: Mapping[str, object], key: str) -> str | None:
    """Dollars per token as dollars per million, exactly, without an exponent."""
    value = entry.get(key)
    return f"{(Decimal(str(value)) * 1_000_000).normalize():f}" if isinstance(value, int | float) else None


def main() -> None:
    """Write the file anew from the installed litellm, which is read and not imported."""
    parser = argparse.ArgumentParser(prog="python -m moot.agents.provider.prices", description=main.__doc__)
    parser.add_argument("--refresh", action="store_true", required=True)
    parser.parse_args()
    found = importlib.util.find_spec("litellm")
    if found is None or found.origin is None:
        sys.exit("litellm is not installed")
    shipped = Path(found.origin).with_name("model_prices_and_context_window_backup.json")
    table = refreshed(
        json.loads(shipped.read_text(encoding="utf-8")),
        version=importlib.metadata.version("litellm"),
        date=datetime.now(UTC).date().isoformat(),
    )
    _FILE.write_text(_written(table), encoding="utf-8")


def _written(table: Mapping[str, object]) -> str:
    """JSON with one model to a line, so that a change of price is a change of one line."""
    head = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in table.items() if key != "models"]
    models = cast("dict[str, object]", table["models"])
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in models.items())
    return "\n".join(["{", *head, '  "models": {', rows, "  }", "}", ""])


if __name__ == "__main__":
    main()
