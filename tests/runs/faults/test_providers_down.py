"""One, two or three of five providers are down, in every way there is: the debate's result is that of who is there.

The record says of everybody absent why, nobody stands in for anybody unsaid, and it is over in time. By
default some ways are tried; with MOOT_CHAOS=1 every fault of the stub.
"""

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from moot import Agent, Debate, Policy, Question, Result
from moot.runs.journal import Reader
from moot.testing import FAULTS, Fault, Stub

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
QUESTION = Question("Which is it?", options=["left", "right"])
ANSWERS = "BBAAA"
"""What each of the five says while it is up."""
DEADLINE_S = 0.8
HEAVY, HEAVY_S = {"huge", "deep", "gzip_bomb"}, 20.0
"""Faults that take time to make, and how much."""
SLACK_S = 1.0 if CHAOS else 5.0

HARMLESS = {
    *("odd_finish", "surrogate", "control", "nan", "key_echo", "http_10", "sse_plain"),
    *("usage_missing", "usage_negative", "usage_text", "usage_lies"),
}
"""Faults with which a reply can be read all the same."""
STATUSES = ("400", "401", "403", "404", "408", "409", "413", "422", "429", "500", "502", "503", "504", "529")
DOWN = sorted({*FAULTS, *STATUSES} - HARMLESS)
TRIED = DOWN if CHAOS else ["429", "503", "quota", "hang", "reset", "truncated_json", "refusal", "length", "sse_cut"]


def held(stub: Stub, fault: str, down: int, folder: Path) -> Result:
    """A vote of five of whom the last so many are down."""
    for place, answer in enumerate(ANSWERS):
        stub.script(f"m{place}", Fault(fault) if place >= 5 - down else f"Final answer: {answer}")
    agents = [Agent(f"a{place}", f"openai/m{place}", api_base=stub.api_base, price=(1, 4)) for place in range(5)]
    policy = Policy(timeout_s=HEAVY_S if fault in HEAVY else DEADLINE_S, retries=0, reasks=0)
    debate = Debate(agents, protocol="vote", policy=policy, seed=3)
    return debate.run(QUESTION, store=folder / "runs.sqlite", name="r", runtime="local")


@pytest.mark.parametrize(
    ("down", "status", "answer", "fallback"),
    [(1, "undecided", None, None), (2, "degraded", "right", None), (3, "failed", None, "right")],
)
@pytest.mark.parametrize("fault", TRIED)
def test_the_result_is_that_of_who_is_there(
    stub: Stub,
    tmp_path: Path,
    shown: Callable[..., None],
    *,
    fault: str,
    down: int,
    status: str,
    answer: str | None,
    fallback: str | None,
) -> None:
    began = perf_counter()
    result = held(stub, fault, down, tmp_path)
    assert perf_counter() - began <= (HEAVY_S if fault in HEAVY else DEADLINE_S) + SLACK_S
    labelled = None if result.outcome.fallback is None else result.outcome.fallback.answer
    assert (result.status, result.answer, labelled) == (status, answer, fallback)
    present, absent = result.turns[: 5 - down], result.turns[5 - down :]
    assert [turn.status for turn in present] == ["ok"] * (5 - down)
    assert {turn.status for turn in absent} <= {"failed", "refused", "unparsed"}
    assert all(turn.reason and turn.vote is None for turn in absent)
    assert [turn.model for turn in result.turns] == [f"openai/m{place}" for place in range(5)]
    attempts = Reader(tmp_path / "runs.sqlite").attempts(result.debate_id)
    assert sum(turn.attempts for turn in result.turns) == len(attempts) == len(stub.log)
    shown(debates=1, absences_without_a_reason=0)
