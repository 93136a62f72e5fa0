"""Debates of every sort in every weather, on a clock that jumps: each seed keeps every promise, and goes one way.

150 seeds, the first 30 in three processes with other hashes; with MOOT_CHAOS=1 10 000, or MOOT_SEEDS, all in three.
The promises are in `epilogue.py`.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.simulation.account import Watched
from tests.simulation.drawing import drawn
from tests.simulation.epilogue import violations
from tests.simulation.weather import Attempt
from tests.simulation.world import Story, held

from moot import Budget
from moot.agents.records import Completion, Request, Usage
from moot.runs.journal import CallKey, Intent, MemoryJournal
from moot.runs.journal.held import HeldAttempt

ROOT = Path(__file__).parents[2]
CHAOS = bool(os.environ.get("MOOT_CHAOS"))
SEEDS = int(os.environ.get("MOOT_SEEDS", "10000" if CHAOS else "150"))


@pytest.mark.timeout(6 * 3600 if CHAOS else 900)
def test_every_seed_keeps_every_promise_and_goes_one_way(shown: Callable[..., None]) -> None:
    again = [] if CHAOS else ["--again", "30"]
    command = [sys.executable, "-m", "tests.simulation", "--seeds", str(SEEDS), *again]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SEEDS} seeds" in done.stdout
    shown(seeds=SEEDS, violations=0, that_went_two_ways=0)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A world in which nothing is wrong, and something cost something."""
    plots = (replace(drawn(seed), stored=False, cancelled_s=()) for seed in range(100))
    story = next(one for one in (held(plot, tmp_path) for plot in plots) if paid(one))
    assert violations(story) == []
    return story


def paid(story: Story) -> bool:
    return any((result.usage.cost_nano_usd or 0) > 0 for result in story.results().values())


def test_a_call_after_the_end_is_caught(story: Story) -> None:
    first, over = story.weather.log[0], story.over_at[-1]
    story.weather.log.append(Attempt(first.key, first.model, over + 5, over + 6))
    caught = " ".join(violations(story))
    assert f"call {first.key} was sent at {over + 5:.1f} s, when all was over" in caught
    assert f"models saw call {first.key} 2 times, the record 1" in caught


def test_an_attempt_that_no_result_counts_and_one_without_an_outcome_are_caught(story: Story) -> None:
    records = cast("MemoryJournal", story.records)
    held = records._debates[next(iter(story.results()))]  # pyright: ignore[reportPrivateUsage]
    call = next(call for call in held.calls.values() if call.answer)
    usage = Usage(cost_nano_usd=5, prompt_tokens=1)
    call.attempts[7] = HeldAttempt(1, 0, 0, Completion(kind="ok", usage=usage), 0)
    call.attempts[8] = HeldAttempt(1, 0, 0)
    caught = " ".join(violations(story))
    assert "says that it cost" in caught
    assert "was left unsettled" in caught
    assert "was answered and made again" in caught


def test_a_status_that_says_too_much_is_caught(story: Story) -> None:
    records = cast("MemoryJournal", story.records)
    for id, result in story.results().items():
        status = "decided" if result.status != "decided" else "failed"
        records._debates[id].result = result.model_copy(update={"status": status}).to_json()  # pyright: ignore[reportPrivateUsage]
    caught = " ".join(violations(story))
    assert "its result says" in caught
    assert "is called" in caught


async def test_money_above_a_cap_is_caught_at_that_instant(story: Story) -> None:
    journal = Watched(Budget(calls=1), Budget())
    await journal.begin_run("r", {})
    (row, *_) = story.records.debates("r")
    await journal.begin_debate(row)
    request = Request(key="k", model="m", messages=())
    for turn in range(2):
        await journal.intend([Intent(CallKey("s", "a", turn, 0, 0), row.id, request, "0" * 32, 0, 0)])
    assert len(journal.exceeded) == 1
