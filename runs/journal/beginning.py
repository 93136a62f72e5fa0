"""How epochs, runs and debates begin in a store, and what a beginning is checked against."""

import json
import os
import platform
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import apsw
from pydantic import JsonValue

from moot.errors import StoreError
from moot.runs.journal import reading
from moot.runs.journal.encoding import written
from moot.runs.journal.parts import Parts, opened
from moot.runs.journal.records import NO_TERMS, DebateRow, RunRow
from moot.runs.journal.specs import check_same, plain
from moot.runs.journal.sql import Database
from moot.runs.journal.work import BeginRun

_EPOCH = "INSERT INTO epoch (run, spec, began_ms, writer) VALUES (?, ?, ?, ?) RETURNING id"
_RUN = "INSERT INTO run (name, began_ms) VALUES (?, ?) RETURNING id"
_FIND_RUN = "SELECT id FROM run WHERE name = ?"
_LAST_RUN = "SELECT coalesce(max(id), 0) FROM run"
_FIND_DEBATES = """
SELECT debate.name, debate.id, run.name, debate.trial, debate.stream, parent.name, part.body
FROM debate JOIN run ON run.id = debate.run JOIN part ON part.id = debate.question
LEFT JOIN debate AS parent ON parent.id = debate.parent
WHERE debate.name IN (SELECT value FROM json_each(?))
"""


class Begun(NamedTuple):
    """A run that was just begun."""

    number: int
    """Of its row."""
    row: RunRow


class Known(NamedTuple):
    """A debate that the store holds."""

    number: int
    """Of its row."""
    run: str
    trial: int
    stream: str
    parent: str | None
    question: str
    """As JSON."""


def epoch(
    connection: Database, run: int | None, spec: int | None, now_ms: int, terms: Mapping[str, JsonValue] = NO_TERMS
) -> int:
    """Begin an epoch; its number is above every other's, which fences off earlier writers.

    Args:
        connection: In a transaction.
        run: Number of the run that begins; None where a store is opened.
        spec: Number of the part that holds its spec.
        now_ms: When.
        terms: See `RunRow.terms`.
    """
    face = sys.modules["moot"]  # it holds the version and imports us: always there, never to be imported from here
    writer: dict[str, JsonValue] = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "moot": vars(face).get("__version__"),
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
    }
    if terms:
        writer["terms"] = plain(terms)
    number: int = connection.execute(_EPOCH, (run, spec, now_ms, json.dumps(writer))).get
    return number


def run(connection: Database, parts: Parts, work: BeginRun, now_ms: int, post_parts: Callable[[], None]) -> Begun:
    """Begin a run, new or known.

    Args:
        connection: In a transaction, which is undone if this raises.
        parts: Of the writer.
        work: What to begin.
        now_ms: When.
        post_parts: Inserts the parts that `parts` holds fresh, if this writer is still in charge.

    Raises:
        SpecChangedError: The run is known under another spec.
        SpecError: The spec is no JSON.
    """
    spec = plain(work.spec)
    name = _fresh_name(connection) if work.name is None else work.name
    check_writable(name)
    found: int | None = connection.execute(_FIND_RUN, (name,)).get
    if found is not None:
        check_same(f"run {name!r}", reading.run_row(connection, name).spec, spec, growable=work.growable)
    number: int = connection.execute(_RUN, (name, now_ms)).get if found is None else found
    text = written(spec)
    parts.learn([text])
    post_parts()
    epoch(connection, number, parts[text], now_ms, work.terms)
    return Begun(number, reading.run_row(connection, name))


def known_debates(connection: Database, names: Iterable[str]) -> dict[str, Known]:
    """Those of the named debates that the store holds."""
    rows = connection.execute(_FIND_DEBATES, (json.dumps(list(names)),))
    return {
        name: Known(number, run, trial, stream, parent, opened(question))
        for name, number, run, trial, stream, parent, question in rows
    }


def check_debate(row: DebateRow, known: Known) -> None:
    """Let pass a debate that is the recorded one.

    Raises:
        SpecChangedError: It is another under the same id.
    """
    recorded: dict[str, JsonValue] = {
        "run": known.run,
        "trial": known.trial,
        "stream": known.stream,
        "parent": known.parent,
        "question": json.loads(known.question),
    }
    given: dict[str, JsonValue] = {name: getattr(row, name) for name in recorded}
    check_same(f"debate {row.id!r}", recorded, given)


def check_writable(*names: str) -> None:
    """Let pass names that can be stored.

    Raises:
        StoreError: One holds half of a surrogate pair, which is no text.
    """
    for name in names:
        if not name.isascii() and name.encode(errors="ignore").decode() != name:
            raise StoreError(f"{name!r} cannot be the name of anything: it is no valid Unicode")


def _fresh_name(connection: Database) -> str:
    number: int = connection.execute(_LAST_RUN).get + 1
    while connection.execute(_FIND_RUN, (f"run-{number}",)).get is not None:
        number += 1
    return f"run-{number}"
