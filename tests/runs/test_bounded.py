"""Memory and disk over any number of questions: nothing of a debate stays in memory once it has ended."""

import gc
import os
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from moot import Agent, Completion, Debate, Question, Request
from moot.agents.records import FREE
from moot.agents.sim import Simulated
from moot.runs.batch import Progress

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
MANY, FEW = (5_000, 5_000) if CHAOS else (90, 30)
HELD, NOISE = 5 * 1024, 2 << 20
"""Bytes that a debate more may take in memory while the run is conducted, its question included; and by how much what
debates under way take may differ."""
ROOM = 1.3
"""Bytes on disk for each byte that was said."""
LOOK = 10
"""After how many debates memory is looked at."""
WORDS = 1_000
TIMES = 100
"""How often a reply says the same: many debates are to fill the 16 MB in which a store's writer knows texts again."""


class Talker(Simulated):
    """Says as much as it is told to, and never the same."""

    def __init__(self, times: int) -> None:
        super().__init__("sim/debater")
        self._times = times

    async def complete(self, request: Request) -> Completion:
        """Letters and digits, `WORDS` of them so many times."""
        said = random.Random(request.key).randbytes(WORDS // 2).hex() * self._times
        return Completion(kind="ok", text=f"{said}\nFinal answer: 1", usage=FREE, simulated=True)


def conducted(debates: int, path: Path, *, rounds: int, times: int, watch: Callable[[Progress], None]) -> int:
    """Hold a stored run of so many debates; how large its store is, in bytes."""
    agents = [Agent(name, Talker(times)) for name in ("ada", "bo")]
    debate = Debate(agents, "complete", f"society?rounds={rounds}", seed=1)
    questions = (Question(f"What is {n} * 24?", kind="number") for n in range(debates))
    run = debate.run_many(questions, store=path, runtime="local", concurrency=2, progress=watch)
    assert run.statuses == {"decided": debates}
    return path.stat().st_size


def held(debates: int, path: Path) -> int:
    """The most bytes that such a run holds in memory; what only waits to be collected is not held."""
    most, before = 0, tracemalloc.get_traced_memory()[0]

    def watch(progress: Progress) -> None:
        nonlocal most
        if progress.done % LOOK:
            return
        gc.collect()
        most = max(most, tracemalloc.get_traced_memory()[0] - before)

    conducted(debates, path, rounds=1, times=TIMES, watch=watch)
    return most


@pytest.mark.timeout(3600 if CHAOS else 120)
def test_twice_the_questions_take_hardly_more_memory(tmp_path: Path, shown: Callable[..., None]) -> None:
    tracemalloc.start()
    try:
        held(5, tmp_path / "warm.sqlite")
        more = held(2 * MANY, tmp_path / "long.sqlite") - held(MANY, tmp_path / "short.sqlite")
    finally:
        tracemalloc.stop()
    shown(debates=2 * MANY, MB_for_10_000_more=more / MANY * 10_000 / 2**20)
    assert more <= HELD * MANY + NOISE


@pytest.mark.timeout(3600 if CHAOS else 120)
def test_a_debate_takes_little_more_on_disk_than_was_said_in_it(tmp_path: Path, shown: Callable[..., None]) -> None:
    long, short = (
        conducted(debates, tmp_path / f"{debates}.sqlite", rounds=2, times=1, watch=lambda _: None)
        for debates in (2 * FEW, FEW)
    )
    said = 2 * 2 * (WORDS + len("\nFinal answer: 1")) * FEW
    shown(bytes_on_disk_for_each_said=(long - short) / said)
    assert long - short <= ROOM * said
