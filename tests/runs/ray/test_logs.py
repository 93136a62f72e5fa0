"""On a real Ray: lines of LLM actors and of workers lie in the driver's log, and name the turn they serve."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import moot
from moot import Debate
from moot.protocols.events import Event
from moot.runs.logbook import logged

pytestmark = pytest.mark.xdist_group("ray")

PLACE = {"run", "debate", "turn", "round", "seat", "call"}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


@pytest.mark.parametrize("workers", [0, 2])
def test_lines_of_other_processes_name_debate_turn_and_call(workers: int, tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    debate = Debate(["sim/debater", "sim/debater?family=b"], rounds=2, seed=1)
    with logged(path, "debug"):
        run = debate.run_many(moot.sim.questions()[:8], runtime=moot.Ray(workers=workers), name="r", progress=False)
    told = lines(path)
    asked = [line for line in told if line["event"] == "llm.asked"]
    assert Counter(line["event"] for line in told)["call.ended"] == len(asked) == run.usage.calls == 32
    assert all(set(line) >= PLACE and line["actor"] != os.getpid() for line in asked)
    turns = {(result.debate_id, turn.id): turn.calls for result in run.results() for turn in result.turns}
    assert {(line["debate"], line["turn"]): (line["call"],) for line in asked} == turns
    served = {line["worker"] for line in told if "worker" in line}
    assert min(workers, 1) <= len(served) <= workers  # the first that is up may have conducted all
    if workers:
        assert all("worker" in line for line in told if line["event"].startswith(("debate.", "turn.", "call.")))


def test_a_worker_that_dies_and_comes_back_is_told(tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    killed = list[int]()

    def kill(_: Event) -> None:
        up = [line["worker"] for line in lines(path) if line["event"] == "worker.up"]
        if up and not killed:
            killed.append(up[0])
            os.kill(up[0], signal.SIGKILL)

    debate = Debate(["sim/debater?latency=0.05", "sim/debater?family=b&latency=0.05"], rounds=3, seed=1)
    with logged(path):
        run = debate.run_many(moot.sim.questions()[:6], runtime=moot.Ray(workers=1), listen=kill, progress=False)
    assert run.ended == 6
    told = lines(path)
    (lost,) = [line for line in told if line["event"] == "worker.lost"]
    assert (lost["worker"], lost["level"]) == (killed[0], "warning")
    assert lost["debates"] > 0
    up = [line for line in told if line["event"] == "worker.up"]
    assert [line["shift"] for line in up] == [1, 2]
    assert up[1]["worker"] != killed[0]
    assert {line["event"] for line in told} >= {"debate.lost", "run.ended"}
