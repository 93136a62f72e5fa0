"""What a conductor needs of a journal."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from pydantic import JsonValue

from moot.agents.records import Completion
from moot.runs.journal.pulse import Pulse
from moot.runs.journal.records import (
    NO_TERMS,
    AttemptRow,
    CallKey,
    CallRow,
    DebateRecord,
    DebateRow,
    Intent,
    RunRow,
    Totals,
)


class Records(Protocol):
    """What a journal tells. These read what is committed, and wait for it: on a large store call
    `debate` and `totals` through `anyio.to_thread`.

    Every method that takes a name raises `StoreError` where nothing has that name.
    """

    def runs(self) -> tuple[RunRow, ...]:
        """All runs, in the order in which they were first begun."""
        ...

    def run(self, name: str) -> RunRow:
        """One run."""
        ...

    def spec(self, epoch: int) -> dict[str, JsonValue]:
        """The spec with which a run was begun then."""
        ...

    def debates(self, run: str, *, start: int = 0, most: int | None = None) -> tuple[DebateRow, ...]:
        """The debates of a run, by question and trial, forks after what they were forked from.

        Args:
            run: Its name.
            start: How many of the first to leave out.
            most: How many to tell; None is all.
        """
        ...

    def debate(self, debate_id: str, *, calls: Collection[str] | None = None, prompts: bool = True) -> DebateRecord:
        """One debate with its result and what it asked and heard.

        Args:
            debate_id: Which.
            calls: Ids of the calls to tell; None is all.
            prompts: Whether to tell what was asked; a crowd's prompts are many times what was said.
        """
        ...

    def calls(self, debate_id: str) -> tuple[CallRow, ...]:
        """The calls of a debate in the order in which they were first sent."""
        ...

    def attempts(self, debate_id: str) -> tuple[AttemptRow, ...]:
        """The attempts at the calls of a debate, call by call."""
        ...

    def totals(self, run: str) -> Totals:
        """What a run has used in all its epochs."""
        ...


class Notes(Protocol):
    """What a debate under way needs of its journal, which may be in another process."""

    def recall(self, debate_id: str, key: CallKey, request_hash: str) -> Completion | None:
        """The answer to this call, given before the debate was begun (this time); None where there is none.

        Calls that failed, were cancelled or are in doubt are on record, but are not recalled; of
        those in doubt see `Journal.begin_debate`.
        """
        ...

    def mismatch(self, debate_id: str, key: CallKey, request_hash: str) -> bool:
        """Whether the record holds another request at this place, and not this one."""
        ...

    async def intend(self, intents: Sequence[Intent]) -> None:
        """Put down, in one transaction, what is about to be sent and reserved: all of it or nothing."""
        ...

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """Put down how an attempt ended and what it used, in one transaction.

        Raises:
            StoreError: The attempt was never intended, or is settled already.
        """
        ...

    async def end_debate(self, debate_id: str, status: str, result: Mapping[str, JsonValue]) -> None:
        """Put down how a debate ended, and let its memory go.

        Args:
            debate_id: Of a debate that was begun.
            status: One word.
            result: Slim: turns name their calls by id and need no prompt and no text.
        """
        ...


class Journal(Records, Notes, Protocol):
    """Durable memory of LLM calls and of what happened.

    What is awaited is committed when it returns, and only then may anybody be told of it. Being
    cancelled while waiting undoes nothing: what was handed over is written all the same.
    """

    @property
    def pulse(self) -> Pulse:
        """Counts of what passes, from its opening on."""
        ...

    async def begin_run(
        self,
        name: str | None,
        spec: Mapping[str, object],
        *,
        growable: Collection[str] = (),
        terms: Mapping[str, JsonValue] = NO_TERMS,
    ) -> RunRow:
        """Begin a run, or begin it again, in a new epoch.

        Args:
            name: None for a new run under a new name.
            spec: What all its debates share, as JSON values.
            growable: Paths in the spec of limits that may be raised.
            terms: What else it is begun under this time, which may be different each time; as JSON values.

        Raises:
            SpecChangedError: The name belongs to a run with another spec.
            SpecError: The spec cannot be written as JSON.
        """
        ...

    async def begin_debate(self, row: DebateRow, *, doubtful: bool = False) -> None:
        """Begin a debate of a run that was begun, or begin it again; its memory is read back.

        Args:
            row: The debate.
            doubtful: Whether calls in doubt are recalled as such, and so are not sent again.

        Raises:
            SpecChangedError: The id belongs to another debate.
        """
        ...

    def remembered(self, debate_id: str) -> Iterator[tuple[CallKey, str, Completion | None]]:
        """What `recall` and `mismatch` go by: every call of a debate that was begun, with its answer where it has one.

        A call is its place and the hash of its request.
        """
        ...
