"""What prompts take in memory."""

import tracemalloc

import moot
from moot import Agent, Question
from moot.testing import Script

SEATS, CHARACTERS = 60, 2_000


def test_a_reply_that_many_prompts_quote_is_held_once() -> None:
    said = "x" * CHARACTERS + "\nFinal answer: 1"
    agents = [Agent(f"a{seat}", Script([said + " " * seat] * 2)) for seat in range(SEATS)]
    debate = moot.Debate(agents, "complete", moot.protocols.society(rounds=2))
    tracemalloc.start()
    result = debate.run(Question("How many?", kind="number"), runtime="local")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    quoted = sum(len(message.content) for turn in result.turns for message in turn.prompt)
    assert quoted > SEATS * SEATS * CHARACTERS
    assert held < quoted / 2
