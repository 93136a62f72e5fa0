"""The writing half of a store: groups of writes in, one commit for each group."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import apsw

from moot.errors import MootError, StoreBusyError, StoreError
from moot.runs.journal import beginning
from moot.runs.journal.beginning import Known, check_debate, check_writable
from moot.runs.journal.cutting import flattened
from moot.runs.journal.encoding import OutcomeColumns, columns, pieces, settings, written
from moot.runs.journal.parts import Parts, gathered
from moot.runs.journal.recollecting import Sitting, recollected
from moot.runs.journal.records import Intent
from moot.runs.journal.schema import told
from moot.runs.journal.sittings import Draft, Prompt, Row, Sittings
from moot.runs.journal.sql import Database, transaction
from moot.runs.journal.work import BeginDebate, BeginRun, EndDebate, IndexReplies, Item, Send, Settle, Work

_POST = "INSERT INTO inbox VALUES (?, ?)"
_MARK_DOUBTFUL = """
INSERT INTO outcome
SELECT attempt.call, attempt.number, 'in_doubt', 'crashed', NULL, 0, 0, NULL, 0, 0, 0, NULL, NULL, ?
FROM attempt LEFT JOIN outcome USING (call, number) WHERE outcome.call IS NULL
"""
_INDEX_REPLIES = "CREATE INDEX IF NOT EXISTS call_hash ON call (hash)"
_LAST = "SELECT (SELECT coalesce(max(id), 0) FROM debate), (SELECT coalesce(max(id), 0) FROM call)"


class _Reading(NamedTuple):
    """What an item holds, before numbers are given to its texts."""

    texts: Sequence[str]
    """Texts that the store may hold already."""
    prompts: Sequence[Prompt] = ()
    outcome: OutcomeColumns | None = None
    question: str = ""
    """As JSON."""
    result: str | bytes = ""
    """As JSON, the way the store keeps it."""


class Ledger:
    """Writes groups of items; used by one thread at a time.

    Opening it begins an epoch: attempts that no earlier epoch has settled are put down as in doubt.

    Args:
        connection: A writer's, whose lock is held.
        path: Of the store, for errors.
        now: Seconds since 1970.
    """

    def __init__(self, connection: Database, path: Path, now: Callable[[], float]) -> None:
        self._connection = connection
        self._path = path
        self._now = now
        self._latest_ms = 0
        self._runs: dict[str, tuple[int, int]] = {}
        with told(path):
            with transaction(connection):
                self._epoch = beginning.epoch(connection, None, None, self._now_ms)
                connection.execute(_MARK_DOUBTFUL, (self._now_ms,))
            self._parts = Parts(connection)
            debates, calls = connection.execute(_LAST).get
        self._sittings = Sittings(self._parts, debates, calls)

    def commit(self, items: Sequence[Item]) -> None:
        """Write a group. What is wrong with one item is put on that item; the others are written.

        Raises:
            StoreError: Nothing of the group is known to be written and the ledger must not be
                used again: the disk is full or fails, or another writer has taken over.
        """
        with told(self._path):
            try:
                for item in items:
                    if isinstance(item.work, BeginRun):
                        self._begin_run(item, item.work)
                    elif isinstance(item.work, IndexReplies):
                        self._connection.execute(_INDEX_REPLIES)
                self._write([item for item in items if not isinstance(item.work, BeginRun | IndexReplies)])
            except apsw.ConstraintError as error:
                if "fenced" in str(error):
                    raise StoreBusyError(f"{self._path} has been taken over by another writer") from error
                raise

    def close(self) -> None:
        """Close the connection; what is in the log goes into the store."""
        with told(self._path):
            self._connection.close()

    @property
    def _now_ms(self) -> int:
        """The time, which never goes back: rows of one sitting are in order by it."""
        self._latest_ms = max(self._latest_ms, round(self._now() * 1000))
        return self._latest_ms

    def _begin_run(self, item: Item, work: BeginRun) -> None:
        try:
            with transaction(self._connection):
                number, row = beginning.run(self._connection, self._parts, work, self._now_ms, self._post)
        except MootError as error:
            item.error = error
            return
        self._parts.committed()
        self._epoch = row.epoch
        self._runs[row.name] = number, row.epoch
        item.answer = row

    def _write(self, items: Sequence[Item]) -> None:
        readings = [(item, reading) for item in items if (reading := _read(item)) is not None]
        self._parts.learn([text for _, reading in readings for text in reading.texts])
        begun = [item.work.row for item, _ in readings if isinstance(item.work, BeginDebate)]
        names = {name for row in begun for name in (row.id, row.parent) if name is not None}
        known = beginning.known_debates(self._connection, names) if names else {}
        draft = Draft([], [], [], [], [])
        sittings: list[tuple[Item, Sitting | None]] = []
        for item, reading in readings:
            try:
                sittings.append((item, self._enter(item.work, reading, known, draft)))
            except MootError as error:
                item.error = error
        self._post(draft)
        self._parts.committed()
        for item, sitting in sittings:
            item.answer = sitting

    def _post(self, draft: Draft | None = None) -> None:
        rows = {} if draft is None else draft._asdict()
        if draft is None or self._parts.fresh or any(rows.values()):
            document = json.dumps({"parts": self._parts.fresh, **rows}, ensure_ascii=False)
            self._connection.execute(_POST, (self._epoch, document))

    def _enter(self, work: Work, reading: _Reading, known: dict[str, Known], draft: Draft) -> Sitting | None:
        now_ms = self._now_ms
        if isinstance(work, Send):
            self._sittings.send(work.intents, reading.prompts, draft, now_ms)
        elif isinstance(work, Settle) and reading.outcome is not None:
            row = self._sittings.settle(work.intent, reading.outcome, work.completion.text, now_ms)
            draft.outcomes.append(row)
        elif isinstance(work, BeginDebate):
            return self._begin_debate(work, reading.question, known, draft)
        elif isinstance(work, EndDebate):
            draft.endings.append(self._sittings.end(work.debate_id, work.status, reading.result, now_ms))
        return None

    def _begin_debate(self, work: BeginDebate, question: str, known: dict[str, Known], draft: Draft) -> Sitting:
        row = work.row
        if row.run not in self._runs:
            raise StoreError(f"run {row.run!r} of debate {row.id!r} was not begun")
        run, epoch = self._runs[row.run]
        recorded = known.get(row.id)
        if recorded is not None:
            check_debate(row, recorded)
            return self._sittings.resume(row, self._recollected(work, recorded.number, epoch))
        if row.parent is not None and row.parent not in known:
            raise StoreError(f"there is no debate {row.parent!r} to fork {row.id!r} from")
        parent = None if row.parent is None else known[row.parent].number
        sitting = self._sittings.begin(row, epoch)
        if parent is not None:
            sitting.remembered = self._recollected(work, parent, epoch).remembered
        place: Row = [sitting.number, row.id, run, row.index, row.trial, row.stream, parent]
        draft.debates.append([*place, self._parts[question], self._now_ms])
        return sitting

    def _recollected(self, work: BeginDebate, number: int, epoch: int) -> Sitting:
        return recollected(self._connection, self._parts, number, work.row, epoch, doubtful=work.doubtful)


def _read(item: Item) -> _Reading | None:
    """What the item holds; None, with its error set, where no store can hold it."""
    work = item.work
    try:
        if isinstance(work, Send):
            prompts = [_prompt(intent) for intent in work.intents]
            texts = [piece for prompt in prompts for piece in prompt.pieces if isinstance(piece, str)]
            return _Reading([*texts, *(prompt.settings for prompt in prompts)], prompts)
        if isinstance(work, Settle):
            outcome = columns(work.completion)
            return _Reading([outcome.more] if outcome.more else (), outcome=outcome)
        if isinstance(work, BeginDebate):
            question = written(work.row.question)
            return _Reading([question], question=question)
        if isinstance(work, EndDebate):
            return _Reading((), result=gathered(pieces(work.result)))
    except MootError as error:
        item.error = error
    except (TypeError, ValueError) as error:
        item.error = StoreError(f"this cannot be recorded: {error}")
    return None


def _prompt(intent: Intent) -> Prompt:
    check_writable(intent.key.seat)
    bytes.fromhex(intent.request_hash)
    numbers = (*intent.key[2:], intent.request.seed or 0, intent.attempt, intent.reserved_nano_usd)
    if not all(-(2**63) <= number < 2**63 for number in numbers):
        raise StoreError(f"{intent} holds a number of more than 63 bits")
    return Prompt(settings(intent.request), flattened(intent.request))
