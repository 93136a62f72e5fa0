"""The process that compares expressions: it may hang, die or be cancelled, and is there again."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import anyio
import pytest

from moot.errors import RuntimeStartError
from moot.protocols.answers.comparing import Worker, computed_equal

ENDLESS = "9999999!"
"""Computing this takes minutes, in single multiplications that no Python-level alarm interrupts."""


OTHER = r"9999998! \cdot x"


@pytest.fixture
def anyio_backend() -> str:
    """What starts processes runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker(cpu_s=0.5)
    yield worker
    worker.end()


def alive(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    return pid is not None


def test_a_comparison_that_never_ends_is_ended_and_the_next_one_works(worker: Worker) -> None:
    assert worker.equal("x+x", "2x") is True
    first = worker.pid
    start = time.monotonic()
    assert worker.equal(ENDLESS, OTHER) is None
    assert time.monotonic() - start < 25  # less than its wall time
    assert not alive(first)
    assert worker.equal("x+x", "2x") is True
    assert worker.pid != first


def test_a_process_that_was_killed_is_started_again(worker: Worker) -> None:
    assert worker.equal("x+x", "2x") is True
    assert worker.pid
    os.kill(worker.pid, 9)
    assert worker.equal("x+x", "3x") is False


def test_what_is_no_mathematics_cannot_be_told(worker: Worker) -> None:
    for text in ("\\frac{", "", "$$", "}{", "\x00", "\ud800", "\\" * 50):
        assert worker.equal(text, "1") is not True
    assert worker.equal("x+x", "2x") is True


def test_model_text_is_never_evaluated(worker: Worker, tmp_path: object) -> None:
    trace = f"{tmp_path}/trace"
    for text in (f"__import__('os').system('touch {trace}')", f"open('{trace}','w')", "1 if exit() else 2"):
        assert worker.equal(text, "1") is not True
    assert not os.path.exists(trace)


async def test_comparisons_wait_for_one_another_without_stopping_the_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await anyio.sleep(0.01)
            ticks += 1

    verdicts: list[bool] = []

    async def compare(n: int) -> None:
        verdicts.append(await computed_equal(f"{n}x+x", f"{n + 1}x"))

    async with anyio.create_task_group() as ticking:
        ticking.start_soon(tick)
        async with anyio.create_task_group() as comparing:
            for n in range(1, 9):
                comparing.start_soon(compare, n)
        ticking.cancel_scope.cancel()
    assert verdicts == [True] * 8
    assert ticks > 3


async def test_a_cancelled_comparison_is_gone_at_once() -> None:
    await computed_equal("x+x", "2x")  # so that a worker is ready
    start = time.monotonic()
    with anyio.move_on_after(0.2) as scope:
        await computed_equal(ENDLESS, OTHER)
    assert scope.cancelled_caught
    assert time.monotonic() - start < 1.9  # less than its CPU time


def test_a_process_that_cannot_start_is_an_error_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moot.protocols.answers.comparing._PROGRAM", "/nonexistent/program.py")
    with pytest.raises(RuntimeStartError, match="math-verify"):
        Worker().equal("x", "y")


def test_a_script_is_not_run_again_by_its_workers_and_leaves_none_behind(tmp_path: object) -> None:
    script = f"{tmp_path}/three_lines.py"
    with open(script, "w") as file:
        file.write(
            textwrap.dedent("""
                from moot.protocols.answers.comparing import Worker, computed_equal_now, _pool
                print("started")
                print(computed_equal_now("x+x", "2x"))
                print(_pool.take().pid)
            """)
        )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    started, equal, pid = done.stdout.split()
    assert (started, equal, done.stderr) == ("started", "True", "")
    deadline = time.monotonic() + 10
    while alive(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(int(pid))
