"""What moot uses of a SQLite connection, with types: apsw's own stubs leave its rows and values open."""

from collections.abc import Iterator, Sequence
from types import TracebackType
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
    """One connection. As a context manager it is a transaction, undone where the block raises."""

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

    def __enter__(self) -> Any: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None: ...


def connected(address: str, *, flags: int, vfs: str | None = None) -> Database:
    """A connection as SQLite opens it.

    Args:
        address: A path, or a `file:` address where `flags` say so.
        flags: `SQLITE_OPEN_…`.
        vfs: SQLite's name of another file system layer.
    """
    return cast(Database, apsw.Connection(address, flags=flags, vfs=vfs))
