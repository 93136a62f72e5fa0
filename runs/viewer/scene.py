"""One debate under way as it stands: what its events have come to so far."""

from dataclasses import dataclass, field, replace

from moot.protocols.events import DebateStarted, Event, Judged, Stopped, TurnEnded, TurnStarted
from moot.protocols.transcript import Turn
from moot.runs.viewer.documents import DebateDocument, EventDocument
from moot.runs.viewer.telling import begun_document, event_document


@dataclass
class Scene:
    """Of one debate."""

    started: DebateStarted
    turns: dict[str, Turn] = field(default_factory=dict[str, Turn])
    speaking: dict[str, TurnStarted] = field(default_factory=dict[str, TurnStarted])
    """By turn id, those who were asked and have not replied."""
    asked: dict[str, EventDocument] = field(default_factory=dict[str, EventDocument])
    """By turn id, what people in seats are being asked."""
    stopped_by: str = ""
    at_s: float = 0.0
    paused: bool = False

    def take(self, event: Event) -> None:
        """Go on by one event."""
        self.at_s = event.at_s
        match event:
            case TurnStarted():
                self.speaking[f"{event.wave}:{event.seat}"] = event
            case TurnEnded(turn=turn) | Judged(turn=turn):
                self.speaking.pop(turn.id, None)
                self.turns[turn.id] = turn
            case Stopped(words=words):
                self.stopped_by = words
            case _:
                pass

    def turn_of(self, seat: str) -> str | None:
        """The id of the turn in which the seat is being asked; None where it is not."""
        return next((id for id, started in reversed(self.speaking.items()) if started.seat == seat), None)

    def copied(self) -> "Scene":
        """As it stands now."""
        return replace(self, turns=dict(self.turns), speaking=dict(self.speaking), asked=dict(self.asked))

    def document(self, begun: DebateDocument | None = None) -> DebateDocument:
        """The debate so far.

        Args:
            begun: What the record has of it: its run, its trial, its caps, and what it goes on with.
        """
        started = self.started
        told: DebateDocument = {
            **begun_document(
                started.debate_id,
                started.question,
                list(zip(started.seats, started.models, strict=True)),
                protocol=started.protocol,
                topology=started.topology,
                turns=sorted(self.turns.values(), key=lambda turn: turn.wave),
                stopped_by=self.stopped_by,
            ),
            "status": "running",
        }
        if begun is None:
            return told
        return {
            **told,
            "run": begun["run"],
            "trial": begun["trial"],
            "parent": begun["parent"],
            "budget": begun["budget"],
        }

    def standing(self, begun: DebateDocument | None = None) -> list[EventDocument]:
        """How things stand, as the events with which a page begins, or begins again."""
        told: EventDocument = {"debate_id": self.started.debate_id, "at_s": self.at_s}
        return [
            {"kind": "debate", **told, "debate": self.document(begun)},
            *(event_document(started) for started in self.speaking.values()),
            *self.asked.values(),
            *([{"kind": "paused", **told}] if self.paused else []),
        ]
