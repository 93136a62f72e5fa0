"""Cancelled at any suspension point of any task, a debate ends at once and leaves nothing behind.

Every point of every sort of debate, alone and three at the same time, where the journal is in memory; every 5th, or
with MOOT_CHAOS=1 every one, where it is in a file. Calls go through the actors of this process to models that take
their time.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import thread_time
from typing import Any

import anyio
import pytest
import trio
from tests.simulation.clock import Clock
from tests.simulation.disk import store_on_the_clock
from tests.simulation.weather import Exposed, Weather

from moot import Agent, Budget, Completion, Debate, Question, Request
from moot.agents.llm import LLM, Endpoint
from moot.agents.records import Usage
from moot.runs.holding import cast, row_of
from moot.runs.journal import Intent, Journal, MemoryJournal
from moot.runs.purse import Amounts, Purse, Worst, certain
from moot.runs.runtime import LocalRuntime
from moot.runs.task import Task

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
STEP = 1 if CHAOS else 5
LATER_S = 0.05
"""On the debate's own clock, from a cancellation to its end."""
PROMPT_S = 0.05 if CHAOS else 5.0
"""The same in CPU time, for 99 of 100. Among other tests, a collection of all their garbage may fall into it."""
TASKS = 4
"""At the end: this one, the disk, and trio's own."""
QUESTIONS = tuple(Question(f"What is {number} * 24?", kind="number", id=f"q{number}") for number in range(3))


def seat(name: str, model: str = "openai/a", **given: Any) -> Agent:
    return Agent(name, model, price=(2.5, 10.0), max_tokens=300, **given)


TEAM = Debate([seat("x"), seat("y", "openai/b")], protocol="vote")
SORTS: Mapping[str, Debate] = {
    "society": Debate([seat("a"), seat("b", "openai/b"), seat("c")], protocol="society?rounds=2", seed=1),
    "free pace": Debate([seat(name) for name in "abcd"], "ring", "society?rounds=3&pace=free", seed=1),
    "judged": Debate([seat("a"), seat("b")], protocol="mad_liang?rounds=2", judge=seat("j"), seed=1),
    "samples": Debate([seat("a"), seat("b")], protocol="self_consistency?samples=3", budget=Budget(usd=5), seed=1),
    "nested": Debate([seat("a"), Agent("t", TEAM)], protocol="sequential?rounds=2", budget=Budget(calls=99), seed=1),
    "troubled": Debate(
        [seat("a", "openai/ill-b", fallback="sim/debater"), seat("b", "openai/ill-b")], protocol="du?rounds=2",
        quorum=1, policy={"round_deadline_s": 20.0}, seed=1,
    ),
}  # fmt: skip


@dataclass
class Held:
    """One holding of a debate over some questions, cancelled at one point."""

    debate: Debate
    questions: Sequence[Question]
    at: int = 0
    """Cancelled when tasks have been suspended so often; never at 0."""
    journal: Callable[[], Journal] = MemoryJournal
    purse: Callable[[Budget], Purse] = Purse
    model: Callable[..., LLM] = Exposed
    weather: Weather = field(default_factory=partial(Weather, 7, mild=1.0))
    steps: int = 0
    took_s: float = 0.0
    """CPU time from the cancellation to the end."""
    later_s: float = 0.0
    """The same by the world's clock."""

    def opening(self, endpoint: Endpoint) -> LLM:
        """A model that takes a second or so; one that is called ill is often in trouble."""
        ill = {"outage": 0.2, "busy": 0.2, "unreadable": 0.1, "crash": 0.1, "hang": 0.1}
        return self.model(self.weather, endpoint, ill if "ill" in endpoint.model else {}, pace_s=1.0, shut_s=None)


class Step(trio.abc.Instrument):
    """Cancels a scope when tasks have been suspended so often."""

    def __init__(self, at: int) -> None:
        self.steps, self.at, self.scope = 0, at, anyio.CancelScope()
        self.when: tuple[float, float] | None = None

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        """Count."""
        self.steps += 1
        if self.steps == self.at:
            self.when = thread_time(), trio.current_time()
            self.scope.cancel()


def hold(held: Held, path: Path | None = None) -> Held:
    """Hold it, cancel it, and look at what is left."""
    clock = Clock()
    clock.run(partial(_hold, held, clock, path), 1)
    return held


async def _hold(held: Held, clock: Clock, path: Path | None) -> None:
    async with nullcontext(held.journal()) if path is None else store_on_the_clock(path) as journal:
        runtime, purse = LocalRuntime(held.opening), held.purse(Budget(usd=50))
        with clock.still():
            voices = await cast(held.debate, runtime)
        row = await journal.begin_run("r", held.debate.spec())
        task = Task(held.debate, voices, journal, purse)
        instrument = Step(held.at)
        trio.lowlevel.add_instrument(instrument)
        with instrument.scope:
            asked = enumerate(held.questions)
            rows = [row_of(held.debate, question, row.name, index=place) for place, question in asked]
            await anyio.amap(task.hold, rows)
        if instrument.when is not None:
            held.took_s, held.later_s = thread_time() - instrument.when[0], trio.current_time() - instrument.when[1]
        trio.lowlevel.remove_instrument(instrument)
        held.steps = instrument.steps
        for later_s in (0, 1000):
            await anyio.sleep(later_s)
            check_clean(held, journal, purse, runtime)


def check_clean(held: Held, journal: Journal, purse: Purse, runtime: LocalRuntime) -> None:
    """No call, task or reservation is left, and the books say what was under way."""
    assert [one for one in held.weather.log if one.ended is None] == []
    root = trio.lowlevel.current_root_task()
    assert root is not None
    assert len(tasks_below(root)) <= TASKS, "a task was left behind"
    rows = [one for row in journal.debates("r") for one in journal.attempts(row.id)]
    assert {one.state for one in rows} <= {"done", "failed", "cancelled", "in_doubt"}
    assert {one.key for one in held.weather.log} <= {one.call_id for one in rows}
    costs = [(one.usage.cost_nano_usd or 0) if certain(one.kind, one.usage) else one.reserved_nano_usd for one in rows]
    assert (purse._out, purse._used.nano_usd) == (Amounts(), sum(costs))  # pyright: ignore[reportPrivateUsage]
    for actor in runtime._hosts.values():  # pyright: ignore[reportPrivateUsage]
        health = actor.health()
        assert (health.in_flight, health.waiting, health.outbox) == (0, 0, 0)


def tasks_below(task: trio.lowlevel.Task) -> list[trio.lowlevel.Task]:
    """A task and all that it has begun."""
    children = [child for nursery in task.child_nurseries for child in nursery.child_tasks]
    return [task, *(below for child in children for below in tasks_below(child))]


@pytest.mark.parametrize("stored", [False, True], ids=["in memory", "stored"])
@pytest.mark.parametrize("questions", [1, 3])
@pytest.mark.parametrize("sort", SORTS)
def test_cancelled_at_any_point_a_debate_ends_at_once_and_leaves_nothing(
    sort: str, questions: int, stored: bool, tmp_path: Path, shown: Callable[..., None]
) -> None:
    debate, asked, took_s = SORTS[sort], QUESTIONS[:questions], list[float]()
    points = hold(Held(debate, asked), tmp_path / "whole.sqlite" if stored else None).steps
    for at in range(1, points, STEP if stored else 1):
        held = hold(Held(debate, asked, at), tmp_path / f"{at}.sqlite" if stored else None)
        took_s.append(held.took_s)
        assert held.later_s < LATER_S
        if stored and at % 3:  # of the others every invariant is looked at when the test is over
            (tmp_path / f"{at}.sqlite").unlink()
    slowest = sorted(took_s)[len(took_s) * 99 // 100]
    shown(cancellations=len(took_s), left_behind=0, ms_of_99_in_100=1000 * slowest)
    assert points > 15 * questions
    assert slowest < PROMPT_S


class Forgetful(MemoryJournal):
    """Loses what becomes of cancelled calls."""

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """Settle all others."""
        if completion.kind != "cancelled":
            await super().settle(intent, completion)


class Torn(Purse):
    """Gives nothing back where it is not known what a call used."""

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """Settle all others."""
        if known:
            super().settle(worst, used, known=known)


class Straying(Exposed):
    """Leaves a task behind."""

    async def complete(self, request: Request) -> Completion:
        """Answer, and go on."""
        trio.lowlevel.spawn_system_task(trio.sleep_forever)
        return await super().complete(request)


@pytest.mark.parametrize(
    "planted",
    [partial(Held, journal=Forgetful), partial(Held, purse=Torn), partial(Held, model=Straying)],
    ids=["call", "money", "task"],
)
def test_a_planted_leak_is_found(planted: Callable[..., Held]) -> None:
    def leaks(at: int) -> bool:
        try:
            hold(planted(SORTS["society"], QUESTIONS[:1], at))
        except (AssertionError, trio.TrioInternalError):
            return True
        return False

    points = hold(Held(SORTS["society"], QUESTIONS[:1])).steps
    assert sum(map(leaks, range(1, points))) > points // 3
