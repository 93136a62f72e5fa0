"""`moot redecide`: a stored run under other decisions and stop rules."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import console, json_line
from moot.cli.stored import stored_run


def redecide(
    store: Path = options.STORE,
    /,
    *,
    name: options.Name = None,
    decide: Annotated[list[str] | None, Parameter(help="A decision, as in majority; once for each.")] = None,
    stop: Annotated[list[str] | None, Parameter(help="A stop rule, as in unanimous; once for each.")] = None,
    allow_import: options.AllowImport = False,
    json: options.Json = False,
) -> None:
    """Say what a stored run would have come to, and have cost, by other rules; nobody is asked.

    Every decision is tried with every stop rule. Where a debate would have needed a call or a
    round that is not on record, there are no figures, and why. Without --decide or --stop the
    recorded rule stands.

    Args:
        store: The file in which it is kept; it may be read-only.
        name: The run; the latest where none is named.
    """
    table = stored_run(store, name, allow_import).redecide(decide=decide, stop=stop)
    if json:
        told = {"run": table.run, "store": str(store), "debates": table.debates, "not_ended": table.skipped}
        json_line({**told, "simulated": table.simulated, "rows": table.plain()})
    else:
        console().print(table)
