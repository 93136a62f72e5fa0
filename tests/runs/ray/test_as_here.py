"""A debate on Ray is the one held in this process: simulated ones of many kinds, and one that goes through HTTP."""

import os
from collections.abc import Callable
from typing import Any

import pytest

import moot
from moot import Debate, Question, stop
from moot.runs.result import Result
from moot.testing import Stub

pytestmark = pytest.mark.xdist_group("ray")

DEBATES = 100 if os.environ.get("MOOT_CHAOS") else 50
PROTOCOLS = (
    "society?rounds=3", "du?rounds=3", "society?rounds=2", "sequential?rounds=2", "vote",
    "self_consistency?samples=2", "mad_liang?rounds=2",
)  # fmt: skip
Drawn = Callable[[int, tuple[str, ...]], tuple[dict[str, Any], Question]]


@pytest.mark.timeout(280)
def test_a_debate_on_ray_equals_the_one_in_this_process(drawn: Drawn) -> None:
    statuses: set[str] = set()
    for seed in range(DEBATES):
        given, question = drawn(seed, PROTOCOLS)
        if "judge" not in given and seed % 4 == 0:
            given["stop"] = stop.unanimous()
        here, there = (Debate(**given).run(question, runtime=runtime) for runtime in ("local", "ray"))
        assert here.digest == there.digest, f"{given} {question.text}"
        statuses.add(here.status)
    assert statuses == {"decided", "degraded", "undecided", "failed"}


def test_over_http_it_says_the_same_and_sends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [*["openai/gpt-5-mini"] * 4, "openai/ill+fault-truncated-json"]
    results = list[Result]()
    with Stub() as stub:
        monkeypatch.setenv("OPENAI_API_BASE", stub.api_base)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-stub-0123456789")
        for runtime in ("local", "ray"):
            stub.reset()
            results.append(
                moot.debate("Which is larger, 9.11 or 9.9?", models, judge="openai/gpt-5-mini", seed=5, runtime=runtime)
            )
            assert len(stub.log) == sum(turn.attempts for turn in results[-1].turns)
    here, there = results
    assert (there.status, there.outcome.rule) == ("degraded", "synthesis")
    assert {turn.reason for turn in there.turns if turn.seat == "a5"} == {"unreadable"}
    assert there.digest == here.digest
