"""The same debate is the same result: on Ray or in this process, by round or freely, however it is spelled."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

import moot
from moot import Agent, Debate, Question, stop
from moot.protocols import society
from moot.protocols.floor.view import View

DEBATES = 100
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
SIMULTANEOUS = ("society?rounds=3", "du?rounds=3", "society?rounds=2")


def drawn(seed: int, protocols: tuple[str, ...]) -> tuple[dict[str, Any], Question]:
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


@pytest.fixture(scope="module")
def ray() -> Iterator[str]:
    """The runtime; a Ray of its own starts with the first debate and ends with the last test."""
    yield "ray"
    moot.shutdown()


@pytest.mark.xdist_group("ray")
@pytest.mark.timeout(280)
def test_a_debate_on_ray_equals_the_one_in_this_process(ray: str) -> None:
    protocols = (*SIMULTANEOUS, "sequential?rounds=2", "vote", "self_consistency?samples=2", "mad_liang?rounds=2")
    statuses: set[str] = set()
    for seed in range(DEBATES):
        given, question = drawn(seed, protocols)
        if "judge" not in given and seed % 4 == 0:
            given["stop"] = stop.unanimous()
        here, there = (Debate(**given).run(question, runtime=runtime) for runtime in ("local", ray))
        assert here.digest == there.digest, f"{given} {question.text}"
        statuses.add(here.status)
    assert statuses == {"decided", "degraded", "undecided", "failed"}


@pytest.mark.parametrize("part", range(4))
def test_a_free_pace_gives_the_result_of_going_by_round(part: int) -> None:
    for seed in range(part * DEBATES // 4, (part + 1) * DEBATES // 4):
        given, question = drawn(seed, SIMULTANEOUS)
        protocol = given.pop("protocol")
        by_round = Debate(protocol=protocol, **given).run(question, runtime="local")
        free = Debate(protocol=f"{protocol}&pace=free", **given).run(question, runtime="local")
        assert free.digest == by_round.digest, f"{protocol} {given}"
        assert free.notes == ()


def test_the_digest_leaves_out_pace_however_the_protocol_is_spelled() -> None:
    question = QUESTIONS[0]
    agents = ["sim/debater", "sim/debater?family=b"]
    plain = [
        Debate(agents, protocol=protocol, seed=1).run(question, runtime="local").digest
        for protocol in ("society", "society?pace=free", "society?pace=round", society(pace="free"), society())
    ]
    limited = [
        Debate(agents, protocol=protocol, seed=1).run(question, runtime="local").digest
        for protocol in ("society?rounds=1", "society?pace=free&rounds=1", "society?rounds=1&pace=round")
    ]
    viewed = [
        Debate(agents, protocol=society(pace=pace, view=View(own="none")), seed=1).run(question, runtime="local").digest
        for pace in ("free", "round")
    ]
    assert (len({*plain}), len({*limited}), len({*viewed})) == (1, 1, 1)
    assert len({plain[0], limited[0], viewed[0]}) == 3


def test_another_seed_gives_another_digest() -> None:
    digests = {Debate(["sim/debater"] * 3, seed=seed).run(QUESTIONS[0], runtime="local").digest for seed in (1, 2)}
    assert len(digests) == 2
