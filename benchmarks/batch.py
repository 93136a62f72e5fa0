"""How fast many debates go on Ray: by LLM actors, and by who conducts them."""

from benchmarks.rows import Row
from benchmarks.server import served
from benchmarks.subject import Measured, Task, measured
from benchmarks.workload import Size

SIZES = (
    Size(agents=3, rounds=2, topology="complete", debates=1000),
    Size(agents=16, rounds=4, topology="complete", debates=100),
)
BARE = tuple(size.model_copy(update={"debates": size.debates // 5}) for size in SIZES)
"""What the bare loop does: fewer, since it takes as long for each call however many there are."""
REPLICAS = (1, 2, 4)
WORKERS = (0, 2)
"""0: the driver conducts."""


def batch(*, quick: bool) -> list[Row]:
    """Calls per second of 1, 2 and 4 LLM actors, conducted by the driver and by workers, over the bare loop's."""
    sizes = (Size(agents=3, rounds=2, topology="complete", debates=60),) if quick else SIZES
    with served(workers=2) as server:
        bare = Task(who="litellm", sizes=sizes if quick else BARE, api_base=server.api_base)
        crews = {
            f"{replicas} LLM actors, {f'{workers} workers' if workers else 'driver'}": bare.model_copy(
                update={"who": "ray", "sizes": sizes, "replicas": replicas, "workers": workers}
            )
            for workers in WORKERS
            for replicas in (REPLICAS[:2] if quick else REPLICAS)
        }
        tasks = {"litellm": bare} | crews
        done = dict(zip(tasks, measured(list(tasks.values())), strict=True))
    rows: list[Row] = []
    for place, size in enumerate(sizes):
        loop = tasks["litellm"].sizes[place].calls / done["litellm"][place].wall_s
        rows += [_row(str(size), who, task.sizes[place].calls, done[who][place], loop) for who, task in tasks.items()]
    return rows


def _row(case: str, who: str, calls: int, each: Measured, bare: float) -> Row:
    used = ", ".join(f"{kind} {s / calls * 1000:.2f}" for kind, s in each.cpu_s.items())
    return Row(
        piece="batch",
        case=case,
        subject=who,
        figure="calls/s",
        value=calls / each.wall_s,
        baseline=bare,
        note=f"CPU ms/call: {used}; workers' own is not counted" if "workers" in who else f"CPU ms/call: {used}",
    )
