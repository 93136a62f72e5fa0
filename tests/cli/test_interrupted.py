"""`moot run` is interrupted at any moment and begun again: code, status and totals tell the truth each time.

6 interrupts of simulated models; with MOOT_CHAOS=1 50 of models over HTTP, whose server is a witness of its own.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import moot
from moot.runs.journal import AttemptRow, Reader
from moot.testing import Reply, Stub

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
INTERRUPTS = 50 if CHAOS else 6
QUESTIONS, CALLS = 24, 24 * 2 * 2
DEBATE = """
agents: [{ada}, {bo}]
protocol: {{name: society, rounds: 2}}
seed: 3
"""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(latency="lognormal:0.1:0.6") as stub:
        stub.script("*", Reply("I weighed it.\nFinal answer: A"))
        yield stub


@pytest.fixture
def folder(tmp_path: Path, stub: Stub) -> Path:
    priced = f"api_base: {stub.api_base}, price: [1.0, 4.0], max_tokens: 200"
    paid = {name: f"{{name: {name}, llm: openai/{name}, {priced}}}" for name in ("ada", "bo")}
    free = dict.fromkeys(("ada", "bo"), '"sim/exact-zealot?init=A&latency=0.1"')
    (tmp_path / "debate.yaml").write_text(DEBATE.format(**(paid if CHAOS else free)), encoding="utf-8")
    asked = [{"question": f"What is {number} + 1?", "options": ["7", "8"]} for number in range(QUESTIONS)]
    (tmp_path / "q.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked), encoding="utf-8")
    return tmp_path


def begun(folder: Path, store: Path) -> "subprocess.Popen[str]":
    words = [
        "run",
        "debate.yaml",
        "-d",
        "q.jsonl",
        "--store",
        str(store),
        "--name",
        "r",
        "--concurrency",
        "4",
        "--json",
    ]
    environment = {
        **os.environ,
        "MOOT_RUNTIME": "local",
        "OPENAI_API_KEY": "sk-test",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "moot", *words], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.timeout(1800)
def test_interrupted_anywhere_a_run_tells_the_truth_and_pays_nothing_twice(
    folder: Path, stub: Stub, shown: Callable[..., None]
) -> None:
    draw, interrupts, number = random.Random(19), 0, 0
    while interrupts < INTERRUPTS:
        number += 1
        store = folder / f"{number}.sqlite"
        stub.reset()
        code, before, out = 130, 0, ""
        while code == 130:
            process = begun(folder, store)
            interrupt(process, store, before + draw.randint(0, CALLS // 2), draw.uniform(0, 0.2))
            out, err = process.communicate(timeout=120)
            code, before = process.returncode, len(attempts(store))
            assert "Traceback" not in err
            if code == 130:
                interrupts += 1
                assert out == ""
                assert "moot resume" in err
            check_books(store, stub)
        told = json.loads(out)
        check_whole(store, told, code)
    shown(interrupts=interrupts, untrue=0)


def interrupt(process: "subprocess.Popen[str]", store: Path, after: int, later_s: float) -> None:
    """Press Ctrl-C when so many attempts are on record, and a moment later."""
    while (not store.exists() or len(attempts(store)) < after) and process.poll() is None:
        time.sleep(0.05)
    time.sleep(later_s)
    process.send_signal(signal.SIGINT)


def check_books(store: Path, stub: Stub) -> None:
    """Every attempt has its outcome, models were asked as often as is on record, and totals are the sum."""
    rows = attempts(store)
    if not rows:
        return
    assert "sent" not in {row.state for row in rows}
    assert len(stub.log) <= len(rows)
    totals = Reader(store).totals("r")
    assert totals.attempts == len(rows)
    assert totals.cost_nano_usd == sum(row.usage.cost_nano_usd or 0 for row in rows)
    assert totals.prompt_tokens == sum(row.usage.prompt_tokens for row in rows)
    assert moot.verify(store).clean


def check_whole(store: Path, told: dict[str, Any], code: int) -> None:
    """What the last sitting printed is what the store holds."""
    reader, statuses = Reader(store), Reader(store).run("r").statuses
    rows = attempts(store)
    assert len({row.call_id for row in rows if row.state == "done"}) == reader.totals("r").calls == CALLS
    assert (told["debates"], told["ended"], told["exit_code"]) == (QUESTIONS, QUESTIONS, code)
    assert (statuses, code) == ({"decided": QUESTIONS}, 0)
    assert told["usage"]["cost_usd"] * 1e9 == pytest.approx(sum(row.usage.cost_nano_usd or 0 for row in rows))


def attempts(store: Path) -> list[AttemptRow]:
    """What is on record of the run so far."""
    reader = Reader(store)
    if not store.exists() or all(run.name != "r" for run in reader.runs()):
        return []
    return [row for debate in reader.debates("r") for row in reader.attempts(debate.id)]
