"""A debate, and the verbs that hold it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from moot.protocols.question import Question
from moot.runs.holding import Listener, cast, hold
from moot.runs.journal import Journal, MemoryJournal, open_store
from moot.runs.loop import await_in_loop, run_in_loop
from moot.runs.result import Result
from moot.runs.runtime import runtime_of
from moot.runs.spec import Spec

GROWABLE = ("questions", "trials", "protocol.rounds")
"""Limits in a run's spec that may be raised when it is begun again."""


class Debate(Spec):
    """A debate: its complete spec, ready for one question or many."""

    def run(
        self,
        question: str | Question,
        *,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | None = None,
        listen: Listener | None = None,
    ) -> Result:
        """Hold the debate over one question and wait for its result, in a script or a notebook.

        Args:
            question: What is debated.
            store: A file that remembers every call; None keeps all in memory.
            name: The run in the store; the same name resumes it, None makes a new one.
            runtime: `ray`, `local` or `ray://host:port`; None takes `MOOT_RUNTIME`, else `ray`.
            listen: Told of every event, on the conductor's thread; its exceptions are logged.
        """
        return run_in_loop(self._held, Question.of(question), store, name, runtime, listen)

    async def arun(
        self,
        question: str | Question,
        *,
        store: str | Path | None = None,
        name: str | None = None,
        runtime: str | None = None,
        listen: Listener | None = None,
    ) -> Result:
        """As `run`, from any event loop."""
        return await await_in_loop(self._held, Question.of(question), store, name, runtime, listen)

    async def _held(
        self,
        question: Question,
        store: str | Path | None,
        name: str | None,
        runtime: str | None,
        listen: Listener | None,
    ) -> Result:
        where = runtime_of(runtime)
        where.prepare()
        async with journal_at(store) as journal:
            row = await journal.begin_run(name, self.spec(), growable=GROWABLE)
            return await hold(self, question, await cast(self, where), journal, row.name, listen=listen)


@asynccontextmanager
async def journal_at(store: str | Path | None) -> AsyncGenerator[Journal]:
    """The store of that path, or a memory that ends with the debate."""
    if store is None:
        yield MemoryJournal()
    else:
        async with open_store(store) as journal:
            yield journal
