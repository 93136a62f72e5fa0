"""A run of 50 questions is killed anywhere and begun again: nothing answered is lost, and nothing is paid twice.

The server lives in this process, so its log is a witness that no kill reaches. 20 kills, with MOOT_CHAOS=1 200, or as
many as MOOT_KILLS says; each is made when the server has seen so many requests more, or a moment later.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from moot.runs.journal import AttemptRow, Reader
from moot.runs.recounting import recounted
from moot.runs.seeds import call_seed
from moot.testing import Fault, Reply, Seen, Stub

DRIVER = Path(__file__).with_name("driver.py")
DEBATES, SEATS, ROUNDS, IN_FLIGHT = 50, 2, 2, 16
CALLS = DEBATES * SEATS * ROUNDS
CHAOS = bool(os.environ.get("MOOT_CHAOS"))
KILLS, PART = int(os.environ.get("MOOT_KILLS", "200" if CHAOS else "20")), 20
"""How many in all, and how many in one test."""
KILLED = -signal.SIGKILL


class Driver:
    """The program that forks a child for every sitting."""

    def __init__(self, process: "subprocess.Popen[str]", stub: Stub) -> None:
        self._process, self._stub = process, stub
        assert self._told() == "ready"

    def sit(self, store: Path, *, after: int | None = None, later_s: float = 0.0, usd: float = 0.0) -> int:
        """Conduct what is missing; the child's exit code. It is killed after so many requests more."""
        assert self._process.stdin is not None
        until = None if after is None else self._seen + after
        self._process.stdin.write(f"{store} {store.with_suffix('.told')} {usd}\n")
        self._process.stdin.flush()
        child = int(self._told())
        while lives(child) and (until is None or self._seen < until):
            time.sleep(0.002)
        if after is not None:
            time.sleep(later_s)
            os.kill(child, signal.SIGKILL)  # until the driver has asked for it, even an ended child keeps its id
        self._process.stdin.write("how did it end?\n")
        self._process.stdin.flush()
        code = int(self._told())
        give_up = time.monotonic() + 5
        while self._stub.in_flight and time.monotonic() < give_up:
            time.sleep(0.001)
        return code

    @property
    def _seen(self) -> int:
        return sum(self._stub.counts.values())

    def _told(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def lives(child: int) -> bool:
    """Whether the process has not ended; its parent has not asked yet how."""
    return Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2][0] != "Z"


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with Stub(latency="lognormal:0.02:0.6", chars=80) as stub:
        yield stub


@pytest.fixture(scope="module")
def driver(stub: Stub) -> Iterator[Driver]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-P", str(DRIVER), stub.api_base]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Driver(process, stub)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


class Moment(NamedTuple):
    """What was on record when a process had been killed."""

    requests: int
    """How many the server had seen."""
    done: set[int]
    """Seeds of the calls that were answered."""
    sent: set[int]
    """Seeds of those that were under way."""


@pytest.fixture(scope="module")
def undisturbed(driver: Driver, stub: Stub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a run that nobody kills."""
    store = tmp_path_factory.mktemp("undisturbed") / "runs.sqlite"
    assert driver.sit(store) == 0
    assert len(stub.log) == CALLS
    return store


@pytest.mark.parametrize("part", range(-(-KILLS // PART)))
def test_killed_anywhere_a_run_resumes_with_nothing_lost_and_nothing_paid_twice(
    driver: Driver, stub: Stub, undisturbed: Path, tmp_path: Path, part: int, shown: Callable[..., None]
) -> None:
    draw, kills, resent, number = random.Random(part), 0, 0, 0
    while kills < min(PART, KILLS - part * PART):
        number += 1
        store = tmp_path / f"{number}.sqlite"
        stub.reset()
        moments = list[Moment]()
        while driver.sit(store, after=draw.randint(0, 70), later_s=draw.uniform(0, 0.03)) == KILLED:
            moments.append(moment(store, stub))
            check_told(store)
        kills += len(moments)
        assert digests(store) == digests(undisturbed)
        resent += check_paid(moments, stub.log)
        check_record(store, len(stub.log), Reader(undisturbed).run("r").statuses)
    shown(kills=kills, runs=number, answers_lost=0, calls_paid_twice=0, calls_in_flight_sent_again=resent)


def test_what_was_under_way_at_a_kill_stays_spent_under_a_cap(driver: Driver, stub: Stub, tmp_path: Path) -> None:
    store, usd = tmp_path / "capped.sqlite", 0.05
    stub.reset()
    stub.script("*", Fault("hang"))
    try:
        assert driver.sit(store, after=IN_FLIGHT, usd=usd) == KILLED
    finally:
        stub.script("*", Reply())
    assert driver.sit(store, usd=usd) == 0
    rows = attempts(store)
    doubted = [row for row in rows if row.state == "in_doubt"]
    assert len(doubted) == IN_FLIGHT
    held = sum(row.reserved_nano_usd for row in doubted)
    assert held > 0.5 * usd * 1e9
    paid = sum(row.usage.cost_nano_usd or 0 for row in rows if row.state == "done")
    assert paid > 0
    assert held + paid <= usd * 1e9
    assert len([row for row in Reader(store).debates("r") if row.status]) < DEBATES


def digests(store: Path) -> list[str]:
    """Of every result, in the order of questions."""
    reader = Reader(store)
    assert reader.run("r").statuses.get("open", 0) == 0
    return [recounted(reader.debate(row.id)).digest for row in reader.debates("r")]


def moment(store: Path, stub: Stub) -> Moment:
    rows = attempts(store)
    done = {seed_of(row) for row in rows if row.state == "done"}
    return Moment(len(stub.log), done, {seed_of(row) for row in rows if row.state == "sent"})


def attempts(store: Path) -> list[AttemptRow]:
    reader = Reader(store)
    if not store.exists() or all(run.name != "r" for run in reader.runs()):
        return []
    return [row for debate in reader.debates("r") for row in reader.attempts(debate.id)]


def seed_of(row: AttemptRow) -> int:
    return call_seed(*row.key)


def check_told(store: Path) -> None:
    """Whoever listened was told of nothing that is not on record."""
    told = store.with_suffix(".told")
    ids = set(told.read_text().split()) if told.exists() else set[str]()
    assert ids <= {row.call_id for row in attempts(store) if row.state == "done"}


def check_paid(moments: list[Moment], log: tuple[Seen, ...]) -> int:
    """How many calls were sent again: each at most as often as it was under way at a kill."""
    seeds = [int(str(seen.body["seed"])) for seen in log]
    assert len(set(seeds)) == CALLS
    for at, done, under_way in moments:
        assert not done & set(seeds[at:]), "an answered call was sent again"
        assert len(under_way) <= IN_FLIGHT
    cut_off = Counter(seed for one in moments for seed in one.sent)
    assert all(times - 1 <= cut_off[seed] for seed, times in Counter(seeds).items())
    return len(seeds) - CALLS


def check_record(store: Path, requests: int, statuses: dict[str, int]) -> None:
    """Every call was answered once; every request was intended; what was cut off is in doubt."""
    rows = attempts(store)
    states = Counter(row.state for row in rows)
    assert states["done"] == len({row.call_id for row in rows}) == CALLS
    assert set(states) <= {"done", "in_doubt"}
    assert requests <= len(rows)
    assert Reader(store).run("r").statuses == statuses
