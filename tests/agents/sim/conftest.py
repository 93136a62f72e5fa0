"""Prompts as a debate renders them, written by hand, and one call to a simulated model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from pydantic import JsonValue

from moot.agents.records import Completion, Message, Request
from moot.agents.sim.llm import completion
from moot.agents.sim.names import parse_sim

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Prompt = tuple[Message, ...]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@dataclass(frozen=True)
class Peer:
    """One message of a peer."""

    author: str
    text: str
    round: int = 0
    weight: float | None = None
    size: int | None = None
    confidence: float | None = None

    def quoted(self) -> str:
        given = {"size": self.size, "weight": self.weight, "confidence": self.confidence}
        more = "".join(f' {name}="{value!r}"' for name, value in given.items() if value is not None)
        return f'<message author="{self.author}" round="{self.round}"{more}>\n{escaped(self.text)}\n</message>'


def render(
    text: str,
    kind: str = "choice",
    *,
    options: Sequence[str] | None = None,
    peers: Sequence[Peer] = (),
    own: str | None = None,
    round: int | None = None,
    persona: str | None = None,
    role: str | None = None,
    stance: str | None = None,
    context: str | None = None,
    candidates: Sequence[str] = (),
    confidence: bool = False,
    fields: Mapping[str, str] | None = None,
    says: str = "",
    wanted: str = "",
) -> Prompt:
    """One turn's prompt: system and user message."""
    system = ["You are one of several participants."]
    system += [f"<persona>{escaped(persona)}</persona>"] if persona else []
    system += [f"<role>{role}</role>"] if role else []
    user = [f'<question kind="{kind}">\n{escaped(text)}\n</question>']
    if options:
        listed = "\n".join(f"{letter}. {escaped(option)}" for letter, option in zip(LETTERS, options, strict=False))
        user.append(f"<options>\n{listed}\n</options>")
    user += ["\n".join(["<candidates>", *candidates, "</candidates>"])] if candidates else []
    user += [f"<context>\n{escaped(context)}\n</context>"] if context else []
    user += [f"<stance>\n{escaped(stance)}\n</stance>"] if stance else []
    user += [f'Your own reply was:\n\n<own round="0">\n{escaped(own)}\n</own>'] if own is not None else []
    user += ["The others replied:", *(peer.quoted() for peer in peers)] if peers else []
    stated = (1 if own is not None or peers else 0) if round is None else round
    user.append(f"This is round {stated}. Work on the question. {says}")
    if fields is not None:
        user.append(f"Reply with one JSON object.\n\n<reply_format>{json.dumps(dict(fields), indent=2)}</reply_format>")
    else:
        user.append(f"End with a line of the form `Final answer: X`{f', where X is {wanted}' if wanted else ''}.")
        user += ["Below it write `Confidence: N%`."] if confidence else []
    return Message(role="system", content="\n".join(system)), Message(role="user", content="\n\n".join(user))


def call(
    model: str,
    messages: Prompt,
    *,
    seed: int | None = 1,
    temperature: float | None = None,
    top_p: float | None = None,
    max_tokens: int | None = None,
    turn: int = 0,
    schema: dict[str, JsonValue] | None = None,
) -> Completion:
    """One reply of a simulated model, without sleeping."""
    request = Request(
        key="k",
        model=model,
        messages=messages,
        seed=seed,
        temperature=temperature,
        top_p=top_p,
        max_tokens=max_tokens,
        turn=turn,
        reply_schema=schema,
    )
    return completion(parse_sim(model), request)


def final(answer: str) -> str:
    return f"I thought about it. It fits.\nFinal answer: {answer}"


class Bench:
    """What tests of simulated models share."""

    peer = Peer
    render = staticmethod(render)
    call = staticmethod(call)
    final = staticmethod(final)


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Prompts written by hand, and calls."""
    return Bench()
