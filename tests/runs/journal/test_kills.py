"""A process killed anywhere: nothing that was told is lost, nothing answered is sent again."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from moot.runs.journal import Reader
from moot.runs.journal.verifying import violations

DRIVER = Path(__file__).with_name("driver.py")
DEBATES, SEATS, ROUNDS = 6, 3, 2


def test_killed_anywhere_it_resumes_with_nothing_lost_and_nothing_sent_again(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-P", str(DRIVER), str(tmp_path), "7", "20"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    kills = Counter(line.split()[1] for line in run.stdout.splitlines() if line.endswith("True"))
    assert sum(kills.values()) == 12 + 20
    for path in tmp_path.glob("*.sqlite"):
        check(path, kills[path.name])


def check(path: Path, kills: int) -> None:
    """The record of a run that was killed so often, against what its processes saw."""
    reader = Reader(path)
    assert list(violations(path)) == []
    assert reader.run("r").statuses == {"decided": DEBATES}
    sent, told = Counter[str](), set[str]()
    for line in path.with_suffix(".witness").read_text().splitlines():
        word, name = line.split()
        if word == "sent":
            assert name not in told, "an answered call was sent again"
            sent[name] += 1
        else:
            told.add(name)
    calls = [call for row in reader.debates("r") for call in reader.calls(row.id)]
    attempts = [one for row in reader.debates("r") for one in reader.attempts(row.id)]
    recorded = Counter(one.call_id for one in attempts)
    done = [one.call_id for one in attempts if one.state == "done"]
    assert sorted(done) == sorted(call.id for call in calls)
    assert told <= set(done)
    assert len(done) == DEBATES * SEATS * ROUNDS
    assert all(sent[name] <= recorded[name] for name in sent), "something was sent without an intent"
    assert {one.state for one in attempts} <= {"done", "in_doubt"}
    assert reader.totals("r").in_doubt == len(attempts) - len(done) <= kills * DEBATES * SEATS
    assert reader.totals("r").cost_nano_usd == len(done)
    for row in reader.debates("r"):
        record = reader.debate(row.id)
        for call in reader.calls(row.id):
            completion = record.exchanges[call.id].completion
            assert completion is not None
            assert completion.text == f"answer to {call.id}"


HOLD = """
import os, sys, time, anyio
from moot.runs.journal import open_store

async def hold():
    async with open_store(sys.argv[1]):
        if len(sys.argv) > 2:
            child = os.fork()
            if child == 0:
                print("child", os.getpid(), flush=True)
                time.sleep(60)
        print("open", flush=True)
        time.sleep(60)

anyio.run(hold)
"""


@pytest.mark.parametrize("forks", [False, True], ids=["alone", "with a child that lives on"])
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path, forks: bool) -> None:
    path = tmp_path / "s.sqlite"
    arguments = [sys.executable, "-P", "-W", "ignore", "-c", HOLD, str(path), *(["fork"] if forks else [])]
    children: list[int] = []
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        for line in (holder.stdout.readline() for _ in range(2 if forks else 1)):
            children += [int(line.split()[1])] if line.startswith("child") else []
        try:
            refused = subprocess.run(
                [*arguments[:-1]] if forks else arguments, capture_output=True, text=True, check=False
            )
            assert f"is being written by process {holder.pid} on" in refused.stderr
            holder.kill()
            holder.wait()
            assert opened(path)
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)


def opened(path: Path) -> bool:
    """Whether another process can write."""
    program = HOLD.replace('print("open", flush=True)', "return")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        run = subprocess.run([sys.executable, "-P", "-c", program, str(path)], capture_output=True, check=False)
        if run.returncode == 0:
            return True
    return False
