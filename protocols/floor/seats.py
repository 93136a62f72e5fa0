"""A seat: an agent at its place in the debate."""

from collections.abc import Callable
from dataclasses import dataclass

from moot.agents.agent import Agent

DEBATER = "debater"
JUDGE = "judge"
"""The role of the judge."""
COMPARER = "comparer"
"""The role of who says which answers are the same."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent at its place. Seats are compared by name."""

    name: str
    """Unique in the debate; what peers see as author and what keys of calls are made of."""
    agent: Agent
    role: str = DEBATER


Barred = Callable[[Seat], str]
"""Why a judge must stand aside; empty where it need not."""


def unbarred(judge: Seat) -> str:
    """Nobody need stand aside."""
    return ""
