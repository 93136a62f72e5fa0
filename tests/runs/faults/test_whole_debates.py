"""Whole debates over HTTP in which one or three of five debaters meet a fault: in time, and as the table says."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest

from moot import Agent, Debate, Policy, Question, Result
from moot.protocols.transcript import TurnStatus
from moot.runs.journal import AttemptRow, Reader
from moot.runs.result import Status
from moot.testing import Fault, Stub, StubRequest
from moot.testing.steps import Step, Steps

QUESTION = Question("Which is it?", options=["the first", "the second"])
ROUNDS = 2
SLACK_S = 20.0
Panel = Callable[[int, Steps], list[Agent]]


class Row(NamedTuple):
    """What a model does, and what becomes of it."""

    does: str
    steps: Steps
    turn: TurnStatus
    reason: str
    attempts: int
    """Of the first turn; also what the server sees in it."""
    marked: bool
    """Whether what the attempts used is our estimate."""
    one: Status
    """The debate's status where one of five does so."""
    three: Status
    """And where three do: two replies are no quorum."""


def once(fault: Fault) -> Steps:
    """That fault at the first request, and good replies ever after."""

    def step(request: StubRequest) -> Step:
        return fault if request.number == 0 else "Final answer: B"

    return step


# fmt: off
ROWS = (
    Row("429 once, Retry-After 0.2 s", once(Fault("429", retry_after=0.2)), "ok", "", 2, False, "decided", "decided"),
    Row("500 once", once(Fault("500")),              "ok", "",                 2, False, "decided", "decided"),
    Row("reset once", once(Fault("reset")),          "ok", "",                 2, True,  "decided", "decided"),
    Row("429 always", Fault("429", retry_after=0.2), "failed", "rate_limited", 4, False, "degraded", "failed"),
    Row("quota spent", Fault("quota"),               "failed", "quota",        1, False, "degraded", "failed"),
    Row("key refused", Fault("auth"),                "failed", "auth",         1, False, "degraded", "failed"),
    Row("prompt too long", Fault("context"),         "failed", "context",      1, False, "degraded", "failed"),
    Row("500", Fault("500"),                         "failed", "outage",       2, False, "degraded", "failed"),
    Row("503", Fault("503"),                         "failed", "outage",       2, False, "degraded", "failed"),
    Row("hang", Fault("hang"),                       "failed", "timeout",      2, True,  "degraded", "failed"),
    Row("slow drip", Fault("drip", 0.05),            "failed", "timeout",      2, True,  "degraded", "failed"),
    Row("reset", Fault("reset"),                     "failed", "outage",       2, True,  "degraded", "failed"),
    Row("reset in the body", Fault("reset_body"),    "failed", "unreadable",   2, True,  "degraded", "failed"),
    Row("truncated JSON", Fault("truncated_json"),   "failed", "unreadable",   2, True,  "degraded", "failed"),
    Row("HTML with 200", Fault("html"),              "failed", "unreadable",   2, True,  "degraded", "failed"),
    Row("20 MiB", Fault("huge"),                     "failed", "too_large",    1, True,  "degraded", "failed"),
    Row("empty", Fault("empty"),                     "failed", "empty",        2, False, "degraded", "failed"),
    Row("null content", Fault("null_content"),       "failed", "empty",        2, False, "degraded", "failed"),
    Row("refusal", Fault("refusal"),                 "refused", "refused",     1, False, "degraded", "failed"),
    Row("cut at its length", Fault("length"),        "unparsed", "truncated",  1, False, "degraded", "failed"),
    Row("lone surrogate", Fault("surrogate"),        "ok", "",                 1, False, "decided", "decided"),
    Row("usage missing", Fault("usage_missing"),     "ok", "",                 1, True,  "decided", "decided"),
    Row("usage lies", Fault("usage_lies"),           "ok", "",                 1, True,  "decided", "decided"),
)
# fmt: on


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.does)
def test_one_of_five_in_trouble_costs_its_own_turns_only(row: Row, stub: Stub, panel: Panel, tmp_path: Path) -> None:
    result = held(row, panel(1, row.steps), tmp_path)
    assert (result.status, result.rounds) == (row.one, ROUNDS)
    assert result.answer == "the second"
    first = result.transcript.round(0)[0]
    assert (first.status, first.reason, first.attempts) == (row.turn, row.reason, row.attempts)
    well = [turn for turn in result.turns if turn.seat != "a0"]
    assert {turn.status for turn in well} == {"ok"}
    check_books(row, result, stub, tmp_path)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.does)
def test_three_of_five_in_trouble_end_the_debate_unless_they_recover(
    row: Row, stub: Stub, panel: Panel, tmp_path: Path
) -> None:
    result = held(row, panel(3, row.steps), tmp_path)
    assert result.status == row.three
    turns = result.transcript.round(0)
    assert [(turn.status, turn.reason, turn.attempts) for turn in turns[:3]] == [
        (row.turn, row.reason, row.attempts)
    ] * 3
    if row.three == "failed":
        fallback = result.outcome.fallback
        assert result.answer is None
        assert result.rounds == 1
        assert fallback is not None
        assert (fallback.answer, fallback.label) == ("the second", "first vote")
        assert result.stopped_by == "quorum: 2 of 5 debaters gave a usable reply in round 0, 3 are needed"
    check_books(row, result, stub, tmp_path)


def held(row: Row, agents: list[Agent], folder: Path) -> Result:
    """The debate's result, which is there in time; patience is short where it will be tried."""
    policy = Policy(timeout_s=2.0 if row.reason == "timeout" else 10.0, retries=1, reasks=1)
    debate = Debate(agents, protocol=f"society?rounds={ROUNDS}", policy=policy, seed=3)
    began = perf_counter()
    result = debate.run(QUESTION, store=folder / "runs.sqlite", name="r", runtime="local")
    each_s = (1 + policy.retries) * policy.timeout_s + 0.5  # the attempts, and the pause between them
    assert perf_counter() - began < ROUNDS * each_s + SLACK_S
    return result


def check_books(row: Row, result: Result, stub: Stub, folder: Path) -> None:
    """Turns, journal and server tell the same of how often was asked and what it cost; estimates are marked."""
    rows = Reader(folder / "runs.sqlite").attempts(result.debate_id)
    assert sum(turn.attempts for turn in result.turns) == len(rows) == len(stub.log)
    assert all(one.settled_ms is not None for one in rows)
    assert result.usage.cost_nano_usd == sum(one.usage.cost_nano_usd or 0 for one in rows)
    assert all(one.usage.cost_nano_usd is not None for one in rows)
    ill = [one for one in rows if is_ill(one, result)]
    assert any(one.usage.estimated for one in ill) == row.marked
    assert not any(one.usage.estimated for one in rows if one not in ill)


def is_ill(one: AttemptRow, result: Result) -> bool:
    models = {turn.seat: turn.model for turn in result.turns}
    return "ill" in models[one.key.seat]


def test_a_straggler_cut_off_at_the_round_s_deadline_is_late_and_on_the_books(
    stub: Stub, panel: Panel, tmp_path: Path
) -> None:
    agents = panel(1, lambda request: Fault("500") if request.number % 2 == 0 else Fault("hang"))
    policy = Policy(timeout_s=60, retries=2, round_deadline_s=2.0)
    debate = Debate(agents, protocol=f"society?rounds={ROUNDS}", policy=policy, seed=3)
    began = perf_counter()
    result = debate.run(QUESTION, store=tmp_path / "runs.sqlite", name="r", runtime="local")
    assert perf_counter() - began < ROUNDS * 2.0 + SLACK_S
    late = [turn for turn in result.turns if turn.seat == "a0"]
    assert [(turn.status, turn.reason, turn.attempts) for turn in late] == [("failed", "late", 2)] * ROUNDS
    assert (result.status, result.answer) == ("degraded", "the second")
    rows = Reader(tmp_path / "runs.sqlite").attempts(result.debate_id)
    assert len(rows) == len(stub.log) == sum(turn.attempts for turn in result.turns)
    assert [row.state for row in rows if row.usage.estimated] == ["cancelled"] * ROUNDS
    assert result.usage.cost_nano_usd == sum(row.usage.cost_nano_usd or 0 for row in rows)
    assert all(turn.usage.cost_usd for turn in late)


def test_a_fallback_takes_over_and_both_are_on_the_books(stub: Stub, panel: Panel, tmp_path: Path) -> None:
    agents = [replace(agent, fallback="openai/spare") for agent in panel(3, Fault("truncated_json"))]
    stub.script("spare", "Final answer: B")
    result = Debate(agents, protocol="vote", policy=Policy(retries=1), seed=3).run(
        QUESTION, store=tmp_path / "runs.sqlite", name="r", runtime="local"
    )
    assert (result.status, result.answer) == ("decided", "the second")
    assert [(turn.model, turn.attempts) for turn in result.turns] == [("openai/spare", 3)] * 3 + [
        ("openai/well", 1)
    ] * 2
    rows = Reader(tmp_path / "runs.sqlite").attempts(result.debate_id)
    assert len(rows) == len(stub.log) == 3 * 3 + 2
    assert result.usage.cost_nano_usd == sum(row.usage.cost_nano_usd or 0 for row in rows)
    assert sum(row.usage.estimated for row in rows) == 3 * 2
