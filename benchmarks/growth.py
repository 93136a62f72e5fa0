"""Simulated models in one process: calls a second, and how time and memory grow with agents and questions."""

from collections.abc import Sequence

from benchmarks.rows import Row, against
from benchmarks.subject import Measured, Task, measured
from benchmarks.workload import Size

MODEL = "sim/exact-zealot?init=408"
PER_SECOND, MORE, MEMORY_MB = 2000, 1.3, 150
SIZES = (
    Size(agents=3, rounds=2, topology="complete", repetitions=100),
    Size(agents=16, rounds=4, topology="complete", repetitions=15),
    Size(agents=64, rounds=4, topology="complete", repetitions=5),
    Size(agents=64, rounds=4, topology="ring?k=2", repetitions=5),
)
AGENTS = (1_000, 10_000)
QUESTIONS = (100, 1_000)
QUICK_AGENTS, QUICK_QUESTIONS = (50, 200), (5, 20)


def growth(*, quick: bool) -> list[Row]:
    """Whole simulated debates: small ones, one of many agents, a stored run of many questions."""
    small = SIZES[:1] if quick else SIZES
    agents = [_many_agents(count) for count in (QUICK_AGENTS if quick else AGENTS)]
    stored = [_many_questions(count) for count in (QUICK_QUESTIONS if quick else QUESTIONS)]
    tasks = [Task(who="local", sizes=small, model=MODEL)]
    tasks += [Task(who="local", sizes=(size,), model=MODEL) for size in agents]
    tasks += [Task(who="stored", sizes=(size,), model=MODEL) for size in stored]
    done = measured(tasks, together=quick)
    (few, many), (short, long) = [each[0] for each in done[1:3]], [each[0] for each in done[3:5]]
    return [*_small(small, done[0]), *_agents(agents, few, many), *_questions(stored, short, long)]


def _many_agents(count: int) -> Size:
    return Size(agents=count, rounds=5, topology="small_world?k=4&p=0.1")


def _many_questions(count: int) -> Size:
    return Size(agents=3, rounds=2, topology="complete", debates=count)


def _small(sizes: Sequence[Size], done: Sequence[Measured]) -> list[Row]:
    rows: list[Row] = []
    for size, each in zip(sizes, done, strict=True):
        speed = size.calls / each.total_cpu_s
        rows.append(
            Row(
                piece="growth",
                case=str(size),
                subject="local, simulated",
                figure="calls/s/core",
                value=speed,
                target=f"≥ {PER_SECOND}",
                met=against(PER_SECOND, speed, least=True),
            )
        )
    return rows


def _agents(sizes: Sequence[Size], few: Measured, many: Measured) -> list[Row]:
    cost, more = (each.total_cpu_s / size.calls * 1e6 for size, each in zip(sizes, (few, many), strict=True))
    case = str(sizes[1])
    grown = Row(
        piece="growth",
        case=case,
        subject="local, simulated",
        figure="CPU µs/call",
        value=more,
        baseline=cost,
        target=f"≤ {MORE} × that of {sizes[0].agents}",
        met=against(MORE * cost, more),
    )
    return [grown, _held(case, many, few, f"≤ {MEMORY_MB}", MEMORY_MB)]


def _questions(sizes: Sequence[Size], few: Measured, many: Measured) -> list[Row]:
    target = f"≤ 1.1 × that of {sizes[0].debates}"
    return [_held(str(sizes[1]), many, few, target, 1.1 * few.peak_mb["driver"])]


def _held(case: str, many: Measured, few: Measured, target: str, limit: float) -> Row:
    value, baseline = many.peak_mb["driver"], few.peak_mb["driver"]
    return Row(
        piece="growth",
        case=case,
        subject="local, simulated",
        figure="peak MB",
        value=value,
        baseline=baseline,
        target=target,
        met=against(limit, value),
    )
