"""The store's tables, how a connection is opened, and what is refused.

The tables are described in `moot.runs.journal`.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from moot.errors import StoreBusyError, StoreError
from moot.runs.journal.sql import Database, connected, transaction

VERSION = 1
"""Of the tables; in the file's `user_version`. A store of a later version is refused, not guessed at."""

APPLICATION = 0x6D6F6F74
"""`moot` in ASCII; in the file's `application_id`."""

PATIENCE_MS = 10_000
"""For others, from the first look on: of those who open a store after a kill, one recovers its log, the rest wait."""

OLDEST_SQLITE = (3, 51, 3)
"""Before it, two connections of one write-ahead log could corrupt it (sqlite.org/wal.html#walresetbug)."""

_TABLES = """
CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    digest INTEGER,
    body ANY NOT NULL
) STRICT;
CREATE INDEX part_digest ON part (digest) WHERE digest IS NOT NULL;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    began_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE epoch (
    id INTEGER PRIMARY KEY,
    run INTEGER REFERENCES run,
    spec INTEGER REFERENCES part,
    began_ms INTEGER NOT NULL,
    writer TEXT NOT NULL
) STRICT;
CREATE INDEX epoch_run ON epoch (run);

CREATE TABLE debate (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    run INTEGER NOT NULL REFERENCES run,
    place INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    stream TEXT NOT NULL,
    parent INTEGER REFERENCES debate,
    question INTEGER NOT NULL REFERENCES part,
    began_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX debate_run ON debate (run, place, trial);

CREATE TABLE ending (
    id INTEGER PRIMARY KEY,
    debate INTEGER NOT NULL REFERENCES debate,
    epoch INTEGER NOT NULL REFERENCES epoch,
    status TEXT NOT NULL,
    result ANY NOT NULL,
    ended_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX ending_debate ON ending (debate, id);

CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    debate INTEGER NOT NULL REFERENCES debate,
    seat TEXT NOT NULL,
    turn INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    ask INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seed INTEGER,
    settings INTEGER NOT NULL REFERENCES part,
    messages BLOB NOT NULL,
    UNIQUE (debate, seat, turn, sample, ask, hash)
) STRICT;

CREATE TABLE attempt (
    call INTEGER NOT NULL REFERENCES call,
    number INTEGER NOT NULL,
    epoch INTEGER NOT NULL REFERENCES epoch,
    reserved_nano_usd INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,
    PRIMARY KEY (call, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    call INTEGER NOT NULL REFERENCES call,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'cancelled', 'in_doubt')),
    kind TEXT NOT NULL,
    text INTEGER REFERENCES part,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_nano_usd INTEGER,
    estimated INTEGER NOT NULL,
    simulated INTEGER NOT NULL,
    latency_us INTEGER NOT NULL,
    finish TEXT,
    more INTEGER REFERENCES part,
    settled_ms INTEGER NOT NULL,
    PRIMARY KEY (call, number),
    FOREIGN KEY (call, number) REFERENCES attempt
) STRICT, WITHOUT ROWID;
"""

# A whole group of writes is one statement, hence one step of SQLite and one commit. Each step
# gives up the interpreter's lock and, beside a busy event loop, waits up to 5 ms to have it back:
# row by row, 64 rows took 50 ms, in one step 7. So the group travels as one JSON document, and
# this trigger, which lives in the connection and not in the file, puts its rows into the tables.
# Its first line is the fence: a writer that another has replaced cannot write any more.
_INBOX = """
CREATE TEMP VIEW inbox AS SELECT NULL AS epoch, NULL AS document;
CREATE TEMP TRIGGER deliver INSTEAD OF INSERT ON inbox BEGIN
    SELECT raise(ABORT, 'fenced') WHERE new.epoch <> (SELECT max(id) FROM epoch);
    INSERT INTO part SELECT value->>0, value->>1, iif(value->>3, unhex(value->>2), value->>2)
        FROM json_each(new.document, '$.parts');
    INSERT INTO debate SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
        value->>8 FROM json_each(new.document, '$.debates');
    INSERT INTO ending SELECT NULL, value->>0, value->>1, value->>2, iif(value->>4, unhex(value->>3), value->>3),
        value->>5 FROM json_each(new.document, '$.endings');
    INSERT INTO call SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, unhex(value->>6),
        value->>7, value->>8, unhex(value->>9) FROM json_each(new.document, '$.calls');
    INSERT INTO attempt SELECT value->>0, value->>1, value->>2, value->>3, value->>4
        FROM json_each(new.document, '$.attempts');
    INSERT INTO outcome SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
        value->>8, value->>9, value->>10, value->>11, value->>12, value->>13
        FROM json_each(new.document, '$.outcomes');
END;
"""


def connect_writer(path: Path, *, vfs: str | None = None) -> Database:
    """A connection that writes, to a new store or an old one; the caller holds the lock.

    Every commit is on disk when it returns (`synchronous=FULL`), so it survives a power cut. A
    store on a network file system is not safe: its locks and syncs promise less than they say.

    Args:
        path: Made, with mode 0600, where it is missing.
        vfs: SQLite's name of another file system layer.

    Raises:
        StoreError: It is no store, of a later version, or cannot be written.
    """
    _check_sqlite()
    with told(path):
        if not path.exists() or path.stat().st_size == 0:
            _create(path, vfs)
        connection = connected(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
        try:
            connection.set_busy_timeout(PATIENCE_MS)
            _check_store(connection, path)
            connection.pragma("synchronous", "full")
            connection.pragma("fullfsync", 1)  # on macOS a plain sync leaves the data in the drive's cache
            connection.pragma("checkpoint_fullfsync", 1)
            connection.pragma("trusted_schema", 0)
            connection.pragma("cache_size", -8_000)
            connection.execute(_INBOX)
        except BaseException:
            abandon(connection)
            raise
    return connection


def connect_reader(path: Path) -> Database:
    """A connection that only reads; it needs no lock and sees whatever is committed.

    Raises:
        StoreError: There is no store there, or it cannot be read.
    """
    _check_sqlite()
    if not path.exists():
        raise StoreError(f"there is no store at {path}")
    with told(path):
        try:
            return _reader(path, "mode=ro")
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            # Where no side files can be made, as on read-only media, a store that nobody is
            # writing can still be read as it lies.
            if path.with_name(f"{path.name}-wal").exists():
                raise
            return _reader(path, "immutable=1")


def defined() -> dict[str, str | None]:
    """What a store's tables and indices are, each by its name as SQL."""
    connection = connected(":memory:", flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute(_TABLES)
    return dict(connection.execute("SELECT name, sql FROM sqlite_schema").fetchall())


def abandon(connection: Database) -> None:
    """Close a connection after a fault, whatever that brings up: the fault itself is what matters."""
    with suppress(apsw.Error):
        connection.close()


@contextmanager
def told(path: Path) -> Generator[None]:
    """Turns what SQLite and the system raise into one sentence about the store."""
    try:
        yield
    except apsw.NotADBError as error:
        raise StoreError(f"{path} is not a store") from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreBusyError(f"{path} is held by another program: {error}") from error
    except apsw.FullError as error:
        raise StoreError(f"the disk of {path} is full: make room, then resume") from error
    except (apsw.Error, OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be used: {error}") from error


def _reader(path: Path, how: str) -> Database:
    address = f"{path.as_uri()}?{how}"
    connection = connected(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        connection.set_busy_timeout(PATIENCE_MS)
        _check_store(connection, path)
        connection.pragma("query_only", 1)
        connection.pragma("trusted_schema", 0)
    except BaseException:
        abandon(connection)
        raise
    return connection


def _create(path: Path, vfs: str | None) -> None:
    # Made beside its place and moved there whole: a store that exists is never half made.
    new = path.with_name(f"{path.name}.new")
    for left in (new, *_side_files(new), *_side_files(path)):  # a log without its store would be taken for ours
        left.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = connected(str(new), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    try:
        with transaction(connection):
            connection.execute(_TABLES)
            connection.pragma("application_id", APPLICATION)
            connection.pragma("user_version", VERSION)
        connection.pragma("journal_mode", "wal")
    except BaseException:
        abandon(connection)
        raise
    connection.close()
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _side_files(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{suffix}") for suffix in ("-journal", "-wal", "-shm")]


def _check_store(connection: Database, path: Path) -> None:
    version = connection.pragma("user_version")
    if connection.pragma("application_id") == APPLICATION:
        if version > VERSION:
            raise StoreError(
                f"{path} was written by a later moot (its tables are version {version}, this moot knows {VERSION}): "
                "update moot"
            )
        return
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").get == 0
    raise StoreError(f"{path} is empty" if empty else f"{path} is another program's database")


def _check_sqlite() -> None:
    if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < OLDEST_SQLITE:
        needed = ".".join(str(part) for part in OLDEST_SQLITE)
        raise StoreError(f"this apsw brings SQLite {apsw.sqlite_lib_version()}: a store needs {needed} or later")
