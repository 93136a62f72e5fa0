"""What a seed stands for: a debate in any of the shipped protocols, how it is held, and what happens meanwhile."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moot import Agent, Budget, Debate, Question
from moot.errors import UsageError
from moot.protocols import Card, catalogue

QUESTIONS = (
    Question("Which city is the capital of Australia?", options=["Perth", "Canberra", "Sydney"], gold="Canberra"),
    Question("What is 17 * 24?", kind="number", gold="408", context="17 * 24 is 17 * 25 less 17."),
    Question("What is (x + 1)^2, expanded?", kind="math"),
    Question("Is 91 a prime number?", kind="bool", gold=False, context="91 = 7 * 13."),
    Question("How likely is rain tomorrow?", kind="probability"),
    Question("Which of two is heavier?", options=["lead", "air"], gold="lead", context="Lead sinks, air does not."),
    Question("Should cities ban cars?"),
)
_FREE = ("sim/debater", "sim/debater?family=b&noise=real", "sim/conformist", "sim/exact-echo", "sim/erratic?noise=real")
_PRICED = ("openai/a", "openai/b", "openai/c", "anthropic/d")
_TOPOLOGIES = ("ring", "star", "chain?directed=true", "small_world?k=2&seed=3", "random?p=0.5&seed=1")
_DECISIONS = ("majority", "unanimity", "borda", "history", "last", "median", "supermajority", "weighted?by=confidence")
_STOPS = ("unanimous", "stable", "agreement?share=0.7", "calls?limit=7", "minutes?limit=1", "steady", "rounds?limit=2")


@dataclass(frozen=True)
class Plot:
    """What a seed stands for."""

    seed: int
    debate: Debate
    questions: tuple[Question, ...]
    concurrency: int
    budget: Budget | None
    """Of the whole run."""
    cancelled_s: tuple[float, ...]
    """After so many seconds each sitting is cancelled; the last one after these is held to its end."""
    mild: float
    """How many of its models have no trouble."""
    stored: bool
    """Whether it is held in a file."""

    def __str__(self) -> str:
        seats = ", ".join(agent.model for agent in self.debate.agents)
        cut = f", cancelled after {', '.join(f'{s:.1f}' for s in self.cancelled_s)} s" if self.cancelled_s else ""
        return f"{self.debate.protocol.spec()} of {seats} over {len(self.questions)} questions{cut}"


def drawn(seed: int) -> Plot:
    """The plot of a seed."""
    draw = random.Random(f"plot {seed}")
    while True:
        question = draw.choice(QUESTIONS)
        try:
            debate = _debate(draw, seed)
            debate.protocol.check_question(question)
            budget = _budget(draw) if draw.random() < 0.3 else None
            debate.check_caps(budget or Budget())
        except UsageError:
            continue  # what does not fit together is refused before the first call, and another is drawn
        asked = [question.renamed(f"q{place}") for place in range(draw.choice((1, 1, 2, 4)))]
        return Plot(
            seed,
            debate,
            tuple(asked),
            concurrency=draw.randint(1, 4),
            budget=budget,
            cancelled_s=tuple(draw.expovariate(0.1) for _ in range(draw.choice((0, 0, 1, 2)))),
            mild=draw.choice((0.3, 0.7, 0.9, 1.0)),
            stored=seed % 10 == 0,
        )


def _debate(draw: random.Random, seed: int) -> Debate:
    card: Card = draw.choice([*catalogue().values()]).card
    fewest, most = card.debaters
    seats = draw.randint(fewest, min(most or 5, 5))
    agents = [_agent(draw, f"s{place}") for place in range(seats)]
    if draw.random() < 0.08:
        inner = Debate([_agent(draw, "in0"), _agent(draw, "in1")], protocol="vote", seed=1, quorum=1)
        agents[0] = Agent("s0", inner, max_tokens=None)
    protocol: dict[str, Any] = {"name": card.name}
    if card.name in {"society", "du"}:
        protocol["pace"] = draw.choice(("round", "free"))
    given: dict[str, Any] = {"protocol": protocol, "seed": seed}
    if catalogue()[card.name]().takes_rounds:
        given["rounds"] = draw.randint(1, 3)
    if card.judge == "required" or draw.random() < 0.2:
        given["judge"] = [_agent(draw, f"j{place}") for place in range(draw.choice((1, 1, 2)))]
    if card.hears == "any":
        given["topology"] = draw.choice((None, *_TOPOLOGIES))
    if not card.decides and draw.random() < 0.4:
        given["decide"] = draw.choice(_DECISIONS)
    if draw.random() < 0.4:
        given["stop"] = draw.choice(_STOPS)
    if draw.random() < 0.1:
        given["same"] = _agent(draw, "same")
    if draw.random() < 0.3:
        given["budget"] = _budget(draw)
    given["quorum"] = draw.choice((None, 1, 1, 0.5, 1.0))
    given["policy"] = _policy(draw)
    return Debate(agents, **given)


def _agent(draw: random.Random, name: str) -> Agent:
    model = draw.choice(_FREE + _PRICED)
    return Agent(
        name,
        model,
        max_tokens=draw.choice((40, 300, 300)),
        price=None if model in _FREE else (2.5, 10.0),
        fallback=draw.choice(_FREE) if draw.random() < 0.15 else None,
    )


def _budget(draw: random.Random) -> Budget:
    cap: Mapping[str, Any] = draw.choice(
        (
            {"calls": draw.randint(1, 40)},
            {"tokens": draw.randint(2_000, 80_000)},
            {"usd": draw.uniform(0.005, 0.2)},
            {"minutes": draw.uniform(0.05, 3)},
            {"calls": draw.randint(5, 40), "usd": draw.uniform(0.01, 0.2)},
        )
    )
    return Budget(**cap)


def _policy(draw: random.Random) -> dict[str, Any]:
    return {
        "timeout_s": draw.choice((5.0, 30.0, 120.0)),
        "retries": draw.randint(0, 3),
        "reasks": draw.randint(0, 2),
        "round_deadline_s": draw.choice((None, None, 4.0, 40.0)),
        "in_doubt": draw.choice(("resend", "skip")),
    }
