"""What is measured, in a process of its own: reads a task from its argument and prints what it measured.

`python -m benchmarks.subject '{"who": "local", …}'` writes one line of JSON on standard output.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, median
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from benchmarks.bare import bare_call, bare_debates
from benchmarks.processes import by_kind, cpu_s, family, peak_mb
from benchmarks.server import MODEL
from benchmarks.workload import Size, debate, questions
from moot.protocols import Pace
from moot.runs import Debate

Who = Literal["litellm", "local", "ray", "ray-cores", "stored"]
"""litellm: the bare loop. local: moot in one process. ray: moot on Ray. ray-cores: with an LLM
actor per core. stored: many questions of a run in a file, 16 at a time, in one process."""
AT_ONCE = 256
"""Most debates at the same time."""
WARM = Size(agents=8, rounds=2, topology="complete")
Work = Callable[[Size, int], Coroutine[Any, Any, None]]
"""Holds all debates of a size with a seed."""


class Task(BaseModel, frozen=True, extra="forbid"):
    """What a subject does."""

    who: Who
    sizes: tuple[Size, ...]
    model: str = MODEL
    api_base: str | None = None
    pace: Pace = "round"
    replicas: int = 1
    """LLM actors on Ray."""
    workers: int = 0
    """Conductors on Ray; 0: the process itself."""

    def started(self) -> "subprocess.Popen[str]":
        """A process that does it."""
        command = [sys.executable, "-m", "benchmarks.subject", self.model_dump_json()]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OPENAI_API_KEY": "sk-stub"},
        )


class Measured(BaseModel, frozen=True, extra="forbid"):
    """What came of one size."""

    wall_s: float
    """Median over the repetitions."""
    cpu_s: dict[str, float]
    """By kind of process (driver, llm, ray), mean over the repetitions."""
    peak_mb: dict[str, float]
    """Of the biggest process of each kind, so far."""

    @property
    def total_cpu_s(self) -> float:
        """Of all processes."""
        return sum(self.cpu_s.values())


_ALL = TypeAdapter(tuple[Measured, ...])


def measured(tasks: Sequence[Task], *, together: bool = False) -> list[tuple[Measured, ...]]:
    """Do tasks, each in a process of its own; for each task, one entry per size.

    Args:
        tasks: What is done.
        together: All at once, for a quick look: then they disturb each other.
    """
    if together:
        return [_finished(process) for process in [task.started() for task in tasks]]
    return [_finished(task.started()) for task in tasks]


def _finished(process: "subprocess.Popen[str]") -> tuple[Measured, ...]:
    said, trouble = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a measurement failed:\n{trouble[-4000:]}")
    return _ALL.validate_json(said.splitlines()[-1])


def main() -> None:
    """Do the task that the argument holds."""
    from moot.runs.loop import run_in_loop

    task = Task.model_validate_json(sys.argv[1])
    sys.stdout.write(_ALL.dump_json(run_in_loop(_done, task)).decode() + "\n")


async def _done(task: Task) -> tuple[Measured, ...]:
    with _worker(task) as work:
        await work(WARM, 0)  # imports and connections are not what is measured
        return tuple([await _repeated(work, size) for size in task.sizes])


async def _repeated(work: Work, size: Size) -> Measured:
    walls: list[float] = []
    cpus: list[dict[str, float]] = []
    for repetition in range(size.repetitions):
        processes = family(os.getpid())
        before, began = cpu_s(processes), time.perf_counter()
        await work(size, repetition + 1)
        walls.append(time.perf_counter() - began)
        after = cpu_s(processes)
        cpus.append(by_kind(processes, {pid: after[pid] - before.get(pid, 0.0) for pid in after}))
    processes = family(os.getpid())
    kinds = sorted(set(processes.values()))
    return Measured(
        wall_s=median(walls),
        cpu_s={kind: fmean(cpu.get(kind, 0.0) for cpu in cpus) for kind in kinds},
        peak_mb={kind: max(peak_mb(pid) for pid, of in processes.items() if of == kind) for kind in kinds},
    )


@contextmanager
def _worker(task: Task) -> Generator[Work]:
    if task.who == "litellm":
        yield _bare(task)
    elif task.who == "stored":
        with tempfile.TemporaryDirectory() as folder:
            yield _stored(task, Path(folder))
    else:
        yield _moot(task)


def _bare(task: Task) -> Work:
    call = bare_call(task.api_base or "")

    async def work(size: Size, seed: int) -> None:
        await bare_debates(call, size, debate(size, "sim/exact-zealot?init=1").topology.heard_by, seed)

    return work


def _moot(task: Task) -> Work:
    from moot.runs.batch import Batch, hold_batch
    from moot.runs.journal import MemoryJournal
    from moot.runs.ray.settings import Ray
    from moot.runs.runtime import runtime_of

    actors = (os.cpu_count() or 1) if task.who == "ray-cores" else task.replicas
    runtime = runtime_of("local" if task.who == "local" else Ray(replicas=actors, workers=task.workers))

    async def work(size: Size, seed: int) -> None:
        batch = Batch.of(_debate(task, size, seed), questions(size.debates), 1)
        row = await hold_batch(batch, MemoryJournal(), None, runtime, concurrency=min(size.debates, AT_ONCE))
        if row.statuses.get("failed"):
            raise RuntimeError(f"debates failed: {row.statuses}")

    return work


def _stored(task: Task, folder: Path) -> Work:
    async def work(size: Size, seed: int) -> None:
        held = _debate(task, size, seed)
        await held.arun_many(questions(size.debates), store=folder / "runs.sqlite", name=str(seed), runtime="local")

    return work


def _debate(task: Task, size: Size, seed: int) -> Debate:
    return debate(size, task.model, api_base=task.api_base, seed=seed, pace=task.pace)


if __name__ == "__main__":
    main()
