"""A program that conducts debates over a store and is killed while it does, over and over.

Run by `test_kills.py`. It forks one child a trial; the child conducts what is still to do and
writes to a witness file what it sends and what it was told is committed; the parent kills it.

    python driver.py FOLDER SEED KILLS
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import apsw

from moot.agents.records import Completion, Message, Request, Usage
from moot.runs.journal import CallKey, DebateRow, Intent, Store, open_store, request_hash
from moot.runs.journal.sql import connected

DEBATES, SEATS, ROUNDS = 6, 3, 2
POINTS = ("before intent", "after intent", "before settle", "after settle")
Pass = Callable[[str], None]


def answer(intent: Intent) -> str:
    """What the model says: the same each time it is asked the same."""
    return f"answer to {intent.call_id}"


@dataclass(frozen=True)
class Conductor:
    """What a call needs besides its prompt."""

    store: Store
    row: DebateRow
    witness: int
    passing: Pass

    def note(self, word: str, intent: Intent) -> None:
        """Put down what has been seen, where no kill can undo it."""
        os.write(self.witness, f"{word} {intent.call_id}\n".encode())


async def call(conductor: Conductor, seat: str, round: int, heard: str) -> str:
    store, row, passing = conductor.store, conductor.row, conductor.passing
    request = Request(key="k", model="m", messages=(Message(role="user", content=f"{row.id} {heard}"),))
    key = CallKey(row.stream, seat, round, 0, 0)
    intent = Intent(key, row.id, request, request_hash(request), 0, 100)
    known = store.recall(row.id, key, intent.request_hash)
    if known is not None:
        return known.text
    passing("before intent")
    await store.intend([intent])
    passing("after intent")
    conductor.note("sent", intent)
    await anyio.sleep(random.Random(intent.call_id).random() * 0.004)
    passing("before settle")
    said = Completion(kind="ok", text=answer(intent), usage=Usage(cost_nano_usd=1))
    await store.settle(intent, said)
    conductor.note("told", intent)
    passing("after settle")
    return said.text


async def debate(store: Store, index: int, witness: int, passing: Pass) -> None:
    row = DebateRow(id=f"d{index}", run="r", index=index, trial=0, stream=f"s{index}", question={"n": index})
    await store.begin_debate(row)
    conductor = Conductor(store, row, witness, passing)
    said = {f"a{place}": "" for place in range(SEATS)}
    for round in range(ROUNDS):
        heard, now = " ".join(said.values()), dict[str, str]()

        async def turn(seat: str, round: int = round, heard: str = heard, now: dict[str, str] = now) -> None:
            now[seat] = await call(conductor, seat, round, heard)

        async with anyio.create_task_group() as group:
            for seat in said:
                group.start_soon(turn, seat)
        said = {seat: now[seat] for seat in said}
    await store.end_debate(row.id, "decided", {"said": " ".join(said.values())})


async def conduct(path: Path, witness: int, passing: Pass) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", {"rounds": ROUNDS})
        ended = {row.id for row in store.debates("r") if row.status is not None}
        async with anyio.create_task_group() as group:
            for index in range(DEBATES):
                if f"d{index}" not in ended:
                    group.start_soon(debate, store, index, witness, passing)


def trial(path: Path, point: str, at: int, delay_s: float, backend: str) -> bool:
    """Conduct in a child until it ends or dies; whether it died."""
    child = os.fork()
    if child == 0:
        passed = 0

        def passing(name: str) -> None:
            nonlocal passed
            passed += name == point
            if name == point and passed == at:
                os.kill(os.getpid(), signal.SIGKILL)

        witness = os.open(path.with_suffix(".witness"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        anyio.run(conduct, path, witness, passing, backend=backend)
        os._exit(0)
    if not point:
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("the child failed")
    check(path)
    return os.WIFSIGNALED(status)


def check(path: Path) -> None:
    """The store is whole, as any reader finds it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    connection = connected(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    assert connection.pragma("integrity_check") == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def main(folder: Path, seed: int, kills: int) -> None:
    draw = random.Random(seed)
    for point in POINTS:
        for at, backend in ((1, "asyncio"), (5, "trio"), (9, "asyncio")):
            path = folder / f"{point.replace(' ', '-')}-{at}.sqlite"
            report(path, trial(path, point, at, 0, backend))
            trial(path, "never", 0, 0, "asyncio")
    killed = number = 0
    while killed < kills:
        path = folder / f"random-{number}.sqlite"
        died = trial(path, "", 0, draw.uniform(0.01, 0.2), draw.choice(("asyncio", "trio")))
        killed += died
        if not died or killed == kills:
            trial(path, "never", 0, 0, "asyncio")
            number += 1
        report(path, died)


def report(path: Path, died: bool) -> None:
    sys.stdout.write(f"killed {path.name} {died}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
