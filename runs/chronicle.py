"""A run, and the events of its debates, as lines of the log."""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from moot.logs import Level, about, hears, say, wish
from moot.protocols.events import (
    DebateEnded,
    DebateStarted,
    Event,
    Judged,
    Rewired,
    RoundStarted,
    Stopped,
    TurnEnded,
    TurnStarted,
)
from moot.protocols.transcript import KEPT, Turn


@contextmanager
def run_told(run: str, **begun: Any) -> Generator[None]:
    """Bind the run to what is said within, and say that it began, and where it breaks off why."""
    with about(run=run):
        say("run.began", **begun)
        try:
            yield
        except BaseException as error:
            say("run.broken_off", "error", why=f"{type(error).__name__}: {error}")
            raise


def chronicled(tell: Callable[[Event], None]) -> Callable[[Event], None]:
    """The listener, before whom the log hears of every event; the listener itself where nobody reads the log."""
    if not hears("error"):
        return tell

    def both(event: Event) -> None:
        _say(event)
        tell(event)

    return both


def _say(event: Event) -> None:
    match event:
        case DebateStarted():
            models = dict(zip(event.seats, event.models, strict=True))
            asked = event.question.id
            say("debate.began", question=asked, protocol=event.protocol, topology=event.topology, seats=models)
        case RoundStarted():
            say("round.began", round=event.round)
        case TurnStarted():
            say("turn.began", "debug", turn=f"{event.wave}:{event.seat}", round=event.round, seat=event.seat)
        case TurnEnded():
            _say_turn(event.turn)
        case Rewired():
            say("graph.rewired", round=event.round, edges=len(event.edges))
        case Judged():
            say("judge.ruled", turn=event.turn.id, seat=event.turn.seat, status=event.turn.status)
        case Stopped():
            say("debate.stopped", why=event.words)
        case DebateEnded():
            level: Level = "info" if event.status in {"decided", "undecided"} else "warning"
            say("debate.ended", level, status=event.status, s=round(event.at_s, 3))


def _say_turn(turn: Turn) -> None:
    level: Level = "info" if turn.status in KEPT else "warning"
    if not hears(level):
        return
    wanted = wish()
    say(
        "turn.ended",
        level,
        turn=turn.id,
        round=turn.round,
        seat=turn.seat,
        role=turn.role,
        status=turn.status,
        why=turn.reason or None,
        heard=list(turn.heard),
        calls=list(turn.calls),
        attempts=turn.attempts,
        tokens=turn.usage.tokens,
        nano_usd=turn.usage.cost_nano_usd,
        s=round(turn.latency_s, 3),
        length=len(turn.text),
        digest=hashlib.blake2b(turn.text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
        said=turn.text if wanted is not None and wanted.texts else None,
    )
