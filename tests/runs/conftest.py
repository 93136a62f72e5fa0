"""Debates drawn at random, of many kinds."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from moot import Agent, Question

Drawn = Callable[[int, tuple[str, ...]], tuple[dict[str, Any], Question]]
QUESTIONS = (
    Question("Which city is the capital of Australia?", options=["Perth", "Canberra", "Sydney"], gold="Canberra"),
    Question("What is 17 * 24?", kind="number", gold="408"),
    Question("What is (x + 1)^2, expanded?", kind="math"),
    Question("Is 91 a prime number?", kind="bool", gold=False),
    Question("How likely is rain tomorrow?", kind="probability"),
    Question("How good is this plan?", kind="score"),
    Question("Should cities ban cars?"),
)
MODELS = (
    "sim/debater", "sim/debater?family=b&noise=real", "sim/debater?accuracy=0.9&family=c", "sim/erratic?noise=real",
    "sim/conformist?garble=0.1", "sim/swayable?family=b&fail=0.05", "sim/exact-echo", "sim/adversary",
)  # fmt: skip
TOPOLOGIES = ("complete", "ring", "star", "chain?directed=true", "small_world?k=2&seed=3", "tree")


def drawing(seed: int, protocols: tuple[str, ...]) -> tuple[dict[str, Any], Question]:
    """A debate's parts, and its question."""
    source = random.Random(seed)
    protocol = source.choice(protocols)
    sides = protocol.startswith("mad_liang")
    seats = 2 if sides else source.randint(4, 6)
    agents = [
        Agent(f"s{place}", source.choice(MODELS), persona=source.choice([None, "a careful judge of odds"]))
        for place in range(seats)
    ]
    given: dict[str, Any] = {"agents": agents, "protocol": protocol, "seed": seed}
    given["quorum"] = source.choice((None, 1))
    given["policy"] = {"retries": 0, "reasks": source.randint(0, 1)}
    if sides or source.random() < 0.3:
        given["judge"] = source.choice(("sim/debater", "sim/debater?b=0&family=b"))
    if protocol.split("?")[0] in {"society", "du", "sequential"}:
        given["topology"] = source.choice(TOPOLOGIES)
    return given, source.choice(QUESTIONS)


@pytest.fixture
def drawn() -> Drawn:
    return drawing
