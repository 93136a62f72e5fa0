"""The debates that are measured: who debates, for how long, along which graph, how many at once."""

from pydantic import BaseModel

import moot
from moot import Agent
from moot.protocols import Pace, Question
from moot.runs import Debate, Policy

TEXT = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
    "How many clips did Natalia sell altogether in April and May?"
)


class Size(BaseModel, frozen=True, extra="forbid"):
    """How much there is to do."""

    agents: int
    rounds: int
    topology: str
    debates: int = 1
    """All at once."""
    repetitions: int = 1
    """How often it is measured."""

    @property
    def calls(self) -> int:
        """LLM calls in all."""
        return self.agents * self.rounds * self.debates

    def __str__(self) -> str:
        one = f"{self.agents}×{self.rounds} {self.topology.partition('?')[0]}"
        return one if self.debates == 1 else f"{self.debates} of {one}"


def debate(size: Size, model: str, *, api_base: str | None = None, seed: int = 1, pace: Pace = "round") -> Debate:
    """The simultaneous debate of that size. Each agent's persona is its number, by which the server's log knows it."""
    agents = [Agent(f"a{n}", model, persona=f"agent {n}", api_base=api_base) for n in range(size.agents)]
    protocol = moot.protocols.society(rounds=size.rounds, pace=pace)
    return Debate(agents, size.topology, protocol, policy=Policy(timeout_s=300), seed=seed)


def questions(count: int) -> tuple[Question, ...]:
    """As many questions of one length, all different."""
    return tuple(Question(TEXT, kind="number", id=f"q{number}") for number in range(count))
