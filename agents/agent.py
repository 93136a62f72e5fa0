"""An agent: a name at the table, the LLM that speaks for it, and how it is sampled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from moot.agents.llm import AGENT_NAME, LLM
from moot.errors import SpecError

RESERVED = frozenset({"judge"})


@dataclass(frozen=True)
class Agent:
    """A named seat-holder. Many agents may share one LLM.

    Args:
        name: Matches `[a-z0-9_-]{1,64}`; unique in a debate; `judge` is reserved.
        llm: A model name (`"openai/gpt-5-mini"`, `"sim/debater?accuracy=0.8"`) or any `LLM`.
        persona: Who it is told to be.
        role: What it is called in records; protocols give their own roles where None.
        temperature: At least 0; None leaves the provider's default.
        top_p: In (0, 1].
        max_tokens: Most tokens of one reply, at least 1.
        api_base: Another address of the same kind of endpoint.
        price: US dollars per million prompt tokens and per million reply tokens, where the
            price file does not know the model.
        fallback: A model that takes a call this one could not answer; recorded on the turn.
        extra: Provider extras, passed through as they are.

    Raises:
        SpecError: A value is out of range; the sentence names it.
    """

    name: str
    llm: str | LLM
    persona: str | None = None
    role: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    api_base: str | None = None
    price: tuple[float, float] | None = None
    fallback: "str | LLM | None" = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])

    def __post_init__(self) -> None:
        _check(bool(AGENT_NAME.match(self.name)), f"agent name {self.name!r}: use 1 to 64 of a-z, 0-9, _ and -")
        _check(
            self.temperature is None or 0 <= self.temperature <= 10,
            f"agent {self.name!r}: temperature {self.temperature} must be from 0 to 10",
        )
        _check(self.top_p is None or 0 < self.top_p <= 1, f"agent {self.name!r}: top_p {self.top_p} must be in (0, 1]")
        _check(
            self.max_tokens is None or self.max_tokens >= 1,
            f"agent {self.name!r}: max_tokens {self.max_tokens} must be at least 1",
        )
        _check(
            self.price is None or min(self.price) >= 0,
            f"agent {self.name!r}: price {self.price} must not be negative",
        )

    @property
    def model(self) -> str:
        """The name of its LLM, for records and tables."""
        return self.llm if isinstance(self.llm, str) else self.llm.name


def _check(holds: bool, sentence: str) -> None:
    if not holds:
        raise SpecError(sentence)
