"""Anything that answers is an LLM: a provider's model, a simulated one, a script, a person."""

import re
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from moot.agents.records import Completion, Request


class Capabilities(BaseModel, frozen=True, extra="forbid"):
    """What an LLM can do; a protocol's needs are checked against it before the first call."""

    chat: bool = True
    """Takes a list of messages."""
    prefill: bool = False
    """Continues an assistant message given last."""
    json_reply: bool = False
    """Honours `Request.reply_schema` itself; without it the prompt asks and we parse."""
    seed: bool = False
    """Honours `Request.seed`."""
    samples: bool = False
    """Returns several samples in one call."""
    logprobs: bool = False
    """Honours `Request.logprobs`."""
    logits: bool = False
    """Returns full next-token distributions."""
    weights: bool = False
    """Its weights can be read."""


@runtime_checkable
class LLM(Protocol):
    """Anything that answers. An object is used where it was made; a name becomes an actor."""

    @property
    def name(self) -> str:
        """The model's name in records and tables."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Make one attempt and return how it ended; never raises for what a provider does."""
        ...


class Endpoint(BaseModel, frozen=True, extra="forbid"):
    """Where the calls of one or many agents go: one LLM actor lives there.

    Two model names that share an endpoint share its actor, its pacing and its breaker.
    """

    id: str
    """Readable identity, safe for process and table names: `openai/gpt-5-mini`, `sim/debater~b`."""
    kind: str
    """`provider`, `sim`, or the name of an entry point in `moot.llms`."""
    model: str
    """The model as the endpoint itself is opened with; each request carries its own name."""
    api_base: str | None = None
    price: tuple[float, float] | None = None
    """US dollars per million prompt tokens and per million reply tokens, where the user gave them."""


AGENT_NAME = re.compile(r"[a-z0-9_-]{1,64}\Z")
"""What an agent may be called: short, printable, safe in a tag, a file name and a log line."""
