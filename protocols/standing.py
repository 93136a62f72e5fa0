"""How a debate stands: all that a rule may know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from moot.protocols.confidence import Source, confidence_of
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn


@dataclass(frozen=True)
class Standing:
    """A debate after some whole rounds. Rules are pure functions of it."""

    question: Question
    seats: tuple[str, ...]
    """Debaters, in seat order."""
    transcript: Transcript
    hub: str | None = None
    """The seat that hears and is heard most; the first where several do."""
    usage: Tally = field(default_factory=Tally)
    """Used so far, on settled calls."""
    elapsed_s: float = 0.0
    seed: int = 0
    """Of the debate; only a random tie rule reads it."""

    @cached_property
    def ballots(self) -> tuple[Turn, ...]:
        """The debaters' turns of the last round."""
        return self.transcript.round(-1)

    @cached_property
    def votes(self) -> Mapping[str, tuple[str, ...]]:
        """Answer to names in the last round, abstainers absent."""
        return self.transcript.votes(-1)

    def confidence(self, turn: Turn, source: Source) -> float | None:
        """How sure a debater was in one of its turns, by that source; None where it tells nothing."""
        answers = [one.vote for one in self.transcript.said_by(turn.seat) if one.wave <= turn.wave]
        return confidence_of(turn, source, answers)

    def answer_of(self, seat: str) -> str | None:
        """A debater's answer in the last round."""
        return next((turn.vote for turn in self.ballots if turn.seat == seat), None)
