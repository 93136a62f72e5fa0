"""What calls have used, added up."""

from dataclasses import dataclass
from typing import Self

from pydantic import ConfigDict

NANO = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Calls, tokens and money of a turn, a debate or a run."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    calls: int = 0
    """Completed LLM calls; attempts that failed and were made again are not calls."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_calls: int = 0
    """Calls answered from the journal."""
    cost_nano_usd: int | None = 0
    """Cost in 10⁻⁹ US dollars, failed attempts included; None if any price is unknown."""
    wall_s: float = 0.0
    """Seconds from start to end, as measured."""

    @property
    def cost_usd(self) -> float | None:
        """Cost in US dollars; None if any price is unknown, 0.0 for simulated models."""
        return None if self.cost_nano_usd is None else self.cost_nano_usd / NANO

    @property
    def tokens(self) -> int:
        """Prompt and reply tokens together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Self) -> "Tally":
        known = self.cost_nano_usd is not None and other.cost_nano_usd is not None
        return Tally(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_calls=self.cached_calls + other.cached_calls,
            cost_nano_usd=(self.cost_nano_usd or 0) + (other.cost_nano_usd or 0) if known else None,
            wall_s=self.wall_s + other.wall_s,
        )


NOTHING = Tally()
"""Of what made no call."""
