"""The three-line way in."""

from collections.abc import Sequence
from typing import Any

from moot.protocols.question import Question
from moot.runs.debate import Debate
from moot.runs.given import Same, Speaker
from moot.runs.holding import Listener
from moot.runs.ray.settings import Ray
from moot.runs.result import Result


def debate(
    question: str | Question,
    agents: Sequence[Speaker],
    *,
    topology: Any = None,
    protocol: Any = "du",
    rounds: int | None = None,
    judge: Speaker | Sequence[Speaker] | None = None,
    decide: Any = None,
    stop: Any = None,
    same: Same | Speaker | None = None,
    quorum: int | float | None = None,
    budget: Any = None,
    seed: int | None = None,
    runtime: str | Ray | None = None,
    listen: Listener | None = None,
) -> Result:
    """One debate over one question; for the arguments see `Debate`."""
    spec = Debate(
        agents,
        topology,
        protocol,
        rounds=rounds,
        judge=judge,
        decide=decide,
        stop=stop,
        same=same,
        quorum=quorum,
        budget=budget,
        seed=seed,
    )
    return spec.run(question, runtime=runtime, listen=listen)


async def adebate(
    question: str | Question,
    agents: Sequence[Speaker],
    *,
    topology: Any = None,
    protocol: Any = "du",
    rounds: int | None = None,
    judge: Speaker | Sequence[Speaker] | None = None,
    decide: Any = None,
    stop: Any = None,
    same: Same | Speaker | None = None,
    quorum: int | float | None = None,
    budget: Any = None,
    seed: int | None = None,
    runtime: str | Ray | None = None,
    listen: Listener | None = None,
) -> Result:
    """As `debate`, from any event loop."""
    spec = Debate(
        agents,
        topology,
        protocol,
        rounds=rounds,
        judge=judge,
        decide=decide,
        stop=stop,
        same=same,
        quorum=quorum,
        budget=budget,
        seed=seed,
    )
    return await spec.arun(question, runtime=runtime, listen=listen)
