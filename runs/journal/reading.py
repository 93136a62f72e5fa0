"""The reading half of a store: what is committed, folded into rows. Needs no lock and no writer."""

import json
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from moot.agents.records import Usage
from moot.errors import StoreError
from moot.runs.journal.hashing import call_id
from moot.runs.journal.parts import opened
from moot.runs.journal.records import (
    AttemptRow,
    CallKey,
    CallRow,
    DebateRecord,
    DebateRow,
    RunRow,
    Totals,
)
from moot.runs.journal.retelling import exchanges
from moot.runs.journal.schema import connect_reader, told
from moot.runs.journal.sql import Database

_RUNS = """
SELECT run.id, run.name, run.began_ms, part.body, latest.writer, latest.id,
    (SELECT count(*) FROM epoch WHERE epoch.run = run.id)
FROM run
JOIN epoch AS latest ON latest.id = (SELECT max(id) FROM epoch WHERE epoch.run = run.id)
JOIN part ON part.id = latest.spec
WHERE ?1 IS NULL OR run.name = ?1 ORDER BY run.id
"""
_STATUSES = """
SELECT coalesce((SELECT status FROM ending WHERE ending.debate = debate.id ORDER BY ending.id DESC LIMIT 1), 'open')
    AS last, count(*)
FROM debate WHERE run = ? AND parent IS NULL GROUP BY last ORDER BY last
"""
_SPEC = "SELECT part.body FROM epoch JOIN part ON part.id = epoch.spec WHERE epoch.id = ?"
_DEBATE = """
SELECT debate.name, run.name, debate.place, debate.trial, debate.stream, question.body, parent.name,
    (SELECT status FROM ending WHERE ending.debate = debate.id ORDER BY ending.id DESC LIMIT 1)
FROM debate JOIN run ON run.id = debate.run JOIN part AS question ON question.id = debate.question
LEFT JOIN debate AS parent ON parent.id = debate.parent
"""
_THE_DEBATE = f"{_DEBATE} WHERE debate.name = ?"
_DEBATES = f"{_DEBATE} WHERE run.name = ? ORDER BY debate.place, debate.trial, debate.id LIMIT ? OFFSET ?"
_ATTEMPTS = """
SELECT call.seat, call.turn, call.sample, call.ask, call.hash, settings.body, debate.stream,
    attempt.number, attempt.epoch, coalesce(outcome.state, 'sent'), outcome.kind,
    outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_nano_usd, outcome.estimated,
    attempt.reserved_nano_usd, outcome.latency_us, attempt.sent_ms, outcome.settled_ms
FROM debate JOIN call ON call.debate = debate.id JOIN part AS settings ON settings.id = call.settings
JOIN attempt ON attempt.call = call.id LEFT JOIN outcome USING (call, number)
WHERE debate.name = ? ORDER BY call.id, attempt.number
"""
_TOTALS = """
SELECT count(*) FILTER (WHERE outcome.state = 'done'), count(*),
    count(*) FILTER (WHERE outcome.state = 'failed'), count(*) FILTER (WHERE outcome.state = 'cancelled'),
    count(*) FILTER (WHERE outcome.state = 'in_doubt'), count(*) FILTER (WHERE outcome.state IS NULL),
    coalesce(sum(outcome.prompt_tokens), 0), coalesce(sum(outcome.completion_tokens), 0),
    coalesce(sum(outcome.cost_nano_usd), 0),
    coalesce(sum(attempt.reserved_nano_usd) FILTER (WHERE coalesce(outcome.state, 'in_doubt') = 'in_doubt'), 0),
    count(*) FILTER (WHERE outcome.cost_nano_usd IS NULL
        AND (outcome.state = 'done' OR outcome.prompt_tokens + outcome.completion_tokens > 0))
FROM run JOIN debate ON debate.run = run.id JOIN call ON call.debate = debate.id
JOIN attempt ON attempt.call = call.id LEFT JOIN outcome USING (call, number)
WHERE run.name = ?
"""
_ENDING = """
SELECT result, epoch FROM ending JOIN debate ON debate.id = ending.debate
WHERE debate.name = ? ORDER BY ending.id DESC LIMIT 1
"""


class Reader:
    """What a store tells, to its writer and to any other process (see `Records`).

    Each call opens the file anew, which takes a fraction of a millisecond, so a reader may be
    shared by threads and needs no closing. It never keeps a writer waiting.

    Args:
        path: Of a store.

    Raises:
        StoreError: From every method: there is no store there, it cannot be read, or it is damaged.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser().resolve()

    def runs(self) -> tuple[RunRow, ...]:
        """See `Records.runs`."""
        with self._connection() as connection:
            return tuple(run_rows(connection))

    def run(self, name: str) -> RunRow:
        """See `Records.run`."""
        with self._connection() as connection:
            return run_row(connection, name)

    def spec(self, epoch: int) -> dict[str, JsonValue]:
        """See `Records.spec`."""
        with self._connection() as connection:
            body = connection.execute(_SPEC, (epoch,)).get
            if body is None:
                raise StoreError(f"the store has begun no run in epoch {epoch}")
            spec: dict[str, JsonValue] = json.loads(opened(body))
            return spec

    def debates(self, run: str, *, start: int = 0, most: int | None = None) -> tuple[DebateRow, ...]:
        """See `Records.debates`."""
        with self._connection() as connection:
            if connection.execute("SELECT id FROM run WHERE name = ?", (run,)).get is None:
                raise StoreError(f"the store holds no run {run!r}")
            page = (run, -1 if most is None else most, start)
            return tuple(_debate_row(cells) for cells in connection.execute(_DEBATES, page))

    def debate(self, debate_id: str, *, calls: Collection[str] | None = None, prompts: bool = True) -> DebateRecord:
        """See `Records.debate`."""
        with self._connection() as connection:
            row = _the_debate(connection, debate_id)
            result, epoch = connection.execute(_ENDING, (debate_id,)).get or (None, None)
            told_result = None if result is None else json.loads(opened(result))
            return DebateRecord(row, told_result, exchanges(connection, row, epoch, calls, prompts=prompts), epoch)

    def calls(self, debate_id: str) -> tuple[CallRow, ...]:
        """See `Records.calls`."""
        with self._connection() as connection:
            _the_debate(connection, debate_id)
            attempts = [(row, model) for row, model in _attempts(connection, debate_id)]
        return tuple(_call_row(debate_id, list(group)) for _, group in groupby(attempts, lambda one: one[0].call_id))

    def attempts(self, debate_id: str) -> tuple[AttemptRow, ...]:
        """See `Records.attempts`."""
        with self._connection() as connection:
            _the_debate(connection, debate_id)
            return tuple(row for row, _ in _attempts(connection, debate_id))

    def totals(self, run: str) -> Totals:
        """See `Records.totals`."""
        with self._connection() as connection:
            run_row(connection, run)
            *sums, held, unpriced = connection.execute(_TOTALS, (run,)).get
        calls, attempts, failed, cancelled, in_doubt, sent, prompt_tokens, completion_tokens, cost = sums
        return Totals(
            calls=calls,
            attempts=attempts,
            failed=failed,
            cancelled=cancelled,
            in_doubt=in_doubt,
            sent=sent,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost_nano_usd=None if unpriced else cost,
            held_nano_usd=held,
        )

    @contextmanager
    def _connection(self) -> Generator[Database]:
        connection = connect_reader(self.path)
        try:
            with told(self.path):
                yield connection
        finally:
            connection.close()


def run_rows(connection: Database, name: str | None = None) -> Iterator[RunRow]:
    """All runs of a store, or the one of that name where there is one."""
    for number, found, began_ms, spec, writer, epoch, epochs in connection.execute(_RUNS, (name,)).fetchall():
        statuses = dict(connection.execute(_STATUSES, (number,)).fetchall())
        yield RunRow(
            name=found,
            spec=json.loads(opened(spec)),
            epoch=epoch,
            epochs=epochs,
            began_ms=began_ms,
            terms=json.loads(writer).get("terms", {}),
            statuses=statuses,
        )


def run_row(connection: Database, name: str) -> RunRow:
    """The run of that name.

    Raises:
        StoreError: There is none.
    """
    for row in run_rows(connection, name):
        return row
    raise StoreError(f"the store holds no run {name!r}")


def _the_debate(connection: Database, debate_id: str) -> DebateRow:
    for cells in connection.execute(_THE_DEBATE, (debate_id,)):
        return _debate_row(cells)
    raise StoreError(f"the store holds no debate {debate_id!r}")


def _debate_row(cells: tuple[Any, ...]) -> DebateRow:
    name, run, place, trial, stream, question, parent, status = cells
    return DebateRow(
        id=name,
        run=run,
        index=place,
        trial=trial,
        stream=stream,
        question=json.loads(opened(question)),
        parent=parent,
        status=status,
    )


def _attempts(connection: Database, debate_id: str) -> Iterator[tuple[AttemptRow, str]]:
    model = lru_cache(maxsize=64)(_model)  # whole crowds share their settings
    for seat, turn, sample, ask, digest, settings, stream, *cells in connection.execute(_ATTEMPTS, (debate_id,)):
        number, epoch, state, kind, prompt, reply, cost, estimated, reserved, latency_us, sent_ms, settled_ms = cells
        key = CallKey(stream, seat, turn, sample, ask)
        row = AttemptRow(
            call_id=call_id(key, digest.hex()),
            key=key,
            request_hash=digest.hex(),
            number=number,
            epoch=epoch,
            state=state,
            kind=kind,
            usage=Usage(
                prompt_tokens=prompt or 0,
                completion_tokens=reply or 0,
                cost_nano_usd=cost,
                estimated=bool(estimated),
            ),
            reserved_nano_usd=reserved,
            latency_s=(latency_us or 0) / 1_000_000,
            sent_ms=sent_ms,
            settled_ms=settled_ms,
        )
        yield row, model(settings)


def _model(settings: str | bytes) -> str:
    return str(json.loads(opened(settings))["model"])


def _call_row(debate_id: str, attempts: list[tuple[AttemptRow, str]]) -> CallRow:
    last, model = attempts[-1]
    done = any(attempt.state == "done" for attempt, _ in attempts)
    return CallRow(
        id=last.call_id,
        debate_id=debate_id,
        key=last.key,
        request_hash=last.request_hash,
        model=model,
        state="done" if done else last.state,
        attempts=len(attempts),
    )
