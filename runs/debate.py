"""A debate, and the verbs that hold it."""

import importlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from moot.agents.records import Completion, Request
from moot.protocols.events import Event
from moot.protocols.question import Question
from moot.runs.ahead.plan import Plan, planned
from moot.runs.batch import Batch, Watch, hold_batch
from moot.runs.caching import Cache, cached
from moot.runs.holding import Listener
from moot.runs.journal import PassingJournal
from moot.runs.loop import await_in_loop, run_in_loop
from moot.runs.nesting import spoken
from moot.runs.policy import Budget
from moot.runs.ray.settings import Ray
from moot.runs.recounting import recounted
from moot.runs.result import Result
from moot.runs.run import Run, conducted
from moot.runs.runtime import runtime_of
from moot.runs.spec import Spec
from moot.runs.stores import journal_at
from moot.runs.streaming import Feed, Stream


class Debate(Spec):
    """A debate: its complete spec, ready for one question or many."""

    def run(
        self,
        question: str | Question,
        *,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | Ray | None = None,
        cache: Cache = None,
        listen: Listener | None = None,
    ) -> Result:
        """Hold the debate over one question and wait for its result, in a script or a notebook.

        Args:
            question: What is debated.
            store: A file that remembers every call; None keeps all in memory.
            name: The run in the store; the same name resumes it, None makes a new one.
            runtime: `ray`, `local` or a `moot.Ray`; None takes `MOOT_RUNTIME`, else `ray`.
            cache: A store, True for the run's own, from which calls are answered that were asked before by any
                run, for nothing; a debate of another seed asks other calls.
            listen: Told of every event, on the conductor's thread; its exceptions are logged.

        Raises:
            UsageError: Something does not fit, or LLMs cannot live there.
            StoreError: The store cannot be used, or the name belongs to another debate.
        """
        return run_in_loop(partial(self._held, cache=cache), Question.of(question), store, name, runtime, listen)

    async def arun(
        self,
        question: str | Question,
        *,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | Ray | None = None,
        cache: Cache = None,
        listen: Listener | None = None,
    ) -> Result:
        """As `run`, from any event loop."""
        hold = partial(self._held, cache=cache)
        return await await_in_loop(hold, Question.of(question), store, name, runtime, listen)

    def stream(
        self,
        question: str | Question,
        *,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | Ray | None = None,
    ) -> Stream[Event]:
        """Hold the debate over one question and give its events as they happen, to `for` or `async for`.

        The last is `DebateEnded`. Leaving the loop early cancels the debate. For the arguments see `run`.
        """
        asked = Question.of(question)

        async def work(feed: Feed[Event]) -> None:
            await self._held(asked, store, name, runtime, feed.offer)

        return Stream(work)

    def run_many(
        self,
        questions: Iterable[str | Question],
        *,
        trials: int = 1,
        concurrency: int | None = None,
        budget: Budget | float | None = None,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | Ray | None = None,
        cache: Cache = None,
        listen: Listener | None = None,
        progress: Watch | bool | None = None,
    ) -> Run:
        """Hold the debate over many questions, and wait for all.

        With the store and the name of an earlier run it goes on with that: debates that were
        decided with nothing lost are kept, calls that were answered are not paid again, what
        failed is tried again. More questions at the end, more trials, rounds or budget are welcome.

        Args:
            questions: What is debated; see `moot.questions` for files.
            trials: How many times each question is debated, each time with other randomness.
            concurrency: Most debates at the same time; None is 16, or 64 for each worker.
            budget: Caps on the whole run, earlier sittings included; a number is US dollars. Once
                one is reached no further debate starts.
            store: As for `run`.
            name: As for `run`.
            runtime: As for `run`; `moot.Ray(workers=…)` says how many processes conduct the debates.
            cache: As for `run`; then all debates are conducted in this process.
            listen: As for `run`, of all debates.
            progress: Told after every debate; True draws a bar on standard error, None does so
                where that is a terminal.

        Raises:
            UsageError: Something does not fit, or LLMs cannot live there.
            StoreError: The store cannot be used, or the name belongs to another run.
        """
        batch = Batch.of(self, questions, trials)
        return run_in_loop(
            partial(
                conducted,
                concurrency=concurrency,
                budget=budget,
                runtime=runtime,
                cache=cache,
                listen=listen,
                progress=progress,
            ),
            batch,
            store,
            name,
        )

    async def arun_many(
        self,
        questions: Iterable[str | Question],
        *,
        trials: int = 1,
        concurrency: int | None = None,
        budget: Budget | float | None = None,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | Ray | None = None,
        cache: Cache = None,
        listen: Listener | None = None,
        progress: Watch | bool | None = None,
    ) -> Run:
        """As `run_many`, from any event loop."""
        batch = Batch.of(self, questions, trials)
        return await await_in_loop(
            partial(
                conducted,
                concurrency=concurrency,
                budget=budget,
                runtime=runtime,
                cache=cache,
                listen=listen,
                progress=progress,
            ),
            batch,
            store,
            name,
        )

    def save(self, path: str | Path) -> None:
        """Write the debate to a `.yaml` or `.json` file, for `load` and for `moot run`.

        Raises:
            SpecError: Something in it, an object or a function, has no name to be written by.
            DataError: The file cannot be written.
        """
        importlib.import_module("moot.runs.files").write_debate(self, path)  # it builds on this module

    @staticmethod
    def load(path: str | Path, *, imports: bool = False) -> "Debate":
        """The debate that a file holds.

        Args:
            path: A `.yaml` or `.json` file.
            imports: Whether names in it may be import paths, `mypkg.rules:my_protocol`.

        Raises:
            DataError: The file cannot be read.
            UsageError: A key or name is unknown, or a value does not fit.
        """
        debate: Debate = importlib.import_module("moot.runs.files").read_debate(path, imports=imports)
        return debate

    def plan(self, questions: str | Question | Iterable[str | Question], *, trials: int = 1) -> Plan:
        """What debating these questions would take, from least to most; nothing is called and nothing spent.

        Args:
            questions: One question, or as many as a run would have.
            trials: How many times each would be debated.
        """
        asked = [questions] if isinstance(questions, str | Question) else questions
        return run_in_loop(planned, self, [Question.of(question) for question in asked], trials)

    async def complete(self, request: Request) -> Completion:
        """What the debate answers to the last message of a request, held in this process, with nothing kept.

        In a seat of another debate it goes through that one's journal and caps instead.
        """
        result = await self.arun(request.messages[-1].content, runtime="local")
        return spoken(result)

    async def _held(
        self,
        question: Question,
        store: str | Path | None,
        name: str | None,
        runtime: str | Ray | None,
        listen: Listener | None,
        *,
        cache: Cache = None,
    ) -> Result:
        self.check_keys()
        where = runtime_of(runtime)
        where.prepare()
        kept = list[Result]()
        async with journal_at(store, PassingJournal) as journal, cached(where, cache, store) as where:
            batch = Batch(self, (question,))
            row = await hold_batch(batch, journal, name, where, listen=listen, keep=kept.append)
            ended = next(batch.held(row.name)).id
            return kept[0] if kept else recounted(journal.debate(ended))
