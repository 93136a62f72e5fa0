"""How far a run is, and what goes on in it: drawn as a bar on standard error, told in a line."""

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from moot.protocols.tally import NANO
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
    from rich.console import Console, RenderableType
    from rich.text import Text

    latest: Progress | None = None

    class Bar(bars.Progress):
        """A bar, and below it the counters as they are at the moment."""

        def get_renderables(self) -> Iterable[RenderableType]:
            """Both."""
            yield from super().get_renderables()
            if latest is not None:
                yield Text(counters(latest), style="dim", no_wrap=True, overflow="ellipsis")

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), refresh_per_second=4) as bar:
        task = bar.add_task(title, total=None)

        def show(now: Progress) -> None:
            nonlocal latest
            latest = now
            bar.update(task, completed=now.done, total=now.total)

        yield show


def counters(now: Progress) -> str:
    """How debates ended, and what calls do at this moment, in a line."""
    ended = ", ".join(f"{count} {status}" for status, count in now.statuses.items()) or "begun"
    beat = now.pulse.beat()
    known = f"{beat.nano_usd / NANO:.4f} USD"
    paid = known if not beat.unpriced else f"{known} and {beat.unpriced} calls of unknown price"
    went = f"{beat.calls} calls, {beat.in_flight} in flight, {beat.per_s:.1f}/s, {beat.failures} failed"
    return f"{ended} · {went} · {paid}"
