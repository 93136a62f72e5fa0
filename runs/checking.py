"""What is checked of an agent before its first call: it can do what is needed, has its key, and caps hold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast, runtime_checkable

from moot.agents.absent import Absent
from moot.agents.agent import Agent
from moot.agents.llm import LLM
from moot.agents.models import capabilities_of, check_credentials, endpoint_of, price_of
from moot.agents.pool import Pool
from moot.agents.provider.extras import check_extras
from moot.agents.provider.prices import Price
from moot.errors import CapabilityError, PriceError, SpecError, UnknownNameError
from moot.protocols.decide import Decision
from moot.protocols.registry import Bound
from moot.runs.policy import Budget


@runtime_checkable
class Nested(Protocol):
    """A debate in a seat, which is checked like the one it sits in."""

    def check_keys(self) -> None:
        """Let pass a debate whose providers' keys are here."""
        ...

    def check_caps(self, budget: Budget) -> None:
        """Let pass caps that can be kept."""
        ...

    def check_prices(self, limit: str) -> None:
        """Let pass a limit on money that can be told from what was spent."""
        ...


def check_offered(agent: Agent, protocol: Bound) -> None:
    """Let pass an agent whose models are known and whose model can do what the protocol needs.

    Raises:
        UsageError: No such model, an extra that would not be passed on, or a capability is missing.
    """
    if isinstance(agent.fallback, Nested):
        raise SpecError(f"agent {agent.name!r}: a debate cannot be a fallback; give the name of a model")
    for llm in _models(agent):
        if isinstance(llm, str) and endpoint_of(llm, api_base=agent.api_base, price=agent.price).kind == "provider":
            check_extras(agent.extra)
    offered = capabilities_of(agent.llm) if isinstance(agent.llm, str) else agent.llm.capabilities
    for need in sorted(protocol.card.needs):
        if not getattr(offered, need, False):
            raise CapabilityError(agent.name, agent.model, need, f"protocol {protocol.card.name!r}")


def check_telling(agent: Agent) -> None:
    """Let pass a debater whose model tells how likely its words were.

    Raises:
        CapabilityError: It does not.
    """
    offered = capabilities_of(agent.llm) if isinstance(agent.llm, str) else agent.llm.capabilities
    if not offered.logprobs:
        raise CapabilityError(agent.name, agent.model, "logprobs", "confidence of source 'logprob'")


def check_key(agent: Agent) -> None:
    """Let pass an agent whose providers' keys are here, and its LLM where that was an object.

    Raises:
        CredentialError: A key is missing.
        SpecError: The object is.
    """
    for llm in _models(agent):
        if isinstance(llm, Absent):
            llm.check()
        elif isinstance(llm, str):
            check_credentials(llm, api_base=agent.api_base)
        elif isinstance(llm, Nested):
            llm.check_keys()


def check_bounded(agent: Agent, budget: Budget) -> None:
    """Let pass an agent whose calls have a known worst under these caps.

    Raises:
        PriceError: A money cap over a model whose price is unknown.
        SpecError: A cap over a model that may write without end.
    """
    if isinstance(agent.llm, Nested):
        agent.llm.check_caps(budget)
        return
    for llm in _models(agent):
        price: Price | None = None
        if isinstance(llm, str):
            endpoint = endpoint_of(llm, api_base=agent.api_base, price=agent.price)
            price = price_of(endpoint)
            if budget.usd is not None and price is None:
                raise PriceError(llm)
            if budget.usd is not None and endpoint.kind != "sim" and not _ends(agent, price):
                raise SpecError(f"agent {agent.name!r}: a money cap needs max_tokens for {llm!r}")
        if budget.tokens is not None and not _ends(agent, price):
            raise SpecError(f"agent {agent.name!r}: a token cap needs max_tokens for {agent.model!r}")


def check_priced(agent: Agent, limit: str) -> None:
    """Let pass an agent whose calls have a known price.

    Args:
        agent: Who makes the calls.
        limit: What is set over them, for the error's sentence.

    Raises:
        PriceError: A price is unknown.
    """
    if isinstance(agent.llm, Nested):
        agent.llm.check_prices(limit)
        return
    for llm in _models(agent):
        if isinstance(llm, str) and price_of(endpoint_of(llm, api_base=agent.api_base, price=agent.price)) is None:
            raise PriceError(llm, limit)


def check_weights(rules: Iterable[Decision], seats: Sequence[str]) -> None:
    """Let pass rules that weigh debaters who are seated.

    Raises:
        UnknownNameError: One weighs somebody else.
    """
    for rule in rules:
        weights: object = rule.parameters.get("weights") if rule.name == "weighted" else None
        for name in cast(Mapping[str, Any], weights) if isinstance(weights, Mapping) else ():
            if name not in seats:
                raise UnknownNameError("debater to weigh", name, seats)


def _models(agent: Agent) -> list[str | LLM]:
    """The models that may take its calls."""
    if isinstance(agent.llm, Pool):
        return [*agent.llm.models, *([] if agent.fallback is None else [agent.fallback])]
    return [agent.llm] if agent.fallback is None else [agent.llm, agent.fallback]


def _ends(agent: Agent, price: Price | None) -> bool:
    return agent.max_tokens is not None or (price is not None and price.most is not None)
