"""Workers, LLM actors, drivers and nodes are killed under a run of workers, and runs are cancelled: equal digests,
nothing answered paid again, no spending left.

One of each by default; with MOOT_CHAOS=1, 100 LLM actors, 25 drivers, 10 nodes and 50 cancellations. The server lives
in this process, so its log is a witness that no kill reaches.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from moot import Agent, Debate, Event, Question, Ray
from moot.protocols.events import TurnEnded
from moot.runs.journal import AttemptRow, Reader
from moot.runs.loop import run_in_loop
from moot.runs.recounting import recounted
from moot.testing import Stub

CHAOS = os.environ.get("MOOT_CHAOS", "0") not in {"", "0"}
ACTORS, DRIVERS, NODES, CANCELS = (100, 25, 10, 50) if CHAOS else (1, 1, 1, 1)
pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(3600 if CHAOS else 280)]

Actors = Callable[[str], list[int]]
Shown = Callable[..., None]
AllGone = Callable[[list[str], float], bool]
Begin = Callable[..., "subprocess.Popen[str]"]
PROGRAM = Path(__file__).with_name("crew_driver.py")
CREW = Ray(workers=2, replicas=2)
SEATS, ROUNDS = ("ada", "bo"), 3
QUESTIONS = tuple(Question(f"What is {number} + 1?", kind="number", id=f"q{number}") for number in range(24))
CALLS = len(SEATS) * ROUNDS * len(QUESTIONS)
SPENDING_S = 5.0
"""After a driver's death no call begins later than this."""
ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "0" * 64}
HURRIED = {"RAY_health_check_period_ms": "500", "RAY_health_check_failure_threshold": "3"}
"""By itself Ray takes longer to believe that a node is dead; the full form lets it."""


def panel(stub: Stub, model: str = "ada", seed: int = 11) -> Debate:
    """Two who share a model with a price, behind a server that sees every call."""
    known = Agent("a", f"openai/{model}", api_base=stub.api_base, price=(1.0, 4.0), max_tokens=200)
    agents = [replace(known, name=name) for name in SEATS]
    return Debate(agents, protocol="society", rounds=ROUNDS, seed=seed, policy={"retries": 20})


@pytest.fixture(scope="module", autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-stub")
        yield


@pytest.fixture(scope="module", autouse=True)
def others(actors: Actors) -> frozenset[int]:
    """LLM actors of tests before."""
    return frozenset(actors("LLMHost"))


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with Stub(latency="lognormal:0.05:0.5", chars=80) as stub:
        yield stub


@pytest.fixture(scope="module")
def undisturbed(stub: Stub) -> list[str]:
    """Digests of the run as nobody disturbs it."""
    return [result.digest for result in panel(stub).run_many(QUESTIONS, runtime="local").results()]


@pytest.fixture
def begun(stub: Stub, tmp_path: Path) -> Iterator[Begin]:
    """Starts the program on the same debate over the same questions."""
    debate, data = tmp_path / "debate.json", tmp_path / "questions.jsonl"
    panel(stub).save(debate)
    rows = [{"question": question.text, "kind": question.kind, "id": question.id} for question in QUESTIONS]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    started = ExitStack()

    def begin(*arguments: object, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM), str(debate), str(data), *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        )
        started.enter_context(process)
        started.callback(process.kill)
        return process

    with started:
        yield begin


def told(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def attempts(store: Path) -> list[AttemptRow]:
    reader = Reader(store)
    return [row for debate in reader.debates("r") for row in reader.attempts(debate.id)]


def digests(store: Path) -> list[str]:
    reader = Reader(store)
    return [recounted(reader.debate(row.id)).digest for row in reader.debates("r")]


def check_paid(store: Path, stub: Stub) -> int:
    """How many calls were sent again: none of those that were answered, and each is on record."""
    rows = attempts(store)
    done = Counter(row.call_id for row in rows if row.state == "done")
    assert (len(done), set(done.values())) == (CALLS, {1}), "an answered call was asked again"
    assert {row.state for row in rows} <= {"done", "in_doubt"}
    assert len(stub.log) <= len(rows), "something was sent that is not on record"
    return len(stub.log) - CALLS


def test_workers_that_are_killed_lose_nothing_and_what_llm_actors_had_under_way_is_not_asked_again(
    stub: Stub, undisturbed: list[str], actors: Actors, tmp_path: Path, shown: Shown
) -> None:
    store, kills = tmp_path / "s.sqlite", list[int]()
    stub.reset()

    def kill(event: Event) -> None:
        if isinstance(event, TurnEnded) and len(stub.log) > 60 * (len(kills) + 1):
            kills.extend(actors("Worker")[-1:])
            os.kill(kills[-1], signal.SIGKILL)

    panel(stub).run_many(QUESTIONS, runtime=CREW, store=store, name="r", listen=kill)
    assert len(set(kills)) > 1
    assert digests(store) == undisturbed
    assert check_paid(store, stub) <= 0  # less than none: an actor answered what a run that went away had asked
    shown(workers_killed=len(set(kills)), differing_digests=0)


def test_llm_actors_that_are_killed_change_no_result(
    stub: Stub, undisturbed: list[str], actors: Actors, others: frozenset[int], tmp_path: Path, shown: Shown
) -> None:
    kills, away_s, resent, draw = list[int](), list[float](), 0, random.Random(9)
    due, killed_at = 0, 0.0

    def kill(event: Event) -> None:
        nonlocal due, killed_at
        if not isinstance(event, TurnEnded) or (len(stub.log) < due and not killed_at):
            return
        hosts = [pid for pid in actors("LLMHost") if pid not in others.union(kills)]
        if len(hosts) < 2:
            return
        if killed_at:
            away_s.append(time.monotonic() - killed_at)
            killed_at = 0.0
        if len(stub.log) >= due:
            kills.append(draw.choice(hosts))
            os.kill(kills[-1], signal.SIGKILL)
            due, killed_at = len(stub.log) + draw.randint(5, 60), time.monotonic()

    while len(kills) < ACTORS:
        store = tmp_path / f"{len(kills)}.sqlite"
        stub.reset()
        due, killed_at = draw.randint(5, 60), 0.0
        panel(stub).run_many(QUESTIONS, runtime=CREW, store=store, name="r", listen=kill)
        assert digests(store) == undisturbed
        resent += check_paid(store, stub)
    shown(actors_killed=len(kills), differing_digests=0, answers_paid_twice=0, calls_in_flight_sent_again=resent)
    shown(s_away_in_95_of_100=share(away_s, 0.95), s_away_in_99_of_100=share(away_s, 0.99))


def test_a_run_that_is_cancelled_stops_at_once_and_nothing_stays_under_way(
    stub: Stub, actors: Actors, tmp_path: Path, shown: Shown
) -> None:
    draw, took_s = random.Random(3), list[float]()
    # With one seed the actors would answer what a run before had asked and been cancelled over, and send nothing.
    debates = [panel(stub, "ada+sleep-0.3", seed) for seed in range(CANCELS)]
    expected = [result.digest for result in debates[0].run_many(QUESTIONS, runtime="local").results()]
    for number, debate in enumerate(debates):
        store = tmp_path / f"{number}.sqlite"
        stub.reset()
        took_s.append(run_in_loop(cancelled, debate, store, stub, draw.randint(1, CALLS - 1)))
        until = time.monotonic() + 5
        while (stub.in_flight or actors("Worker")) and time.monotonic() < until:
            time.sleep(0.01)
        assert (stub.in_flight, actors("Worker")) == (0, [])
        assert {row.state for row in attempts(store)} <= {"done", "cancelled"}
    assert any(row.state == "cancelled" for number in range(CANCELS) for row in attempts(tmp_path / f"{number}.sqlite"))
    assert max(took_s) < 5
    debates[0].run_many(QUESTIONS, runtime=CREW, store=tmp_path / "0.sqlite", name="r")
    assert digests(tmp_path / "0.sqlite") == expected
    shown(runs_cancelled=CANCELS, calls_left_under_way=0, s_until_over_in_95_of_100=share(took_s, 0.95))


async def cancelled(debate: Debate, store: Path, stub: Stub, after: int) -> float:
    """How long it takes until a run is over that is cancelled once the server has seen so many calls."""
    at = 0.0

    async def hold() -> None:
        await debate.arun_many(QUESTIONS, runtime=CREW, store=store, name="r", progress=False)

    async with anyio.create_task_group() as group:
        group.start_soon(hold)
        with anyio.fail_after(150):
            while len(stub.log) < after:  # noqa: ASYNC110  (the server has no event of ours)
                await anyio.sleep(0.005)
        at = time.perf_counter()
        group.cancel_scope.cancel()
    return time.perf_counter() - at


def share(seconds: list[float], part: float) -> float:
    """So long at most in so many of all cases."""
    ordered = sorted(seconds) or [0.0]
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def test_a_driver_that_is_killed_leaves_no_spending_behind_and_the_next_one_goes_on(
    stub: Stub, begun: Begin, undisturbed: list[str], tmp_path: Path, all_gone: AllGone, shown: Shown
) -> None:
    draw, kills, resent, late_s = random.Random(4), 0, 0, list[float]()
    while kills < DRIVERS:
        store = tmp_path / f"{kills}.sqlite"
        stub.reset()
        while True:
            process = begun(store)
            folder = json.loads(told(process))
            most = len(stub.log) + draw.randint(1, CALLS // 2) if kills < DRIVERS else sys.maxsize
            while process.poll() is None and len(stub.log) < most:
                time.sleep(0.005)
            if process.poll() is not None:
                break
            process.kill()
            process.wait()
            kills, killed_at = kills + 1, time.time()
            assert all_gone([folder], 30)
            late_s.append(max(seen.at for seen in stub.log) - killed_at)
        assert (process.returncode, digests(store)) == (0, undisturbed)
        resent += check_paid(store, stub)
    assert max(late_s) < SPENDING_S
    shown(drivers_killed=kills, answers_lost=0, answers_paid_twice=0, calls_in_flight_sent_again=resent)
    shown(s_from_a_kill_to_the_last_call=max(late_s))


def test_a_node_that_is_lost_changes_no_result(
    stub: Stub, begun: Begin, undisturbed: list[str], tmp_path: Path, shown: Shown
) -> None:
    stub.reset()
    process = begun(tmp_path / "s.sqlite", NODES, **ON_LOOPBACK, **({} if CHAOS else HURRIED))
    silent_s = list[float]()
    for _ in range(NODES):
        run = json.loads(told(process))
        assert run["digests"] == undisturbed
        silent_s.append(run["silent_s"])
    assert process.wait(60) == 0
    resent = len(stub.log) - NODES * CALLS
    shown(nodes_killed=NODES, differing_digests=0, calls_in_flight_sent_again=resent)
    shown(s_silent_in_95_of_100=share(silent_s, 0.95))
