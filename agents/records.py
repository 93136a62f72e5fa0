"""What goes to an LLM and what comes back: messages, requests, completions, as plain data.

A completion is an outcome, never an exception: whatever went wrong is a `kind`, so that it
crosses process borders, can be journalled and can be counted.
"""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict, JsonValue
from pydantic.dataclasses import dataclass as checked

from moot.agents.message import Message
from moot.agents.tokens import Tokens

__all__ = ["FREE", "TRANSIENT", "Completion", "Kind", "Message", "Request", "Usage"]

Kind = Literal[
    "ok",
    "empty",
    "refused",
    "truncated",
    "unreadable",
    "timeout",
    "rate_limited",
    "quota",
    "outage",
    "auth",
    "bad_request",
    "context",
    "too_large",
    "crashed",
    "cancelled",
    "budget",
    "late",
]
"""How one attempt ended.

ok: a complete reply. empty: a reply with no text. refused: the model or a filter declined.
truncated: cut off at `max_tokens`. unreadable: generated, probably billed, but not a reply
(bad JSON, HTML, wrong shape). timeout: the deadline passed. rate_limited, quota: 429, transient
and permanent. outage: 5xx, no connection, breaker open. auth: 401, 403. bad_request: other 4xx.
context: the prompt is too long for the model. too_large: the body exceeded the byte cap.
crashed: the process that made the call died, so whether it was sent is in doubt. cancelled:
stopped by us while in flight. budget: never sent, a hard cap forbids it. late: still out when
the round's deadline passed.
"""

TRANSIENT: frozenset[Kind] = frozenset({"timeout", "rate_limited", "outage", "crashed", "unreadable"})
"""Kinds for which the same request, sent again, may succeed."""


# What a debate holds by the ten thousand has slots: such dataclasses take a fifth of the room of pydantic
# models. What others make (requests, completions) is checked as it is made; the rest where it is read.


@checked(frozen=True, slots=True, kw_only=True)
class Request:
    """One call, complete: whoever holds it can make the call."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    key: str
    """Idempotency key: equal keys are the same call, sent at most once at a time."""
    model: str
    """Model name as the user wrote it, parameters included (`sim/exact-voter?init=A`)."""
    messages: tuple[Message, ...]
    """The prompt, exactly as sent."""
    seed: int | None = None
    """Sampling seed, 63 bits; None lets the LLM draw one."""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    reply_schema: dict[str, JsonValue] | None = None
    """JSON schema of a structured reply; None for prose."""
    logprobs: bool = False
    """Whether to tell how likely each token of the reply was."""
    turn: int = 0
    """How many turns the seat has had before this one; only `latency=` and `fail=` of simulated models read it."""
    timeout_s: float = 120.0
    """Hard deadline for the attempt, whatever the provider does."""
    extra: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """Provider extras, passed through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a call used."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_nano_usd: int | None = None
    """Price in 10⁻⁹ US dollars, rounded up; None where the price is unknown."""
    estimated: bool = False
    """True where the provider's figures were missing or impossible and ours, an upper estimate, stand instead."""


FREE = Usage(cost_nano_usd=0)
"""Of an attempt that was not sent, or that nobody bills."""


@checked(frozen=True, slots=True, kw_only=True)
class Completion:
    """How one attempt ended."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Kind
    text: str = ""
    """The reply, sanitised: no surrogates, no control characters but newline and tab."""
    logprobs: Tokens = ()
    """Its last tokens, where the request wished for them and the model tells them."""
    usage: Usage = Usage()
    requests: int | None = 1
    """HTTP requests the provider saw for this attempt; None where the adapter cannot tell."""
    latency_s: float = 0.0
    finish: str | None = None
    """The provider's own finish reason."""
    status: int | None = None
    """HTTP status of a failed attempt."""
    detail: str = ""
    """One sentence on what went wrong; never holds a key."""
    retry_after_s: float | None = None
    """What the provider asked to wait before the next attempt."""
    simulated: bool = False
    source: str = ""
    """Id of the call whose recorded reply this is, where a cache gave it; then nothing was sent or used."""
    view: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """Diagnostics of simulated models: what they read in the prompt."""

    @property
    def usable(self) -> bool:
        """Whether the text may be read for an answer."""
        return self.kind == "ok"

    @property
    def went_out(self) -> bool:
        """Whether an attempt was made at all: breaker, gate and caps refuse some unsent, and a cache answers others."""
        return not self.source and (self.requests != 0 or self.simulated or self.latency_s > 0)
