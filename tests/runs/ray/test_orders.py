"""Debates of workers are held back, let go on and ended by a person, also where their worker dies meanwhile."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from moot import Debate, Event, Question, Ray, Run
from moot.protocols.events import TurnEnded
from moot.runs.journal import Reader
from moot.runs.run import open_run
from moot.runs.underway import STOPPED, Order, order

pytestmark = pytest.mark.xdist_group("ray")

Actors = Callable[[str], list[int]]
PANEL = ("sim/debater?latency=0.05", "sim/debater?family=b&latency=0.05")
SUMS = tuple(Question(f"What is {number} * 7?", kind="number", id=f"q{number}") for number in range(4))
ROUNDS, QUIET_S, LONGEST_S = 8, 0.5, 120.0


def held(runtime: str | Ray, store: Path, listen: Callable[[Event], None] | None = None) -> Run:
    debate = Debate(PANEL, protocol="society", rounds=ROUNDS, stop=None, seed=31)
    return debate.run_many(SUMS, runtime=runtime, store=store, name="r", listen=listen, progress=False)


def once_each(given: Order) -> tuple[Callable[[Event], None], set[str]]:
    """A listener that gives every debate that order after its first turn, and those it gave it to."""
    ordered = set[str]()

    def listen(event: Event) -> None:
        if isinstance(event, TurnEnded) and event.debate_id not in ordered:
            ordered.add(event.debate_id)
            assert order(event.debate_id, given)

    return listen, ordered


def states(store: Path) -> Counter[str]:
    reader = Reader(store)
    return Counter(attempt.state for debate in reader.debates("r") for attempt in reader.attempts(debate.id))


def at_rest(store: Path) -> Counter[str]:
    """The attempts on record, once for a while there is none under way and no other has been begun."""
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        before = states(store)
        time.sleep(QUIET_S)
        if not before["sent"] and states(store) == before:
            return before
    raise AssertionError("debates that were held back went on")


def test_debates_held_back_send_nothing_even_where_their_worker_dies_and_come_to_the_same_when_let_go_on(
    tmp_path: Path, actors: Actors
) -> None:
    store, (listen, ordered), runs = tmp_path / "s.sqlite", once_each("pause"), list[Run]()
    expected = [result.digest for result in held("local", tmp_path / "t.sqlite").results()]
    thread = threading.Thread(target=lambda: runs.append(held(Ray(workers=1), store, listen)))
    thread.start()
    until = time.monotonic() + LONGEST_S
    while len(ordered) < len(SUMS) and time.monotonic() < until:
        time.sleep(0.02)
    rested = at_rest(store)
    assert set(rested) == {"done"}
    assert rested["done"] < len(SUMS) * len(PANEL) * ROUNDS
    (worker,) = actors("Worker")
    os.kill(worker, signal.SIGKILL)
    while actors("Worker") in ([], [worker]) and time.monotonic() < until:
        time.sleep(0.02)
    assert at_rest(store) == rested
    for debate in ordered:
        assert order(debate, "resume")
    thread.join(LONGEST_S)
    assert [result.digest for result in runs[0].results()] == expected
    assert states(store) == {"done": len(SUMS) * len(PANEL) * ROUNDS}


def test_debates_that_are_stopped_end_with_what_was_said_and_can_be_gone_on_with(tmp_path: Path) -> None:
    store, (listen, _) = tmp_path / "s.sqlite", once_each("stop")
    results = list(held(Ray(workers=2), store, listen).results())
    assert [result.stopped_by for result in results] == [STOPPED] * len(SUMS)
    assert all(len(result.turns) < len(PANEL) * ROUNDS for result in results)
    assert set(states(store)) <= {"done", "cancelled"}
    expected = [result.digest for result in held("local", tmp_path / "t.sqlite").results()]
    resumed = open_run(store).resume(runtime="local", progress=False)
    assert [result.digest for result in resumed.results()] == expected
