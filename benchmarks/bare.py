"""The same debates as a bare loop over `litellm.acompletion`, as its README shows it: the baseline."""

import os
import zlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import anyio

from benchmarks.server import MODEL
from benchmarks.workload import TEXT, Size

_SYSTEM = (
    "You are one of several participants who debate a question and read along what the others say. Give reasons, "
    "weigh those of others, and commit to one answer. <persona>agent {agent}</persona>"
)
_ASK = "This is round {round}. End your reply with one last line of the form `Final answer: X`, where X is one number."

Call = Callable[[list[dict[str, str]], int], Coroutine[Any, Any, str]]
Hears = Callable[[int], Sequence[int]]
"""Whom a seat hears."""


def bare_call(api_base: str) -> Call:
    """One call of litellm."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    async def call(messages: list[dict[str, str]], seed: int) -> str:
        asked: Any = litellm.acompletion  # pyright: ignore[reportUnknownMemberType]  its types are not complete
        reply = await asked(model=MODEL, messages=messages, seed=seed, api_base=api_base, api_key="sk-stub")
        return str(reply.choices[0].message.content)

    return call


async def bare_debate(call: Call, size: Size, hears: Hears, stream: str) -> None:
    """One debate by rounds."""
    replies = [""] * size.agents
    for round in range(size.rounds):
        before = list(replies)

        async def turn(agent: int, round: int = round, before: Sequence[str] = before) -> str:
            peers = [(peer, before[peer]) for peer in hears(agent)] if round else []
            prompt = _prompt(agent, round, before[agent], peers)
            return await call(prompt, zlib.crc32(f"{stream} {agent} {round}".encode()))

        replies = list(await anyio.amap(turn, range(size.agents)))


async def bare_debates(call: Call, size: Size, hears: Hears, seed: int) -> None:
    """All debates of that size at once."""

    async def one(number: int) -> None:
        await bare_debate(call, size, hears, f"{seed} {number}")

    await anyio.amap(one, range(size.debates))


def _prompt(agent: int, round: int, own: str, peers: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
    parts = [f'<question kind="number">\n{TEXT}\n</question>']
    if own:
        parts.append(f'Your own reply:\n<own round="{round - 1}">\n{own}\n</own>')
    if peers:
        quoted = (f'<message author="a{peer}" round="{round - 1}">\n{text}\n</message>' for peer, text in peers)
        parts.append("What others said:\n" + "\n\n".join(quoted))
    parts.append(_ASK.format(round=round))
    return [
        {"role": "system", "content": _SYSTEM.format(agent=agent)},
        {"role": "user", "content": "\n\n".join(parts)},
    ]
