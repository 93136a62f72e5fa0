"""Numbers by median and trimmed mean, convictions by opinion pools and by log odds."""

from collections.abc import Callable
from fractions import Fraction
from math import log, sqrt
from statistics import NormalDist, median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot import decide
from moot.errors import SpecError
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.standing import Standing

Stand = Callable[..., Standing]
NUMBER = Question("How many?", kind="number")
CHANCE = Question("How likely?", kind="probability")
CITIES = Question("Where?", options=["Rome", "Oslo", "Bonn"])
YES = Question("Is it so?", kind="bool")


def tallied(rule: decide.Decision, standing: Standing) -> Outcome:
    outcome = rule.tally(standing)
    assert outcome is not None
    return outcome


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["3", "1,000", "5"], "5"),
        (["1", "2"], "1.5"),
        (["1/3", "1/3", None], "1/3"),
        (["2", "2.0", "9"], "2"),
        (["50%", "0.7", "0.9", "1"], "0.8"),
        (["many", None, "7"], "7"),
        (["many", None], None),
        (["1e999999", "3"], "3"),
    ],
)
def test_the_median_is_a_number_that_was_given_or_lies_between_two(
    standing: Stand, said: list[str | None], expected: str | None
) -> None:
    assert tallied(decide.median(), standing([said], NUMBER)).answer == expected


def test_a_wild_guess_moves_the_mean_and_not_the_trimmed_one(standing: Stand) -> None:
    debate = standing([["10", "11", "12", "13", "1000000"]], NUMBER)
    assert tallied(decide.trimmed_mean(), debate).answer == "12"
    assert tallied(decide.trimmed_mean(share=0), debate).answer == "200009.2"
    assert tallied(decide.trimmed_mean(share=0.45), debate).answer == "12"


def test_options_have_no_median_and_no_mean(standing: Stand) -> None:
    debate = standing([["10", "20"]], Question("Which?", options=["10", "20", "30"]))
    for rule in (decide.median(), decide.trimmed_mean()):
        assert tallied(rule, debate) == Outcome(rule=rule.name, support={"10": 1.0, "20": 1.0})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fractions(max_denominator=1000), min_size=1, max_size=9))
def test_the_median_is_that_of_the_values(standing: Stand, values: list[Fraction]) -> None:
    said = [str(value) for value in values]
    answer = tallied(decide.median(), standing([said], NUMBER)).answer
    assert answer is not None
    assert float(Fraction(answer)) == pytest.approx(float(median(values)), rel=1e-9, abs=1e-12)
    moved = tallied(decide.median(), standing([said[::-1]], NUMBER)).answer
    assert Fraction(str(moved)) == Fraction(answer)


def test_probabilities_are_averaged_or_their_odds_are(standing: Stand) -> None:
    debate = standing([["0.9", "50%", None, "0.5"]], CHANCE)
    assert tallied(decide.linear_pool(), debate).answer == "0.633333333333"
    odds = (9 * 1 * 1) ** (1 / 3)
    assert float(str(tallied(decide.log_pool(), debate).answer)) == pytest.approx(odds / (1 + odds), abs=1e-9)
    assert tallied(decide.log_pool(power=3), debate).answer == "0.9"
    assert tallied(decide.log_pool(), standing([["0", "1"]], CHANCE)).answer == "0.5"
    assert tallied(decide.linear_pool(), standing([["0", "1"]], CHANCE)).answer == "0.5"
    assert tallied(decide.linear_pool(), standing([[None, "likely"]], CHANCE)).answer is None


def test_a_pool_spreads_what_a_debater_does_not_hold_over_the_other_options(standing: Stand) -> None:
    debate = standing([["Rome", "Oslo", "Oslo"]], CITIES, [0.9, 0.5, None])
    pooled = tallied(decide.linear_pool(), debate)
    assert pooled.support == pytest.approx({"Rome": 0.575, "Oslo": 0.275, "Bonn": 0.15})
    assert pooled.answer == "Rome"
    logs = tallied(decide.log_pool(), debate)
    raw = {"Rome": sqrt(0.9 * 0.25), "Oslo": sqrt(0.05 * 0.5), "Bonn": sqrt(0.05 * 0.25)}
    assert logs.support == pytest.approx({name: value / sum(raw.values()) for name, value in raw.items()})


def test_who_is_certain_is_taken_at_its_word_unless_logarithms_are_taken(standing: Stand) -> None:
    debate = standing([["Rome"]], CITIES, [1.0])
    assert tallied(decide.linear_pool(), debate).support == pytest.approx({"Rome": 1, "Oslo": 0, "Bonn": 0}, abs=1e-12)
    assert tallied(decide.log_pool(), debate).support == pytest.approx({"Rome": 0.99, "Oslo": 0.005, "Bonn": 0.005})


def test_without_confidence_there_is_nothing_to_pool(standing: Stand) -> None:
    for rule in (decide.linear_pool(), decide.log_pool()):
        assert tallied(rule, standing([["Rome", "Oslo"]], CITIES)) == Outcome(rule=rule.name)


def test_ties_of_a_pool_are_named_and_broken_as_elsewhere(standing: Stand) -> None:
    debate = standing([["Rome", "Oslo"]], CITIES, [0.7, 0.7])
    assert set(tallied(decide.log_pool(), debate).ties) == {"Rome", "Oslo"}
    assert tallied(decide.log_pool(tie="first"), debate).answer == "Rome"
    assert tallied(decide.linear_pool(tie="random"), debate).answer in {"Rome", "Oslo"}
    assert decide.log_pool(tie="judge").tally(debate) is None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["Rome", "Oslo", "Bonn"]), st.floats(0, 1)), min_size=1, max_size=7))
def test_log_odds_decide_as_the_logarithmic_pool(standing: Stand, held: list[tuple[str, float]]) -> None:
    debate = standing([[answer for answer, _ in held]], CITIES, [confidence for _, confidence in held])
    pooled = tallied(decide.log_pool(power=len(held)), debate).support
    weighed = tallied(decide.weighted(by="log_odds"), debate).support
    for one, weight in weighed.items():
        for other, against in weighed.items():
            assert log(pooled[one] / pooled[other]) == pytest.approx(weight - against, abs=1e-6)


def test_confidence_weighs_by_the_steps_of_reconcile(standing: Stand) -> None:
    debate = standing([["Rome", "Oslo", "Oslo", "Bonn"]], CITIES, [1.0, 0.85, 0.7, None])
    assert tallied(decide.weighted(by="confidence", map="reconcile"), debate).support == {
        "Rome": 1.0,
        "Oslo": pytest.approx(0.8),
        "Bonn": 0.0,
    }
    assert tallied(decide.weighted(by="confidence"), debate).answer == "Oslo"
    assert tallied(decide.weighted(by="confidence", map="reconcile"), debate).answer == "Rome"


def test_less_than_a_guess_weighs_against(standing: Stand) -> None:
    debate = standing([["yes", "no"]], YES, [0.4, 0.45])
    support = tallied(decide.weighted(by="log_odds"), debate).support
    assert support == pytest.approx({"yes": log(0.4 / 0.6), "no": log(0.45 / 0.55)})


# Three independent signals, each a log likelihood ratio drawn from N(±m, 2m): stated as calibrated confidence.
MEANS = (0.5, 1.0, 1.5)
NORMAL = NormalDist()


def drawn(samples: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    means = np.array(MEANS)
    return np.random.default_rng(6).normal(means, np.sqrt(2 * means), (samples, 3))


def test_log_odds_of_calibrated_signals_are_bayes_rule(standing: Stand) -> None:
    """They are right with probability Φ(√(Σm/2)); linear pools, majorities and single debaters less often."""
    bayes = NORMAL.cdf(sqrt(sum(MEANS) / 2))
    each = [NORMAL.cdf(sqrt(mean / 2)) for mean in MEANS]
    a, b, c = each
    majority = a * b * c + (1 - a) * b * c + a * (1 - b) * c + a * b * (1 - c)
    assert bayes == pytest.approx(0.88966, abs=5e-6)
    assert majority == pytest.approx(0.849, abs=5e-4)
    assert max(each) == pytest.approx(0.8068, abs=5e-5)
    signals = drawn(4000)
    right = dict.fromkeys(("log_odds", "log_pool", "linear_pool", "plurality"), 0)
    rules = (decide.weighted(by="log_odds"), decide.log_pool(power=3), decide.linear_pool(), decide.plurality())
    for signal in signals:
        said = ["yes" if score > 0 else "no" for score in signal]
        sure = [1 / (1 + float(np.exp(-abs(score)))) for score in signal]
        debate = standing([said], YES, sure)
        for name, rule in zip(right, rules, strict=True):
            right[name] += tallied(rule, debate).answer == "yes"
    bound = 4.5 * sqrt(0.25 / 4000)
    assert right["log_odds"] == right["log_pool"]
    # Nobody counts as surer than 99 %, which changes fewer than one decision in a hundred.
    unbounded = int((signals.sum(1) > 0).sum())
    assert abs(right["log_odds"] - unbounded) < 40
    shares = {name: count / 4000 for name, count in right.items()}
    assert shares == {
        "log_odds": pytest.approx(bayes, abs=bound),
        "log_pool": pytest.approx(bayes, abs=bound),
        "linear_pool": pytest.approx(0.8865, abs=bound),
        "plurality": pytest.approx(majority, abs=bound),
    }


def test_a_linear_pool_of_those_signals_is_right_as_often_as_integration_says() -> None:
    """Against the mean of the probabilities, by a grid over two signals and the exact bound of the third."""
    places = np.linspace(-8, 8, 241)
    weights = np.exp(-(places**2) / 2)
    weights /= weights.sum()
    first, second = (1 / (1 + np.exp(-mean - sqrt(2 * mean) * places)) for mean in MEANS[:2])
    total = 0.0
    for one, w1 in zip(first, weights, strict=True):
        for other, w2 in zip(second, weights, strict=True):
            share = 1.5 - float(one + other)  # what the third must say at least
            bound = log(share / (1 - share)) if 0 < share < 1 else -np.inf if share <= 0 else np.inf
            total += float(w1 * w2) * (1 - NORMAL.cdf((bound - MEANS[2]) / sqrt(2 * MEANS[2])))
    assert total == pytest.approx(0.8865, abs=1e-4)


@pytest.mark.parametrize(
    ("spelt", "rule"),
    [
        ("median", decide.median()),
        ("trimmed_mean?share=0.1", decide.trimmed_mean(share=0.1)),
        ("log_pool?power=3.0&map=reconcile", decide.log_pool(power=3.0, map="reconcile")),
        ("linear_pool?tie=first", decide.linear_pool(tie="first")),
        ("weighted?by=log_odds", decide.weighted(by="log_odds")),
        ("trajectory?per_contributor=true", decide.trajectory(per_contributor=True)),
        ("history?tie=first", decide.history(tie="first")),
        ("hybrid?early=2&share=0.8", decide.hybrid(early=2, share=0.8)),
    ],
)
def test_a_rule_is_written_as_it_is_read(spelt: str, rule: decide.Decision) -> None:
    assert decide.decision(spelt) == rule
    assert rule.spec() == spelt


def test_rules_that_weigh_confidence_say_where_they_take_it_from() -> None:
    weighing = [
        decide.weighted(by="confidence"),
        decide.weighted(by="log_odds"),
        decide.log_pool(),
        decide.linear_pool(),
    ]
    assert all(rule.sources == {"stated"} for rule in weighing)
    assert (decide.weighted(by="confidence", source="logprob") >> decide.log_pool()).sources == {"stated", "logprob"}
    assert not any(rule.sources for rule in (decide.plurality(), decide.weighted(weights={"a1": 2}), decide.median()))


@pytest.mark.parametrize(
    "spelt", ["trimmed_mean?share=0.5", "log_pool?power=0", "log_pool?map=steps", "hybrid?share=0.5"]
)
def test_values_that_do_not_fit_are_refused(spelt: str) -> None:
    with pytest.raises(SpecError):
        decide.decision(spelt)
