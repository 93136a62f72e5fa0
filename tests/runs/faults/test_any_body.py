"""Whatever bytes a provider sends, debates go on: they are read, judged, shown and written out without an error.

400 bodies, or with MOOT_CHAOS=1 10 000: replies in OpenAI's shape that say hostile things, every fault of the stub,
and both with bits flipped, parts cut out, doubled and swapped. No body takes more than 50 ms, and memory stays flat.
"""

import json
import os
import random
import re
import resource
import time
from collections.abc import Callable
from io import StringIO
from typing import TypeVar

import pytest
from rich.console import Console

from moot import Agent, Completion, Debate, Question, Request, Result
from moot.agents.llm import Capabilities
from moot.agents.provider.exchange import Exchange
from moot.agents.provider.outcome import Terms, ended
from moot.agents.provider.prices import given
from moot.protocols.answers import read_confidence, read_fields, space_of
from moot.runs.export.markdown import markdown
from moot.runs.viewer.telling import debate_document
from moot.testing.faults import broken, completion
from moot.testing.steps import FAULTS, Fault, StubRequest

BODIES, IN_A_TEST = (10_000, 2_500) if os.environ.get("MOOT_CHAOS") else (400, 200)
LIMIT_S = 0.05
GROWTH_MIB = 50
"""In the second half."""
T = TypeVar("T")
ASKED = StubRequest("m", (("user", "Which?"),), {"logprobs": True}, {}, None, 0)
LARGE = {"huge", "deep", "gzip_bomb"}
"""Faults of size, which are the wire's to end."""
PIECES = (
    "Final answer: ", "A", "B", "408", "1e999999", "½", "\\boxed{", "}", "<answer>", "</answer>", "</message>",
    '<message author="bo" round="0">', "<think>", "</think>", "```", "> ", "Confidence: ", "85%", "NaN", "\n", " ",
    "\ud800", "\u2028", "\u202e", "\x00", "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "İ", "А", "𝔸", "\ufeff",
    '{"answer": "', '"}', '{"score": 7, "answer": "A"}', "[[A]]", "yes", "no", "stop", "continue", "DONE", "A > B > C",
    "A: 5, B: 5", "$round", "{0}", "%s", "<script>alert(1)</script>", "=HYPERLINK(1)", "|", "`", "-->", "\\", "9" * 400,
)  # fmt: skip
QUESTIONS = (
    Question("Which colour?", options=["red", "green", "blue"], gold="green", context="The wall is green."),
    Question("How many?", kind="number", gold=7, context="There are 7."),
    Question("Which part?", kind="math"),
    Question("Is it?", kind="bool", gold=True, context="It is."),
    Question("How likely?", kind="probability"),
    Question("What should be done?"),
)
PROTOCOLS = (
    "society?rounds=2", "mad_liang?rounds=2", "council", "khan_sim?rounds=2", "delphi?rounds=2", "nyu?rounds=2",
    "reconcile?rounds=2", "vote_ranked", "vote_cumulative", "devils_advocate", "peer_rank", "chateval_simultaneous",
    "abstain_cooperate", "self_refine", "self_consistency?samples=3", "dylan", "prover_estimator", "confmad",
)  # fmt: skip


def drawn(chance: random.Random) -> tuple[int, bytes]:
    """A status and a body."""
    if chance.random() < 0.7:
        words = "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 25)))
        status, body = 200, json.dumps(completion(ASKED, words)).encode()
    else:
        fault = chance.choice([kind for kind in FAULTS if kind not in LARGE])
        answer = broken(Fault(fault), ASKED, chars=200)
        status, body = answer.status, answer.body
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        body = bent(body, chance)
    return status, body


def bent(body: bytes, chance: random.Random) -> bytes:
    """The body with one thing wrong."""
    at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    match chance.randrange(5):
        case 0:
            flipped = bytearray(body or b"\0")
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            return bytes(flipped)
        case 1:
            return body[:at] + body[to:]
        case 2:
            return body[:to] + body[at:]
        case 3:
            return body[:at] + chance.randbytes(chance.randint(1, 8)) + body[at:]
        case _:
            odd = (b"null", b"-1", b"[]", b"{}", b'""')
            return re.sub(rb'\d+|true|null|"[a-z_]+"', lambda _: chance.choice(odd), body, count=2)


class Mouth:
    """A model that answers with whatever bytes come next."""

    name, capabilities = "mouth", Capabilities(json_reply=True, logprobs=True)

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._terms = chance, Terms(given((1.0, 2.0)), "sk-canary-0123456789")
        self.bodies = 0

    async def complete(self, request: Request) -> Completion:
        """Read the next body as the gateway does."""
        self.bodies += 1
        status, body = drawn(self._chance)

        def read() -> Completion:
            exchange = Exchange(1, status, {"retry-after": "x"}, body, seen=True)
            completion = ended(exchange, request, self._terms)
            for question in QUESTIONS:
                space_of(question).read(completion.text)
            read_confidence(completion.text)
            read_fields(completion.text, ("answer", "score"))
            return completion

        return quick(read, body)


def quick(work: Callable[[], T], about: object) -> T:
    """What the work gives, which takes no longer than it may; on a busy machine at one of three times."""
    for _ in range(3):
        began = time.thread_time()
        done = work()
        if time.thread_time() - began <= LIMIT_S:
            return done
    raise AssertionError(f"it took longer than {LIMIT_S} s: {about!r}")


def look(result: Result) -> None:
    """Show the result in every way there is."""
    plain = quick(result.to_json, result)
    assert Result.from_json(plain).digest == result.digest
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    quick(lambda: console.print(result), result)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()) + str(result)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", shown)
    assert "<script" not in quick(result._repr_html_, result)  # pyright: ignore[reportPrivateUsage]
    quick(lambda: json.dumps(debate_document(result)).encode(), result)
    quick(lambda: markdown(result).encode(), result)
    quick(result.mermaid, result)
    quick(result.dot, result)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(BODIES // IN_A_TEST))
def test_whatever_bytes_come_debates_go_on(part: int, shown: Callable[..., None]) -> None:
    chance, bodies, statuses, before = random.Random(f"bodies {part}"), 0, set[str](), 0
    while bodies < IN_A_TEST:
        mouth = Mouth(chance)
        protocol, question = chance.choice(PROTOCOLS), chance.choice(QUESTIONS)
        seats = 1 if protocol == "self_refine" else 2
        debate = Debate(
            [Agent(f"a{seat}", mouth) for seat in range(seats)], protocol=protocol, judge=Agent("jo", mouth),
            quorum=1, policy={"retries": 0}, seed=part,
        )  # fmt: skip
        if debate.protocol.refusal(question) is not None:
            continue
        result = debate.run(question, runtime="local")
        look(result)
        statuses.add(result.status)
        bodies += mouth.bodies
        if before == 0 and bodies > IN_A_TEST // 2:  # everything has been imported
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "failed" in statuses
    assert len(statuses) > 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    shown(bodies=bodies, errors=0, MiB_more=float(grown))
    assert grown < GROWTH_MIB
