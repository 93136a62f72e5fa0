"""The same debate is the same result: by round or freely, however it is spelled."""

from collections.abc import Callable
from typing import Any

import pytest

from moot import Debate, Question
from moot.protocols import society
from moot.protocols.floor.view import View

DEBATES = 100
PROTOCOLS = ("society?rounds=3", "du?rounds=3", "society?rounds=2")
ASKED = Question("Which city is the capital of Australia?", options=["Perth", "Canberra", "Sydney"], gold="Canberra")
Drawn = Callable[[int, tuple[str, ...]], tuple[dict[str, Any], Question]]


@pytest.mark.parametrize("part", range(4))
def test_a_free_pace_gives_the_result_of_going_by_round(part: int, drawn: Drawn) -> None:
    for seed in range(part * DEBATES // 4, (part + 1) * DEBATES // 4):
        given, question = drawn(seed, PROTOCOLS)
        protocol = given.pop("protocol")
        by_round = Debate(protocol=protocol, **given).run(question, runtime="local")
        free = Debate(protocol=f"{protocol}&pace=free", **given).run(question, runtime="local")
        assert free.digest == by_round.digest, f"{protocol} {given}"
        assert free.notes == ()


def test_the_digest_leaves_out_pace_however_the_protocol_is_spelled() -> None:
    question = ASKED
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
    digests = {Debate(["sim/debater"] * 3, seed=seed).run(ASKED, runtime="local").digest for seed in (1, 2)}
    assert len(digests) == 2
