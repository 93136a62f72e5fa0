"""Holding debates from the command line: watched, stored, interrupted without loss, and reported."""

import datetime
import hashlib
import json
import secrets
import shlex
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moot.cli.codes import code_of
from moot.cli.options import STORE
from moot.cli.output import console, json_line, note, show, speak_plainly
from moot.cli.reporting import answer_last, run_object
from moot.protocols.events import Event
from moot.runs.batch import Progress, Watch
from moot.runs.holding import Listener
from moot.runs.logbook import STANDARD_ERROR, logged, place
from moot.runs.progress import counters
from moot.runs.run import Run

Work = Callable[[Listener | None, Watch | bool], Run]


@dataclass(frozen=True)
class Sitting:
    """One command that holds debates."""

    store: Path
    name: str
    json: bool = False
    quiet: bool = False
    imports: bool = False
    view: bool = False
    """Whether it is shown in a page, which stays open when the command is done."""
    log: str | None = None
    log_level: str | None = None

    @property
    def resume(self) -> str:
        """The command that goes on with it."""
        where = [] if self.store == STORE else [str(self.store)]
        given = ["--allow-import"] if self.imports else []
        return shlex.join(["moot", "resume", *where, "--name", self.name, *given])

    def hold(self, work: Work, *, alone: bool) -> int:
        """Hold what is to be held, report it, and give the exit code.

        Args:
            work: Holds it, telling a listener and a watcher.
            alone: Whether it is one debate, whose turns are shown.
        """
        speak_plainly()
        if not self.view:
            return self._held(work, alone, None)
        from moot.cli.viewing import viewed
        from moot.runs.viewer.view import wait_for_interrupt

        with viewed(self.store) as page:
            code = self._held(work, alone, page)
            note("the page stays open; Ctrl-C closes it")
            wait_for_interrupt()
        return code

    def _held(self, work: Work, alone: bool, page: Listener | None) -> int:
        try:
            with logged(self.log, self.log_level), self._watching(alone) as (listener, watch):
                run = work(_both(listener, page), watch)
            return self._report(run, alone)
        except KeyboardInterrupt:
            note(f"interrupted; nothing that was answered is lost. Go on with: {self.resume}")
            raise

    def _report(self, run: Run, alone: bool) -> int:
        missing = run.asked - run.ended
        code = code_of(run.results(), missing=missing)
        if self.json:
            json_line(run_object(run, alone, self.resume, code))
            return code
        if not self.quiet:
            note(f"kept in {run.store} as {run.name}; go on with it: {self.resume}")
        show(answer_last(next(run.results())) if alone and not missing else str(run))
        return code

    @contextmanager
    def _watching(self, alone: bool) -> Generator[tuple[Listener | None, Watch | bool]]:
        if self.quiet or place(self.log) == STANDARD_ERROR:
            yield None, False
        elif alone:
            from moot.cli.live import watched

            with watched(console(error=True)) as listener:
                yield listener, False
        else:
            yield None, True if sys.stderr.isatty() else _Tenths()


def _both(one: Listener | None, other: Listener | None) -> Listener | None:
    if one is None or other is None:
        return one or other

    def tell(event: Event) -> None:
        one(event)
        other(event)

    return tell


class _Tenths:
    """Where nobody watches: a line at each tenth of the way."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, now: Progress) -> None:
        """Tell how far it is, where that is news."""
        tenth = 10 * now.done // max(now.total, 1)
        if tenth != self._told:
            self._told = tenth
            left = "" if now.eta_s is None or now.done == now.total else f"; about {now.eta_s:.0f} s to go"
            note(f"{now.done} of {now.total} debates: {counters(now)}{left}")


def fresh_name(command: str) -> str:
    """A name for a run that nobody named."""
    now = datetime.datetime.now().astimezone()
    return f"{command}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def steady_name(spec: Mapping[str, Any], *parts: str, seeded: bool) -> str:
    """A name that the same debate over the same file has again, so that it is gone on with.

    Limits that may be raised, and a seed that was drawn, are not in it.
    """
    left_out = {"budget"} if seeded else {"budget", "seed"}
    kept = {key: value for key, value in spec.items() if key not in left_out}
    kept["protocol"] = {key: value for key, value in spec["protocol"].items() if key != "rounds"}
    text = json.dumps(kept, sort_keys=True)
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=3).hexdigest()
    return "-".join([*("".join(c if c.isalnum() else "-" for c in part) for part in parts if part), digest])
