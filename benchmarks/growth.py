"""Simulated models in one process: calls a second, and how time and memory grow with agents, rounds,
edges and questions."""

from collections.abc import Sequence

from benchmarks.fit import fitted
from benchmarks.rows import Row, against
from benchmarks.subject import Measured, Task, measured
from benchmarks.workload import Size, debate

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
GROWN = tuple(
    Size(agents=agents, rounds=rounds, topology=topology, repetitions=3)
    for agents in (40, 160)
    for rounds in (2, 6)
    for topology in ("ring?k=2", "ring?k=20", "complete")
)
MISFIT = 0.3
QUICK_AGENTS, QUICK_QUESTIONS = (50, 200), (5, 20)


def growth(*, quick: bool) -> list[Row]:
    """Whole simulated debates: small ones, one of many agents, a stored run of many questions."""
    small = SIZES[:1] if quick else SIZES
    agents = [_many_agents(count) for count in (QUICK_AGENTS if quick else AGENTS)]
    stored = [_many_questions(count) for count in (QUICK_QUESTIONS if quick else QUESTIONS)]
    grown = GROWN[:3] if quick else GROWN
    tasks = [Task(who="local", sizes=small, model=MODEL)]
    tasks += [Task(who="local", sizes=(size,), model=MODEL) for size in agents]
    tasks += [Task(who="stored", sizes=(size,), model=MODEL) for size in stored]
    tasks += [Task(who="local", sizes=grown, model=MODEL)]
    done = measured(tasks, together=quick)
    (few, many), (short, long) = [each[0] for each in done[1:3]], [each[0] for each in done[3:5]]
    fit = _fit(grown, done[5])
    return [*_small(small, done[0]), *_agents(agents, few, many), *_questions(stored, short, long), *fit]


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


def _fit(sizes: Sequence[Size], done: Sequence[Measured]) -> list[Row]:
    """What a call and a message delivered cost, and how far a size is from the sum of the two."""
    delivered = [_delivered(size) for size in sizes]
    fit = fitted([size.calls for size in sizes], delivered, [each.total_cpu_s for each in done])
    most, least = max(size.agents for size in sizes), min(size.agents for size in sizes)
    case = f"{least} to {most} agents, {len(sizes)} sizes"
    row = Row(piece="growth", case=case, subject="local, simulated", figure="µs/call, fitted", value=fit.per_call * 1e6)
    message = {"figure": "µs/message, fitted", "value": fit.per_message * 1e6}
    misfit = {
        "figure": "largest misfit",
        "value": fit.worst,
        "target": f"≤ {MISFIT}",
        "met": against(MISFIT, fit.worst),
    }
    return [row, row.model_copy(update=message), row.model_copy(update=misfit)]


def _delivered(size: Size) -> int:
    """How many messages of others all prompts hold; the replies are of one length."""
    hears = debate(size, MODEL).topology.heard_by
    return (size.rounds - 1) * sum(len(hears(seat)) for seat in range(size.agents))


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
