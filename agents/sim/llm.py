"""The simulated LLM: reads a prompt as a provider's model would, and replies by a known law.

A reply depends on model name, messages, sampling parameters and seed, and on nothing else: not on
the process, the order of calls or the time. No network, no cost.
"""

import itertools
import os
from collections.abc import Sequence
from hashlib import blake2b

import anyio

from moot.agents.llm import Capabilities
from moot.agents.records import FREE, Completion, Kind, Message, Request, Usage
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws, chance, hashed
from moot.agents.sim.exact_reply import exact_reply
from moot.agents.sim.likelihood import SIZE, likelihoods
from moot.agents.sim.names import EXACT, SimName, endpoint_model, parse_sim
from moot.agents.sim.reader import Reading, read
from moot.agents.sim.reply import Reply, Sampling, debater_reply
from moot.errors import MootError
from moot.logs import logger

CHARACTERS = SIZE
"""Characters that count as one token; a message adds as much for its role."""

_process = os.urandom(16).hex()
_unseeded = itertools.count()


class Simulated:
    """Every simulated model of one endpoint: a family of debaters, or the exact agents."""

    def __init__(self, model: str = EXACT) -> None:
        """Take the endpoint's model; each request carries its own name and parameters.

        Raises:
            UnknownNameError: No such simulated model or parameter.
            SpecError: A parameter's value is wrong.
        """
        self._name = EXACT if model == EXACT else endpoint_model(model)

    @property
    def name(self) -> str:
        """The endpoint's model."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """It chats, honours seeds, fills the keys of a schema, and says how likely its answer was."""
        return Capabilities(json_reply=True, seed=True, logprobs=True)

    async def complete(self, request: Request) -> Completion:
        """One reply, after `latency=` where the model has one.

        The latency that is reported is the time slept, 0 where there was none.
        """
        try:
            sim = parse_sim(request.model)
        except MootError as error:
            return _unusable(str(error))
        latencies = sim.delivery.latency
        latency = latencies[min(request.turn, len(latencies) - 1)] if latencies else 0.0
        if latency:
            await anyio.sleep(latency)
        return completion(sim, request, latency)


def completion(sim: SimName, request: Request, latency_s: float = 0.0) -> Completion:
    """How a request ends: a pure function of it, but for a seed of None, which is drawn anew each time.

    Args:
        sim: The request's model, parsed.
        request: The call.
        latency_s: Time slept, for the record.
    """
    seed = f"{_process}.{next(_unseeded)}" if request.seed is None else str(request.seed)
    if sim.delivery.fail and chance("fail", sim.identity, seed, str(request.turn)) < sim.delivery.fail:
        detail = f"simulated outage (fail={sim.delivery.fail:g})"
        return Completion(kind="outage", status=503, detail=detail, latency_s=latency_s, usage=FREE, simulated=True)
    reading = read(request.messages)
    if reading.unread:
        _warn(request.model)
    temperature = 1.0 if request.temperature is None else request.temperature
    prompt = _digest(request.messages)
    sampling = Sampling(temperature, request.top_p, request.reply_schema, hashed("sway", sim.identity, prompt))
    draws = Draws(hashed("call", sim.identity, prompt, repr(temperature), repr(request.top_p), seed))
    try:
        if isinstance(sim.behaviour, Debater):
            reply = debater_reply(sim.behaviour, reading, sampling, draws)
        else:
            reply = exact_reply(sim.behaviour, reading, sampling, draws)
    except MootError as error:
        return _unusable(str(error))
    return _delivered(reply, reading, request, latency_s)


def tokens(characters: int) -> int:
    """Tokens that so many characters count as: one for every four, rounded up.

    >>> tokens(0), tokens(9)
    (0, 3)
    """
    return -(-characters // CHARACTERS)


def _delivered(reply: Reply, reading: Reading, request: Request, latency_s: float) -> Completion:
    kind: Kind = reply.kind
    text = reply.text
    if request.max_tokens is not None and tokens(len(text)) > request.max_tokens:
        kind, text = "truncated", text[: CHARACTERS * request.max_tokens]
    prompt_tokens = tokens(sum(len(message.content) + CHARACTERS for message in request.messages))
    return Completion(
        kind=kind,
        text=text,
        logprobs=likelihoods(text, reply.written, reply.chance) if request.logprobs else (),
        usage=Usage(prompt_tokens=prompt_tokens, completion_tokens=tokens(len(text)), cost_nano_usd=0),
        requests=0 if reply.detail else 1,
        latency_s=latency_s,
        finish="length" if kind == "truncated" else "content_filter" if kind == "refused" else "stop",
        detail=reply.detail,
        simulated=True,
        view={
            "question": reading.question is not None,
            "options": len(reading.options or ()),
            "peers": len(reading.peers),
            "own": reading.answer,
            "answer": reply.answer,
            "unread": reading.unread,
        },
    )


def _warn(model: str) -> None:
    logger("moot.agents.sim").warning("a prompt seems to quote peers, but no message tag can be read", model=model)


def _unusable(detail: str) -> Completion:
    return Completion(kind="bad_request", status=400, detail=detail, simulated=True)


def _digest(messages: Sequence[Message]) -> str:
    digest = blake2b(digest_size=32)
    for message in messages:
        content = message.content.encode("utf-8", "surrogatepass")
        digest.update(f"{message.role}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()
