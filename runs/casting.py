"""Who speaks for each seat: the host its calls go to, and what they may cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from moot.agents.agent import Agent
from moot.agents.llm import LLM
from moot.agents.models import endpoint_of, price_of
from moot.agents.pool import Pool
from moot.agents.provider.prices import Price
from moot.agents.provider.usage import in_doubt, worst
from moot.agents.records import FREE, Message, Usage
from moot.runs.purse import Worst
from moot.runs.runtime import Host, Runtime, host_object


@dataclass(frozen=True, slots=True)
class Voice:
    """What takes the calls of one model of one agent."""

    model: str
    host: Host
    api_base: str | None
    price: Price | None
    free: bool
    """Whether calls cost nothing: simulated models, scripts, people."""
    max_tokens: int | None = None
    """What the agent asks of every reply."""
    timeout_s: float | None = None
    """A deadline of its own, of a person."""

    def drawn(self, draw: int) -> "Voice":
        """Who takes the call of that draw; only a pool has several."""
        return self

    def worst(self, messages: Sequence[Message]) -> Worst:
        """The most an attempt at this prompt can use."""
        most = self.max_tokens or (self.price.most if self.price else None)
        used = None if most is None else worst(messages, most)
        tokens = None if used is None else used.prompt + used.reply
        if self.free:
            return Worst(0, tokens)
        if self.price is None or used is None:
            return Worst(None, tokens)
        return Worst(self.price.nano_usd(used), tokens)

    def in_doubt(self, messages: Sequence[Message]) -> Usage:
        """What a call may have used that was cut off, as after a deadline: an estimate."""
        if self.free:
            return FREE
        used = in_doubt(messages, most=self.max_tokens)
        cost = None if self.price is None else self.price.nano_usd(used)
        return Usage(
            prompt_tokens=used.prompt, completion_tokens=used.reply, cost_nano_usd=cost, estimated=used.estimated
        )


@dataclass(frozen=True, slots=True)
class Pooled(Voice):
    """Several voices, of which every call has one."""

    members: tuple[Voice, ...] = ()

    def drawn(self, draw: int) -> Voice:
        """One of them, each as often as it was given."""
        return self.members[draw % len(self.members)]

    def worst(self, messages: Sequence[Message]) -> Worst:
        """That of the dearest."""
        worsts = [member.worst(messages) for member in self.members]
        return max(
            worsts, key=lambda one: (one.nano_usd is None, one.nano_usd or 0, one.tokens is None, one.tokens or 0)
        )


async def voice(agent: Agent, llm: str | LLM, runtime: Runtime) -> Voice:
    """Where that LLM of the agent takes calls; a name becomes an actor, an object stays here.

    Raises:
        SpecError: It is a person, and there is no terminal to ask at.
    """
    if isinstance(llm, Pool):
        members = tuple([await voice(agent, model, runtime) for model in llm.models])
        return Pooled(llm.name, members[0].host, None, None, False, agent.max_tokens, members=members)
    if not isinstance(llm, str):
        check: object = getattr(llm, "check", None)
        if callable(check):
            check()
        patience_s: float | None = getattr(llm, "timeout_s", None)
        return Voice(llm.name, host_object(llm), None, None, True, agent.max_tokens, patience_s)
    endpoint = endpoint_of(llm, api_base=agent.api_base, price=agent.price)
    host = await runtime.host(endpoint)
    return Voice(llm, host, agent.api_base, price_of(endpoint), endpoint.kind == "sim", agent.max_tokens)
