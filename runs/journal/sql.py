"""What moot uses of a SQLite connection, with types: apsw's own stubs leave its rows and values open."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, cast

import apsw

Value = str | int | float | bytes | None


class Rows(Protocol):
    """The rows of a query."""

    @property
    def get(self) -> Any:
        """The only row, or the only value of the only row; None where there is no row."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        ...

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...


class Database(Protocol):
    """One connection."""

    def execute(self, statements: str, bindings: Sequence[Value] = ()) -> Rows:
        """Run statements."""
        ...

    def pragma(self, name: str, value: str | int | None = None) -> Any:
        """Read a pragma, or set it."""
        ...

    def set_busy_timeout(self, milliseconds: int) -> None:
        """How long to wait for others' locks."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


@contextmanager
def transaction(connection: Database) -> Generator[None]:
    """A transaction that waits for other writers when it begins, and is undone where the block raises.

    Not apsw's `with connection`: that one keeps the interpreter's lock while it waits for another
    writer or for the disk, and with it the event loop.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(apsw.Error):  # some faults have undone it already
            connection.execute("ROLLBACK")
        raise


def connected(address: str, *, flags: int, vfs: str | None = None) -> Database:
    """A connection as SQLite opens it.

    Args:
        address: A path, or a `file:` address where `flags` say so.
        flags: `SQLITE_OPEN_…`.
        vfs: SQLite's name of another file system layer.
    """
    return cast(Database, apsw.Connection(address, flags=flags, vfs=vfs))
