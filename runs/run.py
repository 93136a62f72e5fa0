"""A run: one debate over many questions, under one name in one journal."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import anyio

from moot.errors import StoreError
from moot.protocols.tally import Tally
from moot.runs.again.changing import changed
from moot.runs.again.forking import forked
from moot.runs.again.recorded import Shelf
from moot.runs.again.redecided import Redecided
from moot.runs.again.redeciding import decisions_of, redecided, stops_of
from moot.runs.again.replaying import Replay, replayed
from moot.runs.batch import Batch, Watch, hold_batch
from moot.runs.caching import Cache, cached
from moot.runs.drawing.notebook import framed as page_in_frame
from moot.runs.export import export
from moot.runs.export.chosen import Stored
from moot.runs.export.tables import framed
from moot.runs.given import budget_of
from moot.runs.holding import Listener
from moot.runs.journal import Journal, MemoryJournal, Reader, Records
from moot.runs.loop import run_in_loop
from moot.runs.policy import Budget
from moot.runs.progress import watching
from moot.runs.ray.settings import Ray
from moot.runs.recounting import ours, recounted
from moot.runs.result import Result
from moot.runs.runtime import runtime_of
from moot.runs.spec import Spec
from moot.runs.stores import journal_at
from moot.runs.summary import Summary, summed_up
from moot.runs.viewer.view import View


@dataclass(frozen=True)
class Run:
    """A run: what it holds and what came of it, read from its journal as it is asked for."""

    name: str
    batch: Batch
    records: Records = field(repr=False)
    store: Path | None = None
    """None where it lives in memory."""
    wall_s: float = 0.0
    """Of the sitting that made this object."""
    imports: bool = False
    """Whether names in its record may be import paths."""

    @property
    def asked(self) -> int:
        """How many debates it has."""
        return len(self.batch.questions) * self.batch.trials

    @property
    def statuses(self) -> dict[str, int]:
        """How many debates ended in each status; those not held yet are `open`."""
        ended = {status: count for status, count in self.records.run(self.name).statuses.items() if status != "open"}
        missing = self.asked - sum(ended.values())
        return {**ended, **({"open": missing} if missing else {})}

    @property
    def ended(self) -> int:
        """How many debates have ended."""
        return self.asked - self.statuses.get("open", 0)

    @property
    def usage(self) -> Tally:
        """What all its calls have used, those of earlier sittings included."""
        totals = self.records.totals(self.name)
        return Tally(
            calls=totals.calls,
            prompt_tokens=totals.prompt_tokens,
            completion_tokens=totals.completion_tokens,
            cost_nano_usd=totals.cost_nano_usd,
            wall_s=self.wall_s,
        )

    def results(self) -> Iterator[Result]:
        """The results of the debates that have ended, in the order of questions and trials."""
        for row in self._shelf.rows():
            if row.status is not None and row.parent is None:
                yield self.result(row.id)

    def result(self, debate_id: str) -> Result:
        """The result of one debate.

        Raises:
            StoreError: There is no such debate, or it has not ended.
        """
        return recounted(self.records.debate(debate_id))

    def summary(self) -> Summary:
        """The run in figures."""
        return summed_up(self.results())

    def resume(
        self,
        *,
        concurrency: int | None = None,
        budget: Budget | float | None = None,
        runtime: str | Ray | None = None,
        listen: Listener | None = None,
        progress: Watch | bool | None = None,
    ) -> "Run":
        """Hold what is missing; what failed is tried again, what was answered is not asked again.

        For the arguments see `Debate.run_many`.
        """
        work = partial(
            conducted,
            concurrency=concurrency,
            budget=budget,
            runtime=runtime,
            listen=listen,
            progress=progress,
            memory=self.records if isinstance(self.records, MemoryJournal) else None,
        )
        return run_in_loop(work, self.batch, self.store, self.name)

    def view(self, *, port: int = 0) -> View:
        """Open the run in a local page, which is served until it is closed or the process ends.

        In a script end with `run.view().wait()`.

        Args:
            port: 0 takes a free one.

        Raises:
            UsageError: The extra `view` is not installed.
        """
        name = "in memory" if self.store is None else self.store.name
        return View(self.records, name, run=self.name, port=port)

    def export(self, path: str | Path, *, prompts: bool = True) -> Path:
        """Take the run along in a file: `.html`, `.md`, `.jsonl`, `.parquet` or `.graphml`, as its name ends.

        Args:
            path: Of the file.
            prompts: Whether a page holds prompts and raw replies.

        Raises:
            UsageError: There is no such format, or what it needs is not installed.
            DataError: The file cannot be written.
        """
        name = "in memory" if self.store is None else self.store.name
        return export(Stored(self.records, name, self.name), path, prompts=prompts)

    def frame(self, *, turns: bool = False) -> Any:
        """The run as a pandas frame: a row for each debate that has ended, or for each of its turns.

        Raises:
            UsageError: pandas is not installed.
        """
        return framed(self.name, self.results(), turns=turns)

    def replay(self, debate_id: str | None = None) -> Replay:
        """Hold the run's debates again from the record alone: no LLM is opened, and nothing is written.

        Results are equal, prompts included; where one is not, the code has changed since, and the
        report names the first difference.

        Args:
            debate_id: One debate; None is all that have ended.

        Raises:
            StoreError: That one is not there or has not ended, or the record is damaged.
            UsageError: What they were held with names something that is not known here.
        """
        return run_in_loop(replayed, self._shelf, debate_id)

    def redecide(self, *, decide: Any = None, stop: Any = None) -> Redecided:
        """What the run's debates would have come to, and have cost, under other rules; nobody is asked.

        Args:
            decide: A decision as `Debate` takes it, or a list of several; None is the recorded one.
            stop: A stop rule as `Debate` takes it, or a list of several; None is the recorded one.

        Returns:
            A row for each decision with each stop rule. Its figures are None, and it has a reason, where a
            debate would have needed a call or a round that is not on record.

        Raises:
            UsageError: There is no such rule, or what the debates were held with is not known here.
            StoreError: The record is damaged.
        """
        return run_in_loop(redecided, self._shelf, decisions_of(decide), stops_of(stop))

    def fork(
        self,
        debate_id: str,
        *,
        after_round: int = -1,
        runtime: str | Ray | None = None,
        listen: Listener | None = None,
        **changes: Any,
    ) -> Result:
        """Go on with a debate after one of its rounds, changed from there on; only what that affects is called.

        The fork is stored in the same run, with the debate it goes on with; asked for again, it is
        gone on with itself. What is kept counts as `usage.cached_calls`.

        Args:
            debate_id: A debate of the run that has ended.
            after_round: The last round that is kept, from 0; -1 is the last there is.
            runtime: As for `Debate.run`.
            listen: As for `Debate.run`.
            changes: By the names of the arguments of `Debate`, protocol and seed apart: `judge=`,
                `rounds=6`, `stop=None`, `agents={"bo": "openai/gpt-5-mini"}` for another model in
                that seat, `agents={"bo": {"persona": "a sceptic"}}` for what else changes of it.

        Raises:
            StoreError: There is no such debate, or it has not ended.
            UsageError: There is no such round, or a change does not fit or go with what is kept.
        """
        change = partial(changed, changes=changes, imports=self.imports)
        return self.forked(debate_id, after_round=after_round, change=change, runtime=runtime, listen=listen)

    def forked(
        self,
        debate_id: str,
        *,
        after_round: int,
        change: Callable[[Spec], Spec],
        runtime: str | Ray | None = None,
        listen: Listener | None = None,
    ) -> Result:
        """As `fork`, with a function that makes of what the debate was held with what the fork is held with."""
        return run_in_loop(self._forked, debate_id, after_round, change, runtime, listen)

    async def _forked(
        self,
        debate_id: str,
        after_round: int,
        change: Callable[[Spec], Spec],
        runtime: str | Ray | None,
        listen: Listener | None,
    ) -> Result:
        memory = self.records if isinstance(self.records, MemoryJournal) else None
        async with _journal(self.store, memory) as journal:
            return await forked(
                self._shelf,
                journal,
                debate_id,
                after_round=after_round,
                change=change,
                runtime=runtime_of(runtime),
                listen=listen,
            )

    def _repr_html_(self) -> str:
        """In a notebook: the figures, and the page of `moot view` in a frame."""
        name = "in memory" if self.store is None else self.store.name
        return f"<pre>{escape(str(self))}</pre>{page_in_frame(Stored(self.records, name, self.name))}"

    @property
    def _shelf(self) -> Shelf:
        return Shelf(self.records, self.name, self.batch, imports=self.imports)

    def __str__(self) -> str:
        missing = self.asked - self.ended
        return "\n".join([f"run {self.name}", str(self.summary()), *([f"{missing} not held yet"] if missing else [])])


async def conducted(
    batch: Batch,
    store: str | Path | None,
    name: str | None,
    *,
    concurrency: int | None = None,
    budget: Budget | float | None = None,
    runtime: str | Ray | None = None,
    cache: Cache = None,
    listen: Listener | None = None,
    progress: Watch | bool | None = None,
    memory: MemoryJournal | None = None,
) -> Run:
    """Hold a batch and give back its run; to be called on the loop."""
    batch.debate.check_keys()
    where = runtime_of(runtime)
    where.prepare()
    began = anyio.current_time()
    async with _journal(store, memory) as journal, cached(where, cache, store) as where:
        with watching(progress, name or "debates") as watch:
            row = await hold_batch(
                batch,
                journal,
                name,
                where,
                concurrency=concurrency,
                budget=None if budget is None else budget_of(budget),
                listen=listen,
                watch=watch,
            )
        records: Records = journal if store is None else Reader(store)
    return Run(
        name=row.name,
        batch=batch,
        records=records,
        store=None if store is None else Path(store),
        wall_s=anyio.current_time() - began,
    )


def open_run(store: str | Path, name: str | None = None, *, imports: bool = False) -> Run:
    """A stored run, without its debate at hand.

    Args:
        store: Path of the store.
        name: Of the run; None takes the latest.
        imports: Whether its names may be import paths.

    Raises:
        StoreError: There is no such store or run, or its spec is none of moot's.
        UsageError: Its debate holds a name that is not known here.
    """
    records = Reader(store)
    runs = records.runs()
    if not runs:
        raise StoreError(f"the store {str(store)!r} holds no run")
    row = runs[-1] if name is None else records.run(name)
    with ours(f"the spec of run {row.name!r}"):
        batch = Batch.from_spec(row.spec, imports=imports)
    return Run(row.name, batch, records, Path(store), imports=imports)


@asynccontextmanager
async def _journal(store: str | Path | None, memory: MemoryJournal | None) -> AsyncGenerator[Journal]:
    if memory is not None:
        yield memory
    else:
        async with journal_at(store) as journal:
            yield journal
