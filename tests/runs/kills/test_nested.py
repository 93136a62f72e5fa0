"""A run of debates with a debate in a seat and on the bench, killed among the inner calls and begun again."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from moot import Debate, open_run, sim
from moot.errors import StoreError
from moot.runs.journal import Reader

KILLED_AFTER = (5, 25, 50)
"""Answered calls, of 72 in all."""
SPEC = {
    "agents": [
        {"name": "ada", "llm": "sim/debater?latency=0.02"},
        {"name": "team", "llm": {"debate": {"agents": ["sim/debater?latency=0.02"] * 3, "protocol": "du?rounds=2"}}},
    ],
    "protocol": "du?rounds=2",
    "judge": {"llm": {"debate": {"agents": ["sim/debater?latency=0.02"] * 4, "protocol": "vote"}}},
    "decide": "judge",
    "seed": 6,
}
CALLS = 4 * (2 + 2 * 6 + 4)
PROGRAM = f"""
import sys
from moot import Debate, sim
Debate.from_spec({SPEC!r}).run_many(
    sim.questions()[:4], concurrency=2, store=sys.argv[1], name="r", runtime="local", progress=False
)
"""


def answered(store: Path) -> int:
    try:
        return Reader(store).totals("r").calls
    except StoreError:
        return 0  # not begun


def test_inner_calls_that_were_answered_are_not_made_again(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    for enough in KILLED_AFTER:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(store)])
        give_up = time.monotonic() + 60
        while answered(store) < enough and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.005)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert enough <= answered(store) < CALLS
    run = open_run(store).resume(runtime="local", progress=False)
    whole = Debate.from_spec(SPEC).run_many(sim.questions()[:4], runtime="local", progress=False)
    assert [result.digest for result in run.results()] == [result.digest for result in whole.results()]
    assert answered(store) == CALLS
    reader = Reader(store)
    attempts = [one for row in reader.debates("r") for one in reader.attempts(row.id)]
    done = Counter(one.call_id for one in attempts if one.state == "done")
    assert (len(done), set(done.values())) == (CALLS, {1})
    assert {one.state for one in attempts} <= {"done", "in_doubt"}  # a kill leaves doubt, and no more
    assert any("team/" in call.key.seat for row in reader.debates("r") for call in reader.calls(row.id))
