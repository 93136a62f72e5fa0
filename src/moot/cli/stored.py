"""Stored runs, as commands name them."""

from pathlib import Path

from moot.cli.making import prepare_imports
from moot.errors import StoreError
from moot.runs.run import Run, open_run


def stored_run(store: Path, name: str | None, imports: bool) -> Run:
    """The run of that name, the latest where none is named.

    Raises:
        StoreError: There is no such store or run.
        UsageError: It holds a name that is not known here.
    """
    prepare_imports(imports)
    if not store.exists():
        raise StoreError(f"there is no store {str(store)!r} yet: moot ask or moot run makes one")
    return open_run(store, name, imports=imports)
