"""How fast many debates go on Ray: by LLM actors, and by who conducts them."""

from benchmarks.rows import Row
from benchmarks.server import served
from benchmarks.subject import Measured, Task, measured
from benchmarks.workload import Size

SIZES = (
    Size(agents=3, rounds=2, topology="complete", debates=1000),
    Size(agents=16, rounds=4, topology="complete", debates=200),
)
REPLICAS = (1, 2, 4)
WORKERS = (0, 2)
"""0: the driver conducts."""


def batch(*, quick: bool) -> list[Row]:
    """Calls per second of 1, 2 and 4 LLM actors, conducted by the driver and by workers, over the bare loop's."""
    sizes = (Size(agents=3, rounds=2, topology="complete", debates=60),) if quick else SIZES
    with served(workers=2) as server:
        bare = Task(who="litellm", sizes=sizes, api_base=server.api_base)
        crews = {
            f"{replicas} LLM actors, {f'{workers} workers' if workers else 'driver'}": bare.model_copy(
                update={"who": "ray", "replicas": replicas, "workers": workers}
            )
            for workers in WORKERS
            for replicas in (REPLICAS[:2] if quick else REPLICAS)
        }
        tasks = {"litellm": bare} | crews
        done = dict(zip(tasks, measured(list(tasks.values())), strict=True))
    return [row for place, size in enumerate(sizes) for row in _rows(size, {who: done[who][place] for who in done})]


def _rows(size: Size, done: dict[str, Measured]) -> list[Row]:
    bare = size.calls / done["litellm"].wall_s
    return [
        Row(
            piece="batch",
            case=str(size),
            subject=who,
            figure="calls/s",
            value=size.calls / each.wall_s,
            baseline=bare,
            note="CPU ms/call: " + ", ".join(f"{kind} {s / size.calls * 1000:.2f}" for kind, s in each.cpu_s.items()),
        )
        for who, each in done.items()
    ]
