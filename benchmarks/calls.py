"""CPU and wall per LLM call against a server that answers at once, and the memory it takes."""

import os

from benchmarks.rows import Row, against
from benchmarks.server import served
from benchmarks.subject import Measured, Task, Who, measured
from benchmarks.workload import Size

SIZES = (
    Size(agents=3, rounds=2, topology="complete", repetitions=50),
    Size(agents=16, rounds=4, topology="complete", repetitions=8),
    Size(agents=64, rounds=4, topology="complete", repetitions=3),
    Size(agents=64, rounds=4, topology="ring?k=2", repetitions=3),
    Size(agents=3, rounds=2, topology="complete", debates=200),
)
WORKERS = 2
OWN_MS, RAY_MS, SHARE = 0.5, 1.0, 0.8
BATCH = 64
"""Calls at once from which what Ray adds has a target: a few calls share the price of a journey among few."""


def calls(*, quick: bool) -> list[Row]:
    """CPU and wall per call of the bare loop, of moot here and of moot on Ray, over the same debates."""
    sizes = (Size(agents=3, rounds=2, topology="complete", repetitions=2),) if quick else SIZES
    subjects: tuple[Who, ...] = ("litellm", "local") if quick else ("litellm", "local", "ray", "ray-cores")
    with served() as server:
        ceiling = WORKERS * server.ceiling(200 if quick else 2000)
    with served(workers=WORKERS) as server:
        tasks = [Task(who=who, sizes=sizes, api_base=server.api_base) for who in subjects]
        done = dict(zip(subjects, measured(tasks, together=quick), strict=True))
    note = f"{WORKERS} processes; a prompt without quotations"
    rows = [Row(piece="calls", case="all", subject="server", figure="calls/s it bears", value=ceiling, note=note)]
    for place, size in enumerate(sizes):
        rows += _cpu(size, {who: each[place] for who, each in done.items()})
    for place, size in enumerate(sizes):
        rows += _wall(size, {who: each[place] for who, each in done.items()})
    return rows + _memory({who: each[-1] for who, each in done.items()})


def _cpu(size: Size, done: dict[Who, Measured]) -> list[Row]:
    cost = {who: each.total_cpu_s / size.calls * 1000 for who, each in done.items()}
    limits = {"local": ("≤ litellm + 0.5", cost["litellm"] + OWN_MS)}
    limits |= dict.fromkeys(("ray", "ray-cores"), ("≤ local + 1", cost["local"] + RAY_MS))
    rows: list[Row] = []
    for who, each in done.items():
        value = cost[who]
        alone = who.startswith("ray") and size.debates == 1 and size.agents < BATCH
        target, limit = ("", value) if alone else limits.get(who, ("", value))
        by_kind = [f"{kind} {used / size.calls * 1000:.2f}" for kind, used in each.cpu_s.items()]
        rows.append(
            Row(
                piece="calls",
                case=str(size),
                subject=who,
                figure="CPU ms/call",
                value=value,
                baseline=cost["litellm"],
                target=target,
                met=against(limit, value) if target else "",
                note=", ".join(by_kind) if len(by_kind) > 1 else "",
            )
        )
    return rows


def _wall(size: Size, done: dict[Who, Measured]) -> list[Row]:
    speed = {who: size.calls / each.wall_s for who, each in done.items()}
    cores = os.cpu_count() or 1
    rows: list[Row] = []
    for who, value in speed.items():
        aims = who == "ray-cores" and size.debates > 1
        least = SHARE * cores * speed["litellm"]
        rows.append(
            Row(
                piece="calls",
                case=str(size),
                subject=who,
                figure="calls/s",
                value=value,
                baseline=speed["litellm"],
                target=f"≥ {SHARE} × {cores} cores" if aims else "",
                met=against(least, value, least=True) if aims else "",
            )
        )
    return rows


def _memory(done: dict[Who, Measured]) -> list[Row]:
    bare = done["litellm"].peak_mb["driver"]
    return [
        Row(piece="memory", case="calls", subject=who, figure=f"peak MB, {kind}", value=value, baseline=bare)
        for who, each in done.items()
        for kind, value in each.peak_mb.items()
    ]
