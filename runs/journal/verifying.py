"""A store held against what every store must be, by none of the code that writes one.

Every check reads the rows themselves, in order and a few at a time, and says in one sentence what
is not as it must be. `moot.runs.verifying` adds what only results can tell.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from moot.runs.journal.caps import caps
from moot.runs.journal.contents import requests, texts
from moot.runs.journal.naming import call_named
from moot.runs.journal.schema import connect_reader, defined, told
from moot.runs.journal.sql import Database

MOST = 100
"""Violations of one sort that are told; a store that is broken throughout would fill the memory."""


class Violation(NamedTuple):
    """Something in a store that cannot be."""

    check: str
    """What was checked, in a word."""
    sentence: str


class _Rule(NamedTuple):
    """What no rows may be: those that the query finds break it."""

    check: str
    query: str
    """A call's number comes first, where the sentence names a call."""
    sentence: str


_RULES = (
    _Rule(
        "outcomes",
        "SELECT call, number, count(*) FROM outcome GROUP BY call, number HAVING count(*) > 1",
        "attempt {1} at {call} has {2} outcomes: one is final",
    ),
    _Rule(
        "outcomes",
        "SELECT call, number FROM outcome LEFT JOIN attempt USING (call, number) WHERE attempt.call IS NULL",
        "{call} has an outcome of attempt {1}, which was never intended",
    ),
    _Rule(
        "outcomes",
        """
        SELECT call, number, state, kind FROM outcome WHERE state IS NOT CASE
            WHEN kind IN ('ok', 'empty', 'refused', 'truncated') THEN 'done'
            WHEN kind = 'cancelled' THEN 'cancelled' WHEN kind = 'crashed' THEN 'in_doubt' ELSE 'failed' END
        """,
        "attempt {1} at {call} is {2}, though it ended as {3!r}",
    ),
    _Rule(
        "outcomes",
        """
        SELECT call, number, epoch FROM attempt LEFT JOIN outcome USING (call, number)
        WHERE outcome.call IS NULL AND epoch < (SELECT max(id) FROM epoch WHERE run IS NULL)
        """,
        "attempt {1} at {call} was left without an outcome in epoch {2}, and no later writer has put it in doubt",
    ),
    _Rule(
        "paid once",
        """
        SELECT attempt.call, attempt.number, outcome.number FROM outcome
        JOIN attempt ON attempt.call = outcome.call AND attempt.number > outcome.number WHERE outcome.state = 'done'
        """,
        "attempt {1} at {call} was made though attempt {2} had been answered",
    ),
    _Rule(
        "places",
        """
        SELECT earlier.id, later.id FROM call AS earlier
        JOIN call AS later USING (debate, seat, turn, sample, ask)
        JOIN attempt AS first ON first.call = earlier.id JOIN attempt AS second ON second.call = later.id
        WHERE earlier.id < later.id AND first.epoch = second.epoch
        """,
        "{call} was asked two different things at one place in one epoch: the other is call row {1}",
    ),
    _Rule(
        "reservations",
        """
        SELECT call, number, cost_nano_usd, reserved_nano_usd FROM outcome JOIN attempt USING (call, number)
        WHERE reserved_nano_usd > 0 AND cost_nano_usd > reserved_nano_usd
        """,
        "attempt {1} at {call} cost {2} nano-dollars, and only {3} had been reserved",
    ),
    _Rule(
        "numbers",
        """
        SELECT call, min(number), max(number), count(*) FROM attempt GROUP BY call
        HAVING min(number) <> 0 OR max(number) + 1 <> count(*)
        """,
        "{call} has {3} attempts numbered {1} to {2}: some are missing",
    ),
    _Rule(
        "numbers",
        "SELECT call.id FROM call LEFT JOIN attempt ON attempt.call = call.id WHERE attempt.call IS NULL",
        "{call} has no attempt",
    ),
    _Rule(
        "epochs",
        """
        SELECT one.call, one.number, one.epoch, next.epoch FROM attempt AS one
        JOIN attempt AS next ON next.call = one.call AND next.number = one.number + 1 WHERE next.epoch < one.epoch
        """,
        "attempt {1} at {call} is of epoch {2}, and the next one of epoch {3}, which is earlier",
    ),
    _Rule(
        "epochs",
        """
        SELECT attempt.call, attempt.number, attempt.epoch FROM attempt JOIN call ON call.id = attempt.call
        JOIN debate ON debate.id = call.debate JOIN epoch ON epoch.id = attempt.epoch WHERE epoch.run IS NOT debate.run
        """,
        "attempt {1} at {call} is of epoch {2}, which is not one of its run",
    ),
    _Rule(
        "epochs",
        """
        SELECT debate.name, ending.epoch FROM ending JOIN debate ON debate.id = ending.debate
        JOIN epoch ON epoch.id = ending.epoch WHERE epoch.run IS NOT debate.run
        """,
        "debate {0!r} ended in epoch {1}, which is not one of its run",
    ),
    _Rule(
        "epochs",
        """
        SELECT debate.name, one.epoch, later.epoch FROM ending AS one JOIN ending AS later
        ON later.debate = one.debate AND later.id > one.id AND later.epoch < one.epoch
        JOIN debate ON debate.id = one.debate
        """,
        "debate {0!r} ended in epoch {1} and after that in epoch {2}, which is earlier",
    ),
    _Rule(
        "debates",
        """
        SELECT run.name, place, trial, count(*) FROM debate JOIN run ON run.id = debate.run
        WHERE parent IS NULL GROUP BY run, place, trial HAVING count(*) > 1
        """,
        "run {0!r} has {3} debates of question {1}, trial {2}",
    ),
    _Rule(
        "debates",
        """
        SELECT debate.name, parent.name FROM debate JOIN debate AS parent ON parent.id = debate.parent
        WHERE parent.id >= debate.id OR parent.stream <> debate.stream
        """,
        "debate {0!r} cannot have been forked from {1!r}: it is earlier, or of another stream",
    ),
    _Rule(
        "rows",
        """
        WITH numbered (name, there, made) AS (
            SELECT 'run', count(*), max(id) FROM run
            UNION ALL SELECT 'epoch', count(*), max(id) FROM epoch
            UNION ALL SELECT 'debate', count(*), max(id) FROM debate
            UNION ALL SELECT 'ending', count(*), max(id) FROM ending
            UNION ALL SELECT 'call', count(*), max(id) FROM call
            UNION ALL SELECT 'part', count(*), max(id) - 2 FROM part)
        SELECT * FROM numbered WHERE made <> there
        """,
        "table {0!r} holds {1} of the {2} rows it was given: some were deleted",
    ),
    _Rule(
        "references",
        "SELECT attempt.call, number FROM attempt LEFT JOIN call ON call.id = attempt.call WHERE call.id IS NULL",
        "attempt {1} is one at call row {0}, which is not there",
    ),
    _Rule(
        "references",
        "SELECT call, number, epoch FROM attempt LEFT JOIN epoch ON epoch.id = attempt.epoch WHERE epoch.id IS NULL",
        "attempt {1} at {call} is of epoch {2}, which is not there",
    ),
    _Rule(
        "references",
        """
        SELECT call, number, iif(text IS NOT NULL AND said.id IS NULL, text, more) FROM outcome
        LEFT JOIN part AS said ON said.id = outcome.text LEFT JOIN part AS other ON other.id = outcome.more
        WHERE (text IS NOT NULL AND said.id IS NULL) OR (more IS NOT NULL AND other.id IS NULL)
        """,
        "the outcome of attempt {1} at {call} refers to text {2}, which is not there",
    ),
)


def violations(path: Path) -> Iterator[Violation]:
    """What is wrong with a store, as it stood at one moment; nothing if all is as it must be.

    It may be written meanwhile. Memory is bounded by the largest debate; a million calls take
    some minutes, most of them for hashing what was asked.

    Raises:
        StoreError: There is no store there, or it cannot be read at all.
    """
    connection = connect_reader(path)
    try:
        with told(path):
            connection.execute("BEGIN")
            for name, check in _CHECKS:
                yield from (Violation(name, sentence) for sentence in islice(check(connection), MOST))
            for rule in _RULES:
                yield from (Violation(rule.check, sentence) for sentence in islice(_broken(connection, rule), MOST))
    finally:
        connection.close()


def _broken(connection: Database, rule: _Rule) -> Iterator[str]:
    for cells in connection.execute(rule.query):
        call = call_named(connection, cells[0]) if "{call}" in rule.sentence else ""
        yield rule.sentence.format(*cells, call=call)


def _pages(connection: Database) -> Iterator[str]:
    for (words,) in connection.execute("PRAGMA integrity_check"):
        if words != "ok":
            yield f"the file is damaged: {words}"


def _tables(connection: Database) -> Iterator[str]:
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema").fetchall())
    for name, sql in defined().items():
        if found.get(name) != sql:
            yield f"{name!r} is not what this version of the tables defines"


def _references(connection: Database) -> Iterator[str]:
    for table in ("epoch", "debate", "ending", "call"):
        for _, row, parent, _ in connection.execute("SELECT * FROM pragma_foreign_key_check(?)", (table,)):
            yield f"row {row} of {table!r} refers to a row of {parent!r} that is not there"


_CHECKS: tuple[tuple[str, Callable[[Database], Iterator[Any]]], ...] = (
    ("file", _pages),
    ("tables", _tables),
    ("references", _references),
    ("texts", texts),
    ("requests", requests),
    ("caps", caps),
)
