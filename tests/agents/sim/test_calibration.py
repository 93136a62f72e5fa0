"""The figures that the behaviour model was fitted to come out of it."""

from itertools import combinations, product
from math import factorial

import numpy as np
import numpy.typing as npt
import pytest

from moot.agents.sim import ability, calibration
from moot.agents.sim.beliefs import beliefs
from moot.agents.sim.confidence import stated_confidence
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.world import Item

Table = npt.NDArray[np.float64]
ITEMS = 20_000
ANSWERS = ("alpha", "beta", "gamma", "delta")


def utilities(debater: Debater, count: int = ITEMS) -> Table:
    """Utilities of many questions, the right answer first."""
    items = [Item(f"item {i}", "choice", ANSWERS, "alpha", None, None, None) for i in range(count)]
    return np.array([beliefs(item, debater.mind) for item in items])


@pytest.fixture(scope="module")
def default() -> Table:
    return utilities(Debater())


def softmax(table: Table, temperature: float = 1.0) -> Table:
    masses: Table = np.exp((table - table.max(1, keepdims=True)) / temperature)
    shares: Table = masses / masses.sum(1, keepdims=True)
    return shares


def voted(shares: Table, votes: int) -> float:
    """Mean chance that the right answer wins a plurality, ties drawn evenly."""
    total = np.zeros(len(shares))
    for counts in product(range(votes + 1), repeat=4):
        if sum(counts) == votes and counts[0] == max(counts):
            ways = factorial(votes) / np.prod([factorial(count) for count in counts])
            total += ways / counts.count(max(counts)) * np.prod(shares ** np.array(counts), axis=1)
    return float(total.mean())


def test_the_shipped_abilities_are_those_that_the_model_implies() -> None:
    listed = calibration.table(ability.LOWEST + ability.STEP * place for place in range(len(ability.THETAS)))
    assert listed == pytest.approx(ability.THETAS, abs=2e-3)
    assert ability.LOWEST + ability.STEP * (len(ability.THETAS) - 1) == pytest.approx(ability.HIGHEST)


def test_an_ability_of_3_6_is_an_accuracy_of_72_per_cent() -> None:
    assert calibration.accuracy(3.6, 1.0) == pytest.approx(0.72, abs=0.001)
    assert ability.ability(0.72) == pytest.approx(3.6, abs=0.005)


@pytest.mark.parametrize(
    ("temperature", "expected"), [(0.0, 0.793), (0.25, 0.788), (0.5, 0.773), (0.7, 0.754), (1.0, 0.721), (1.3, 0.683)]
)
def test_accuracy_falls_with_temperature_as_stated(temperature: float, expected: float) -> None:
    assert calibration.accuracy(3.602, 1.0, temperature=temperature) == pytest.approx(expected, abs=0.0015)


@pytest.mark.parametrize("wanted", [0.3, 0.5, 0.62, 0.65, 0.7, 0.72, 0.77, 0.825, 0.84, 0.97])
def test_an_accuracy_read_from_the_table_is_the_accuracy_one_gets(wanted: float) -> None:
    theta = ability.ability(wanted)
    assert calibration.accuracy(theta, ability.model_scale(wanted)) == pytest.approx(wanted, abs=5e-4)
    assert ability.accuracy_of(theta) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("wanted", [0.62, 0.72, 0.84])
def test_beliefs_give_the_wanted_accuracy(wanted: float) -> None:
    right = softmax(utilities(Debater(accuracy=wanted), 12_000))[:, 0]
    assert right.mean() == pytest.approx(wanted, abs=4.5 * right.std() / np.sqrt(len(right)))


def test_voting_of_one_model_gains_what_was_measured(default: Table) -> None:
    shares = softmax(default)
    single = shares[:, 0]
    # what a vote gains varies much less from item to item than accuracy itself, which is known exactly
    gains = {votes: voted(shares, votes) - single.mean() for votes in (3, 5, 9)}
    assert gains == pytest.approx({3: 0.7552 - 0.7205, 5: 0.7688 - 0.7205, 9: 0.780 - 0.7205}, abs=0.004)
    assert 0.72 + gains[5] == pytest.approx(0.769, abs=0.004)


def test_the_limit_of_voting_is_greedy_accuracy(default: Table) -> None:
    greedy = (default.argmax(1) == 0).mean()
    assert greedy - softmax(default)[:, 0].mean() == pytest.approx(0.793 - 0.7205, abs=0.006)
    rng = np.random.default_rng(0)
    draws = np.array([rng.multinomial(2001, shares) for shares in softmax(default[:4000])])
    assert (draws.argmax(1) == 0).mean() == pytest.approx((default[:4000].argmax(1) == 0).mean(), abs=0.006)


def agreement(one: Table, other: Table) -> tuple[float, float]:
    """Share of equal answers where both are wrong, and correlation of being right, of greedy models."""
    first, second = one.argmax(1), other.argmax(1)
    both = (first != 0) & (second != 0)
    return float((first == second)[both].mean()), float(np.corrcoef(first == 0, second == 0)[0, 1])


def test_models_of_different_families_share_errors_as_measured() -> None:
    # greedy accuracies from .62 to .84, the range of the fit, whose scale is 1
    thetas = (2.10, 2.56, 3.03, 3.56, 4.15)
    models = [utilities(Debater(theta=theta, scale=1.0, family=f"f{i}")) for i, theta in enumerate(thetas)]
    accuracies = [(model.argmax(1) == 0).mean() for model in models]
    assert accuracies[0] == pytest.approx(0.62, abs=0.02)
    assert accuracies[-1] == pytest.approx(0.84, abs=0.02)
    pairs = [agreement(one, other) for one, other in combinations(models, 2)]
    assert np.mean([together for together, _ in pairs]) == pytest.approx(0.635, abs=0.012)
    assert np.mean([phi for _, phi in pairs]) == pytest.approx(0.459, abs=0.016)


def test_two_default_families_agree_when_wrong_and_correlate_as_measured(default: Table) -> None:
    together, phi = agreement(default, utilities(Debater(family="b")))
    assert together == pytest.approx(0.643, abs=4.5 * 0.0083)
    assert phi == pytest.approx(0.461, abs=4.5 * 0.008)


def test_models_of_one_family_share_more_errors() -> None:
    shared = [utilities(Debater(family="a", model=name, theta=3.0, scale=1.0)) for name in "xyz"]
    apart = [utilities(Debater(family=name, theta=3.0, scale=1.0)) for name in "xyz"]
    together = [np.mean([agreement(*pair)[0] for pair in combinations(models, 2)]) for models in (shared, apart)]
    assert together[0] - together[1] == pytest.approx(0.676 - 0.635, abs=0.025)


def test_at_temperature_1_different_families_correlate_by_a_third(default: Table) -> None:
    rng = np.random.default_rng(3)
    other = utilities(Debater(family="b"))
    right = [(table + rng.gumbel(size=table.shape)).argmax(1) == 0 for table in (default, other)]
    assert np.corrcoef(*right)[0, 1] == pytest.approx(0.33, abs=0.035)


def auroc(scores: Table, right: npt.NDArray[np.bool_]) -> float:
    """The chance that a right answer is stated with more confidence than a wrong one, ties half."""
    order, good, bad, below, won = np.unique(scores), right.sum(), (~right).sum(), 0.0, 0.0
    for score in order:
        here = scores == score
        won += (here & right).sum() * (below + (here & ~right).sum() / 2)
        below += (here & ~right).sum()
    return float(won / (good * bad))


def test_stated_confidence_is_too_high_and_says_little(default: Table) -> None:
    rng = np.random.default_rng(5)
    answers = (default + rng.gumbel(size=default.shape)).argmax(1)
    believed = softmax(default)[np.arange(len(default)), answers]
    debater, draws = Debater(), Draws(b"confidence")
    stated = np.array([stated_confidence(debater, float(share), draws) for share in believed])
    right = answers == 0
    assert stated.mean() == pytest.approx(0.884, abs=0.004)
    assert auroc(stated, right) == pytest.approx(0.654, abs=0.02)
    assert stated.mean() - 0.72 == pytest.approx(0.164, abs=0.004)
    assert (stated >= 0.8).mean() == pytest.approx(0.92, abs=0.015)


def test_a_calibrated_model_states_the_chance_of_being_right(default: Table) -> None:
    rng = np.random.default_rng(6)
    answers = (default + rng.gumbel(size=default.shape)).argmax(1)
    believed = softmax(default)[np.arange(len(default)), answers]
    debater, draws = Debater(calibrated=True), Draws(b"calibrated")
    stated = np.array([stated_confidence(debater, float(share), draws) for share in believed])
    for low in np.arange(0, 1, 0.2):
        here = (stated >= low) & (stated < low + 0.2)
        assert (answers == 0)[here].mean() == pytest.approx(stated[here].mean(), abs=4.5 * 0.5 / np.sqrt(here.sum()))
