"""A debate over many questions: begun in a journal, what is missing conducted, the rest kept."""

import warnings
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import anyio
from pydantic import JsonValue

from moot.agents.provider import prices
from moot.errors import SpecError
from moot.logs import say
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.runs.chronicle import run_told
from moot.runs.doubt import settled
from moot.runs.holding import Listener, cast, debate_id, row_of, spent
from moot.runs.journal import Journal, Pulse, RunRow
from moot.runs.journal.specs import plain
from moot.runs.logbook import follow_environment
from moot.runs.policy import Budget
from moot.runs.purse import Purse
from moot.runs.ray.crew import Crew, workers_for
from moot.runs.ray.runtime import RayRuntime
from moot.runs.result import Result
from moot.runs.runtime import Runtime
from moot.runs.spec import Spec
from moot.runs.task import Hold, Task

GROWABLE = (
    "questions",
    "trials",
    "protocol.rounds",
    "stop",
    "budget.usd",
    "budget.tokens",
    "budget.calls",
    "budget.minutes",
    "limits*",
)
"""Limits in a run's spec that may be raised when it is begun again; what providers bear may be said otherwise."""
CONCURRENCY = 16
"""Debates of a run that are conducted at the same time in this process."""


@dataclass(frozen=True)
class Batch:
    """What a run holds: one debate over its questions, each as many times as there are trials."""

    debate: Spec
    questions: tuple[Question, ...]
    trials: int = 1

    @classmethod
    def of(cls, debate: Spec, questions: Iterable[str | Question], trials: int = 1) -> "Batch":
        """A batch whose questions have different ids; a repeat gets `~2`, with a warning.

        Raises:
            SpecError: There is no question, no trial, or a question that the protocol cannot debate.
        """
        asked = tuple(_unlike(Question.of(question) for question in questions))
        if not asked:
            raise SpecError("a run needs at least one question")
        if trials < 1:
            raise SpecError(f"trials={trials} must be at least 1")
        for question in asked:
            debate.protocol.check_question(question)
        return cls(debate, asked, trials)

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any], *, imports: bool = False) -> "Batch":
        """The batch of a stored run; LLMs that were objects are missing. For the arguments see `Spec.from_spec`."""
        debate = {key: value for key, value in spec.items() if key not in {"questions", "trials"}}
        asked = tuple(Question(**question) for question in spec["questions"])
        return cls(Spec.from_spec(debate, imports=imports, absent=True), asked, spec["trials"])

    def spec(self) -> dict[str, JsonValue]:
        """What a store compares when the run is begun again."""
        asked = [question.model_dump(mode="json", exclude_none=True) for question in self.questions]
        return plain({**self.debate.spec(), "trials": self.trials, "questions": asked})

    def held(self, run: str) -> Iterator["Held"]:
        """Its debates, question by question."""
        for index, question in enumerate(self.questions):
            for trial in range(self.trials):
                yield Held(debate_id(run, question, trial), index, trial, question)


@dataclass(frozen=True)
class Held:
    """One debate of a batch."""

    id: str
    index: int
    trial: int
    question: Question


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    statuses: Mapping[str, int]
    """How many debates ended in each status."""
    usage: Tally
    """Of the debates that ended since the run was begun this time."""
    pulse: Pulse
    """Counts of calls in this sitting, which go on: `pulse.beat()` is what they are now."""
    eta_s: float | None = None
    """Seconds to go at the pace of this sitting so far; None before the first of its debates has ended."""


Watch = Callable[[Progress], None]


async def hold_batch(
    batch: Batch,
    journal: Journal,
    name: str | None,
    runtime: Runtime,
    *,
    concurrency: int | None = None,
    budget: Budget | None = None,
    listen: Listener | None = None,
    watch: Watch | None = None,
    keep: Callable[[Result], None] | None = None,
) -> RunRow:
    """Begin the run, or begin it again, and hold every debate of it that is missing or has lost something.

    Args:
        batch: What is held. A debate without a seed of its own takes the recorded one.
        journal: Where it is held.
        name: Of the run; None for a new one.
        runtime: Where LLMs live.
        concurrency: Most debates at the same time; None is `CONCURRENCY`.
        budget: Caps on the whole run, earlier sittings included; once one is reached no further debate starts.
        listen: Told of every event.
        watch: Told after every debate.
        keep: Given every result as it is put down.
    """
    follow_environment()
    known = _recorded(journal, name)
    if known is not None and not batch.debate.seed_given:
        batch = replace(batch, debate=batch.debate.with_seed(int(str(known.spec["seed"]))))
    batch.debate.check_caps(budget or Budget())
    terms: dict[str, JsonValue] = {"prices": prices.digest()}
    if budget is not None:
        terms["budget"] = budget.model_dump(exclude_none=True)
    row = await journal.begin_run(name, batch.spec(), growable=GROWABLE, terms=terms)
    whole = _whole(journal, row.name) if known is not None and known.spec == row.spec else {}
    todo = [held for held in batch.held(row.name) if held.id not in whole]
    debate = await settled(batch.debate, journal, row.name, [held.id for held in todo])
    total = len(batch.questions) * batch.trials
    sitting = _Sitting(debate, row.name, total, Counter(whole.values()), watch, journal.pulse)
    sitting.tell()
    with run_told(row.name, debates=total, missing=len(todo), runtime=runtime.name, budget=terms.get("budget")):
        if todo:
            voices = await cast(debate, runtime)
            begun = [] if budget is None else [held.id for held in journal.debates(row.name)]
            caps = budget or Budget()
            purse = Purse(caps, spent(caps, voices, journal, begun))
            task = Task(debate, voices, journal, purse, listen, keep)
            async with _place(task, runtime, len(todo)) as (hold, room):
                await sitting.hold(todo, hold, concurrency or room, purse)
        ended = dict(sorted(sitting.statuses.items()))
        say("run.ended", statuses=ended, missing=total - sitting.statuses.total(), **journal.pulse.beat()._asdict())
    return row


@asynccontextmanager
async def _place(task: Task, runtime: Runtime, debates: int) -> AsyncGenerator[tuple[Hold, int]]:
    """Who conducts so many debates, and how many at the same time: workers on Ray, or this process."""
    if isinstance(runtime, RayRuntime) and task.keep is None:
        workers = workers_for(task.debate, runtime.given, debates)
        if workers:
            async with Crew.at(runtime, task, workers) as crew:
                yield crew.hold, crew.room
            return
    yield task.hold, CONCURRENCY


@dataclass
class _Sitting:
    """The run as it is conducted this time."""

    debate: Spec
    run: str
    total: int
    statuses: Counter[str]
    watch: Watch | None
    pulse: Pulse
    usage: Tally = field(default_factory=Tally)
    _began: float = field(default_factory=anyio.current_time)
    _held: int = 0

    async def hold(self, todo: Sequence[Held], hold: Hold, concurrency: int, purse: Purse) -> None:
        """Hold them in order, so many at a time, until a cap of the run is reached."""
        waiting = iter(todo)

        async def hold_next() -> None:
            for held in waiting:
                if purse.words:
                    return
                ending = await hold(row_of(self.debate, held.question, self.run, index=held.index, trial=held.trial))
                self.statuses[ending.status] += 1
                self.usage += ending.usage
                self._held += 1
                self.tell()

        async with anyio.create_task_group() as group:
            for _ in range(min(concurrency, len(todo))):
                group.start_soon(hold_next)

    def tell(self) -> None:
        """Tell how far it is."""
        if self.watch is not None:
            done = self.statuses.total()
            eta_s = (anyio.current_time() - self._began) / self._held * (self.total - done) if self._held else None
            self.watch(Progress(done, self.total, dict(sorted(self.statuses.items())), self.usage, self.pulse, eta_s))


def _recorded(journal: Journal, name: str | None) -> RunRow | None:
    return None if name is None else next((row for row in journal.runs() if row.name == name), None)


def _whole(journal: Journal, run: str) -> dict[str, str]:
    """Debates that need nothing more: decided, with no turn lost. Others are held again from the record."""
    ended = (row for row in journal.debates(run) if row.parent is None)
    return {row.id: row.status for row in ended if row.status == "decided"}


def _unlike(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions, with other ids where theirs comes again; no id is taken that a later question brings."""
    asked = list(questions)
    taken = {question.id for question in asked}
    seen: set[str] = set()
    for question in asked:
        if question.id not in seen:
            seen.add(question.id)
            yield question
            continue
        fresh = next(name for name in (f"{question.id}~{number}" for number in count(2)) if name not in taken)
        taken.add(fresh)
        warnings.warn(f"question {question.id!r} comes again: it is called {fresh!r}", stacklevel=2)
        yield question.renamed(fresh)
