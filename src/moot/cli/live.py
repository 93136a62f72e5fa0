"""A debate as it goes: drawn in place where somebody watches, else a line for each turn."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from moot.agents.cleaning import printable
from moot.cli.picture import picture
from moot.cli.scene import Scene, cost_words, words_of
from moot.protocols.events import DebateEnded, DebateStarted, Event, RoundStarted, Stopped, TurnEnded

PER_SECOND = 8


@contextmanager
def watched(console: Console) -> Generator[Callable[[Event], None]]:
    """A listener that shows one debate on that console, for as long as the block lasts."""
    if console.is_terminal and not console.is_dumb_terminal:
        with _drawn(console) as listener:
            yield listener
    else:
        yield Watcher(console)


@contextmanager
def _drawn(console: Console) -> Generator[Callable[[Event], None]]:
    from rich.live import Live  # here, since it starts a thread only somebody who watches needs

    scene = Scene()
    began = time.monotonic()

    def drawing() -> object:
        with scene.lock:
            if scene.question and not scene.status:
                scene.at_s = max(scene.at_s, time.monotonic() - began)
            return picture(scene, width=console.width, height=console.height)

    live = Live(get_renderable=drawing, console=console, refresh_per_second=PER_SECOND)  # type: ignore[arg-type]
    with live:
        yield scene


class Watcher:
    """Prints what happens, a line for each turn; nothing a model said reaches the terminal but as plain characters."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._scene = Scene()

    def __call__(self, event: Event) -> None:
        """Print the line of one event, if it has one."""
        self._scene(event)
        line = self._line(event)
        if line is not None:
            self._console.print(line, highlight=False, soft_wrap=True)

    def _line(self, event: Event) -> Text | None:
        match event:
            case DebateStarted():
                seats = ", ".join(f"{seat} ({model})" for seat, model in self._scene.seats.items())
                return Text(printable(f"{event.question.text}\n{self._scene.title}: {seats}"), style="bold")
            case RoundStarted():
                return Text(f"round {event.round}", style="cyan")
            case TurnEnded(turn=turn):
                before = self._scene.flipped.get((turn.seat, self._scene.round))
                was = "" if before is None or turn.round is None else f"  (was {before})"
                heard = ", ".join(self._scene.heard[turn.seat])
                hears = f"  heard {heard}" if heard else ""
                said = " ".join(f"  {turn.seat:<10} {words_of(turn)}{was}{hears}".splitlines())
                return Text(printable(said), style="yellow" if was else "magenta" if turn.round is None else "")
            case Stopped():
                return Text(printable(f"stopped by {event.words}"), style="dim")
            case DebateEnded():
                usage = self._scene.usage
                figures = f"{usage.calls} calls, {usage.tokens:,} tokens, {cost_words(usage, self._scene.simulated)}"
                return Text(figures, style="dim")
            case _:
                return None
