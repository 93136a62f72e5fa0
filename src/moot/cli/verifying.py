"""`moot verify`: a store held against everything that must be true of any."""

from pathlib import Path

from moot.cli import options
from moot.cli.codes import DATA, DECIDED
from moot.cli.output import json_line, show
from moot.runs.verifying import verify as verified


def verify(store: Path = options.STORE, /, *, json: options.Json = False) -> int:
    """Check a store by itself: nothing paid twice, caps kept, texts and results as they were put down.

    Nothing is called, changed or repaired. Each violation is one line; the exit code is 0 where
    there is none and 5 where there is any.

    Args:
        store: The file in which runs are kept.
    """
    report = verified(store)
    if json:
        found = [violation._asdict() for violation in report.violations]
        json_line({**report._asdict(), "store": str(report.store), "violations": found, "clean": report.clean})
    else:
        show(str(report))
    return DECIDED if report.clean else DATA
