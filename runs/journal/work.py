"""What a store's writer is handed: one record for each kind of write, and the item that carries it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from moot.agents.records import Completion
from moot.errors import MootError
from moot.runs.journal.recollecting import Sitting
from moot.runs.journal.records import DebateRow, Intent, RunRow


@dataclass(frozen=True, slots=True)
class BeginRun:
    """See `Journal.begin_run`."""

    name: str | None
    spec: Mapping[str, object]
    growable: Collection[str]
    terms: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class BeginDebate:
    """See `Journal.begin_debate`."""

    row: DebateRow
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class EndDebate:
    """See `Journal.end_debate`."""

    debate_id: str
    status: str
    result: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Send:
    """See `Journal.intend`."""

    intents: Sequence[Intent]


@dataclass(frozen=True, slots=True)
class Settle:
    """See `Journal.settle`."""

    intent: Intent
    completion: Completion


@dataclass(frozen=True, slots=True)
class IndexReplies:
    """See `Store.index_replies`."""


Work = BeginRun | BeginDebate | EndDebate | Send | Settle | IndexReplies


@dataclass(slots=True, eq=False)
class Item:
    """One write on its way: what is to be written, and then what came of it."""

    work: Work
    settled: Callable[[], None]
    """Told, on the event loop, when it is committed or has failed."""
    error: MootError | None = None
    answer: RunRow | Sitting | None = None
    """Set only once what it answers for is committed."""
