"""What one debate is held with, complete and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from moot.protocols.answers import AnswerSpace
from moot.protocols.confidence import Source
from moot.protocols.decide import Decision
from moot.protocols.floor.seats import Seat
from moot.protocols.prompting import Prompts
from moot.protocols.question import Question
from moot.protocols.stop import Stop
from moot.protocols.transcript import Turn
from moot.topologies import Schedule, Topology, degrees


@dataclass(frozen=True)
class Kept:
    """How a debate began, where it goes on with what was said in another one."""

    turns: Mapping[str, Turn] = field(default_factory=dict[str, Turn])
    """By id; whoever has taken one is not asked again."""
    stops: tuple[Stop | None, ...] = ()
    """What was asked after each of its rounds but the last: there it did not end, whatever the stop rule is now."""


@dataclass(frozen=True)
class Setting:
    """What one debate is held with."""

    debate_id: str
    question: Question
    space: AnswerSpace
    """How answers to the question are asked for, read and compared."""
    debaters: tuple[Seat, ...]
    judges: tuple[Seat, ...]
    """Who judges, and who takes over in turn where a judge cannot be read, is lost or stands aside."""
    topology: Topology
    prompts: Prompts
    decide: Decision | None
    """Replaces the protocol's own decision."""
    stop: Stop | None
    """Or-ed with the protocol's own limit."""
    quorum: int
    """Debaters that must give a usable reply in every round."""
    reasks: int
    """How often a turn is asked again where no answer can be read."""
    round_deadline_s: float | None
    """Seconds after which a wave goes on without those who are still silent."""
    sources: frozenset[Source]
    """Where rules take confidence from, so that debaters are asked for it."""
    seed: int
    comparer: Seat | None = None
    """Who says which answers are the same; None leaves it to `space`."""
    trial: int = 0
    """Which of several debates over the same question with the same seed it is; its draws are its own."""
    kept: Kept = field(default_factory=Kept)
    """Of a fork: what it has of its parent."""

    @property
    def judge(self) -> Seat | None:
        """Who judges first; None where nobody is seated as judge."""
        return self.judges[0] if self.judges else None

    def confides(self, number: int) -> bool:
        """Whether what is said in that round is heard with how sure its author said it was, over some edge."""
        # a function of the round need not know of a round that may never come
        known = not isinstance(self.topology, Schedule) or self.topology.listed is not None
        rounds = (number, number + 1) if known else (number,)
        return any("confidence" in self.topology.round(one).channels for one in rounds)

    @cached_property
    def hub(self) -> str:
        """The debater with most edges, the first where several have."""
        degree = [hears + heard for hears, heard in degrees(self.topology)]
        return self.debaters[degree.index(max(degree))].name
