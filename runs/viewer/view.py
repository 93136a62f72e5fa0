"""A page that is open, as Python holds it: its address, and its end."""

import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from moot.errors import UsageError
from moot.runs.journal import Records


class View:
    """A page about a journal, served until it is closed or the process ends.

    Args:
        records: Of the journal.
        name: What the page calls it.
        run: The run it opens on.
        port: 0 takes a free one.

    Raises:
        UsageError: The extra `view` is not installed.
        RuntimeStartError: It cannot listen there.
    """

    def __init__(self, records: Records, name: str, *, run: str | None = None, port: int = 0) -> None:
        check_installed()
        from urllib.parse import quote

        from moot.runs.viewer.serving import served
        from moot.runs.viewer.source import Source

        self._open = ExitStack()
        address = self._open.enter_context(served(Source(records, name), port=port))
        self.address = address if run is None else f"{address}&run={quote(run, safe='')}"
        """For a browser on this machine; it holds the token."""

    def wait(self) -> None:
        """Wait until interrupted, then close."""
        with self:
            wait_for_interrupt()

    def close(self) -> None:
        """Serve no more."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __str__(self) -> str:
        return f"open {self.address}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'<a href="{self.address}" target="_blank" rel="noreferrer">{self.address.partition("#")[0]}</a>'


def check_installed() -> None:
    """Let pass an installation that can serve a page.

    Raises:
        UsageError: It cannot; the sentence names the mend.
    """
    try:
        import starlette
        import uvicorn
    except ImportError as error:
        raise UsageError("the viewer needs two packages more: pip install 'moot[view]'") from error
    del starlette, uvicorn


def wait_for_interrupt() -> None:
    """Wait for Ctrl-C, which is taken as the end and not raised again."""
    forever = threading.Event()
    try:
        while not forever.wait(3600):
            pass
    except KeyboardInterrupt:
        return
