"""A debate as it stands, folded from its events: what a live view draws."""

import threading
from dataclasses import dataclass, field

from moot.protocols.events import (
    DebateEnded,
    DebateStarted,
    Event,
    Judged,
    RoundStarted,
    Stopped,
    TurnEnded,
    TurnStarted,
)
from moot.protocols.tally import Tally
from moot.protocols.transcript import KEPT, Turn


@dataclass
class Scene:
    """What has happened so far; events come on one thread, drawing is on another."""

    question: str = ""
    title: str = ""
    seats: dict[str, str] = field(default_factory=dict[str, str])
    """Every seat with its model, the judge when it has spoken."""
    round: int = 0
    said: dict[tuple[str, int], Turn] = field(default_factory=dict[tuple[str, int], Turn])
    """By seat and round the turn that counts; of a judge, beside the round after which it spoke."""
    before: dict[str, str] = field(default_factory=dict[str, str])
    """Each seat's last answer."""
    flipped: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    """Where an answer changed, and from what."""
    speaking: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Who speaks now, and whom each has heard."""
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    usage: Tally = field(default_factory=Tally)
    simulated: bool = False
    stopped: str = ""
    status: str = ""
    at_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        with self.lock:
            self.at_s = max(self.at_s, event.at_s)
            self._take(event)

    @property
    def rounds(self) -> int:
        """How many rounds were begun."""
        return self.round + 1 if self.said or self.speaking else 0

    def votes(self, round: int) -> dict[str, list[str]]:
        """Answer to the debaters that gave it in that round."""
        votes: dict[str, list[str]] = {}
        for seat in self.seats:
            turn = self.said.get((seat, round))
            if turn is not None and turn.round is not None and turn.vote is not None:
                votes.setdefault(turn.vote, []).append(seat)
        return votes

    def _take(self, event: Event) -> None:
        match event:
            case DebateStarted():
                self.question = event.question.text
                self.title = f"{event.protocol} on {event.topology}"
                self.seats = dict(zip(event.seats, event.models, strict=True))
            case RoundStarted():
                self.round = event.round
            case TurnStarted():
                self.speaking[event.seat] = _names(event.heard)
                self.seats.setdefault(event.seat, "")
            case TurnEnded(turn=turn):
                self._hear(turn)
            case Judged(turn=turn):
                self.seats[turn.seat] = turn.model
            case Stopped():
                self.stopped = event.words
            case DebateEnded():
                self.status = event.status
                self.speaking.clear()
            case _:
                pass

    def _hear(self, turn: Turn) -> None:
        self.speaking.pop(turn.seat, None)
        self.heard[turn.seat] = _names(turn.heard)
        self.seats[turn.seat] = self.seats.get(turn.seat) or turn.model
        self.usage += turn.usage
        self.simulated |= turn.simulated
        number = self.round if turn.round is None else turn.round
        self.said[turn.seat, number] = turn
        if turn.vote is not None:
            before = self.before.get(turn.seat)
            if turn.round is not None and before is not None and before != turn.vote:
                self.flipped[turn.seat, number] = before
            self.before[turn.seat] = turn.vote


def words_of(turn: Turn) -> str:
    """An answer, or in brackets why there is none; of a turn that needed none, its first words."""
    answer = turn.vote if turn.vote is not None else turn.answer
    if answer is not None:
        return answer
    if turn.status in KEPT:
        return " ".join((turn.text or turn.reason).split())[:60]
    return f"({turn.reason or turn.status})"


def cost_words(usage: Tally, simulated: bool) -> str:
    """What it has cost so far."""
    cost = usage.cost_usd
    if cost is None:
        return "cost unknown"
    return "free (simulated)" if simulated and not cost else f"{cost:.4f} USD"


def _names(turns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id.partition(":")[2] for id in turns))
