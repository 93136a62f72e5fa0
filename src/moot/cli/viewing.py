"""`moot view`, and `--view` of the commands that hold debates: a local page."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import json_line, note, show
from moot.errors import StoreError
from moot.runs.journal import Reader
from moot.runs.viewer.view import check_installed, wait_for_interrupt

if TYPE_CHECKING:
    from moot.runs.viewer.live import Live


def view(
    store: Path = options.STORE,
    /,
    *,
    port: Annotated[int, Parameter(help="The port; 0 takes a free one.")] = 0,
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    allow_host: Annotated[list[str] | None, Parameter(help="A further name under which browsers address it.")] = None,
    expose: Annotated[
        bool,
        Parameter(help="Let others than this machine reach it; whoever has the address sees all.", show_default=False),
    ] = False,
    json: options.Json = False,
) -> int:
    """Open a store in a local page, until Ctrl-C.

    The page is served to this machine alone, under an address that holds a token of its own, and
    only reads; it loads nothing from elsewhere.

    Args:
        store: The file in which runs are kept.
    """
    check_installed()
    from moot.runs.viewer.serving import served
    from moot.runs.viewer.source import Source

    if not store.exists():
        raise StoreError(f"there is no store {str(store)!r} yet: moot ask or moot run makes one")
    records = Reader(store)
    records.runs()  # what is no store is told of here, not in the page
    with served(Source(records, store.name), host=host, port=port, names=allow_host or (), exposed=expose) as address:
        if json:
            json_line({"address": address})
        else:
            show(f"open {address}\nCtrl-C ends it")
        sys.stdout.flush()  # who reads it from a pipe waits for the address
        wait_for_interrupt()
    return 0


@contextmanager
def viewed(store: Path) -> Generator["Live"]:
    """A page about a store in which debates are being held; the block gets whom to tell of events.

    People in seats are asked in the page as well.
    """
    check_installed()
    from moot.agents.asking import open_for_people
    from moot.runs.viewer.live import Live
    from moot.runs.viewer.serving import served
    from moot.runs.viewer.source import Source

    live = Live()
    source = Source(Reader(store), store.name, running=live.running)
    with served(source, live=live) as address, open_for_people(live):
        note(f"open {address}")
        yield live
