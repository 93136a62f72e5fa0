"""How far a run is, drawn as a bar on standard error."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

from moot.runs.batch import Progress, Watch


@contextmanager
def watching(progress: Watch | bool | None, title: str) -> Generator[Watch | None]:
    """Who is told of the progress.

    Args:
        progress: A function; True draws a bar; None draws one where standard error is a terminal.
        title: Of the bar.
    """
    if callable(progress):
        yield progress
    elif progress or (progress is None and sys.stderr.isatty()):
        with _bar(title) as watch:
            yield watch
    else:
        yield None


@contextmanager
def _bar(title: str) -> Generator[Watch]:
    # Here, since a run that is not watched needs none of it.
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.fields[figures]}"),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, figures="")

        def show(now: Progress) -> None:
            bar.update(task, completed=now.done, total=now.total, figures=_figures(now))

        yield show


def _figures(now: Progress) -> str:
    ended = " ".join(f"{count} {status}" for status, count in now.statuses.items())
    cost = now.usage.cost_usd
    paid = "cost unknown" if cost is None else f"{cost:.4f} USD"
    return f"{ended} · {now.usage.calls} calls · {paid}"
