"""Whole debates before simulated judges who favour what they read first, against the known shares."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import exp, sqrt

import pytest

from moot import Agent, Debate, Question, Request, Turn, sim
from moot.testing import Script

DEBATES = 700
QUESTIONS = [Question(f"Is it number {place}?", options=[f"one {place}", f"two {place}"]) for place in range(DEBATES)]


def argues(request: Request) -> str:
    """A side whose argument is its own in every debate, so that judges find each of another quality."""
    stance = re.search(r"<stance>\n(.*)\n</stance>", request.messages[-1].content)
    assert stance is not None
    return json.dumps({"thinking": "", "argument": f"The case for {stance[1]}."})


def rulings(judge: str) -> Iterator[tuple[Question, tuple[Turn, Turn]]]:
    """The two verdicts of every debate, each in another order."""
    agents = [Agent(name, Script.by(argues)) for name in ("ada", "bo")]
    debate = Debate(agents, protocol="khan_sim?rounds=1", judge=judge, seed=3)
    for result in debate.run_many(QUESTIONS, runtime="local").results():
        one, other = (turn for turn in result.turns if turn.seat == "judge")
        yield result.question, (one, other)


def first_of(turn: Turn) -> str:
    """The answer that is argued for first."""
    found = re.search(r"Final answer: (.*)", turn.prompt[-1].content)
    assert found is not None
    return found[1]


def near(share: float) -> object:
    return pytest.approx(share, abs=4.5 * sqrt(share * (1 - share) / DEBATES))


def test_the_same_answer_wins_in_both_orders_as_often_as_is_known_of_such_a_judge() -> None:
    tally = Counter[str]()
    for _, turns in rulings("sim/debater?D=2.218&b=0.896&d=0"):
        picks = [turn.answer == first_of(turn) for turn in turns]
        tally["first" if all(picks) else "second" if not any(picks) else "same"] += 1
    shares = {key: count / DEBATES for key, count in tally.items()}
    assert shares == {"same": near(0.650), "first": near(0.300), "second": near(0.050)}


@pytest.mark.parametrize("bias", [0.8, 0.0])
def test_the_mean_of_both_orders_is_right_as_often_whatever_the_place(bias: float) -> None:
    right = Counter[bool]()
    for question, turns in rulings(f"sim/debater?D=0&b={bias}&d=1.153"):
        truth = sim.truth(question)
        for turn in turns:
            right[first_of(turn) == truth] += turn.answer == truth
    ahead, behind = (1 / (1 + exp(-1.153 - bias))), (1 / (1 + exp(-1.153 + bias)))
    assert {place: count / DEBATES for place, count in right.items()} == {True: near(ahead), False: near(behind)}
    both = right.total() / (2 * DEBATES)
    assert both == near((ahead + behind) / 2)
    assert bias == 0 or (ahead + behind) / 2 == pytest.approx(0.73156, abs=5e-5)
