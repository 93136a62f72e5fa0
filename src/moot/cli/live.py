"""A debate as it goes, one line for each turn."""

from rich.console import Console
from rich.text import Text

from moot.agents.cleaning import printable
from moot.protocols.events import DebateStarted, Event, Judged, RoundStarted, Stopped, TurnEnded


class Watcher:
    """Prints what happens; nothing a model said reaches the terminal but as plain characters."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:
        """Print the line of one event, if it has one."""
        line = self._line(event)
        if line is not None:
            self._console.print(line, highlight=False)

    def _line(self, event: Event) -> Text | None:
        match event:
            case DebateStarted():
                seats = ", ".join(f"{seat} ({model})" for seat, model in zip(event.seats, event.models, strict=True))
                title = f"{event.question.text}\n{event.protocol} on {event.topology}: {seats}"
                return Text(printable(title), style="bold")
            case RoundStarted():
                return Text(f"round {event.round}", style="cyan")
            case TurnEnded(turn=turn):
                heard = ", ".join(id.partition(":")[2] for id in turn.heard)
                said = turn.vote if turn.vote is not None else f"[{turn.status}: {turn.reason}]"
                hears = f"  heard {heard}" if heard else ""
                return Text(printable(f"  {turn.seat:<10} {said}{hears}"))
            case Judged(turn=turn):
                return Text(printable(f"  judge      {turn.vote}"), style="magenta")
            case Stopped():
                return Text(printable(f"stopped by {event.words}"), style="dim")
            case _:
                return None
