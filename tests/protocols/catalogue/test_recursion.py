"""Prover and estimator go down one branch: who heard what, what the judge is shown, and how estimates come back up."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import Debate, Question
from moot.protocols.catalogue.recursion import Level, prover_reward, recomputed

QUESTION = Question(
    "What did Ann drink?", options=["tea", "milk"], context="Ann had drunk her tea at four.", gold="tea", id="ann"
)
Hold = Callable[..., Any]


def parts(sign: int, *claims: str) -> str:
    return json.dumps({"sign": sign} | {f"part_{place}": claim for place, claim in enumerate(claims, 1)})


def estimates(*per_cent: int) -> str:
    return json.dumps({f"estimate_{place}": one for place, one in enumerate(per_cent, 1)})


def pick(part: int, sign: int) -> str:
    return json.dumps({"pick": part, "sign": sign})


PROVER = [
    "Final answer: tea",
    parts(-1, "There was tea.", "Ann drank it."), pick(2, -1),
    parts(-1, "It was hers.", "The text says <quote>drunk her  tea</quote> and <quote>all of it</quote>."), pick(2, -1),
]  # fmt: skip
ESTIMATOR = ['{"estimate": 30}', estimates(90, 50), estimates(80, 25)]


def test_one_branch_is_gone_down_and_the_judge_reads_its_leaf_alone(hold: Hold) -> None:
    result, heard = hold("prover_estimator", QUESTION, {"pro": PROVER, "est": ESTIMATOR}, ["Final answer: yes"])
    assert heard == {
        "0:pro": set(), "1:est": {"0:pro"},
        "2:pro": {"1:est"}, "3:est": {"0:pro", "2:pro"}, "4:pro": {"1:est", "3:est"},
        "5:pro": {"1:est", "3:est"}, "6:est": {"0:pro", "2:pro", "4:pro", "5:pro"},
        "7:pro": {"1:est", "3:est", "6:est"}, "8:judge": set(),
    }  # fmt: skip
    assert (result.usage.calls, result.rounds) == (3 * 2 + 3, 2)
    leaf = result.turns[-1].prompt[-1].content
    assert 'The text says [verified quote: "drunk her  tea"] and [unverified quote: "all of it"].' in leaf
    assert "What did Ann drink" not in leaf
    assert "at four" not in leaf


def test_the_leaf_settles_its_branch_and_the_rest_stands_as_estimated(hold: Hold) -> None:
    seats = {"pro": PROVER, "est": ESTIMATOR}
    held = hold("prover_estimator", QUESTION, seats, ["Final answer: yes"]).result
    assert (held.answer, held.status) == ("tea", "decided")
    assert held.outcome.support == pytest.approx({"tea": 0.9 * 0.8, "milk": 1 - 0.9 * 0.8})
    # the parts imply .45 for .30, then .20 for .50, and the leaf holds that was given .25; each level counts double
    assert held.notes == (f"prover's reward: {0.15 + 2 * (0.2 - 0.5) + 4 * 0.75:.4f}",)
    lost = hold("prover_estimator", QUESTION, seats, ["Final answer: no"]).result
    assert (lost.answer, lost.outcome.support) == ("milk", {"tea": 0.0, "milk": 1.0})


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("width", [2, 4])
def test_calls_grow_with_the_depth_and_not_with_the_parts(depth: int, width: int, hold: Hold) -> None:
    claims = parts(0, *(f"Part {place}." for place in range(width)))
    prover = ["Final answer: milk", *([claims, pick(width, 1)] * depth)]
    estimator = ['{"estimate": "50%"}', *[estimates(*[60] * width)] * depth]
    protocol = f"prover_estimator?depth={depth}&parts={width}"
    result = hold(protocol, QUESTION, {"pro": prover, "est": estimator}, ["Final answer: yes"]).result
    assert result.usage.calls == 3 * depth + 3
    assert result.outcome.support["milk"] == pytest.approx(0.6 ** ((width - 1) * depth))
    assert Debate(["sim/debater"] * 2, protocol=protocol, judge="sim/debater").plan(QUESTION).calls == (
        3 * depth + 3,
        3 * depth + 3,
    )


def test_what_is_not_taken_apart_is_checked_as_it_is(hold: Hold) -> None:
    prover = ["Final answer: tea", '{"sign": 0}', '{"pick": 9, "sign": 0}']
    result = hold(
        "prover_estimator?depth=1",
        QUESTION,
        {"pro": prover, "est": ["none", "none", estimates(50)]},
        "Final answer: yes",
    ).result
    assert "The answer is: tea" in result.turns[-1].prompt[-1].content
    assert result.answer == "tea"


def test_simulated_models_hold_it_twice_alike(simulated: Hold) -> None:
    result = simulated("prover_estimator?depth=2", QUESTION, "pro est", judge=True)
    assert result.usage.calls == 9
    assert sum(result.outcome.support.values()) == pytest.approx(1.0)


def level(estimate: float, sign: int, parts: list[float]) -> Level:
    return Level(estimate, sign, tuple(parts), len(parts) - 1)


PARTS = st.lists(st.floats(0, 1), min_size=2, max_size=4)
LEVELS = st.lists(st.builds(level, st.floats(0, 1), st.sampled_from([-1, 0, 1]), PARTS), min_size=1, max_size=4)


@given(LEVELS)
def test_a_leaf_that_fails_takes_the_claim_with_it_and_a_better_one_never_hurts(levels: list[Level]) -> None:
    assert recomputed(levels, 0.0) == 0.0
    assert recomputed(levels, 0.25) <= recomputed(levels, 0.75) <= 1.0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 4))
def test_a_prover_that_disputes_nothing_earns_nothing(first: float, second: float, growth: float) -> None:
    levels = [Level(0.4, 0, (first, second), 1)]
    assert prover_reward(levels, 0, second, 1.0, growth) == 0
    # consistent estimates leave only the leaf to be earned on
    consistent = [Level(first * second, 1, (first, second), 1)]
    assert prover_reward(consistent, -1, second, 1.0, growth) == pytest.approx(growth * (1 - second))
