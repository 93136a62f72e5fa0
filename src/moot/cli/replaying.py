"""`moot replay`: a stored run held again from its record alone."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.codes import DATA, DECIDED, UNSURE
from moot.cli.output import json_line, show
from moot.cli.stored import stored_run


def replay(
    store: Path = options.STORE,
    /,
    *,
    name: options.Name = None,
    debate: Annotated[str | None, Parameter(help="One debate of it, by its id.")] = None,
    allow_import: options.AllowImport = False,
    json: options.Json = False,
) -> int:
    """Hold a stored run again from its record alone: nobody is asked, nothing is written.

    Every result is the one on record, prompts included. Where one is not, the code has changed
    since, and the first difference is printed. Exit codes: 0 all equal, 3 some debates had not
    ended, 5 some differ.

    Args:
        store: The file in which it is kept; it may be read-only.
        name: The run; the latest where none is named.
    """
    report = stored_run(store, name, allow_import).replay(debate)
    code = DATA if report.differing else UNSURE if report.skipped or not report.equal else DECIDED
    if json:
        json_line({**report.plain(), "store": str(store), "exit_code": code})
    else:
        show(str(report))
    return code
