"""A weighted vote is told what to weigh by."""

from collections.abc import Callable

import pytest

from moot import decide
from moot.errors import SpecError
from moot.protocols.confidence import Histogram, Temperature
from moot.protocols.standing import Standing


@pytest.mark.parametrize("spelt", ["weighted", "weighted?tie=first", {"weighted": None}, {"weighted": {"weights": {}}}])
def test_a_weighted_vote_needs_weights_or_confidence(spelt: str | dict[str, object]) -> None:
    with pytest.raises(SpecError, match="'weighted' needs weights or by: write weighted"):
        decide.decision(spelt)


def test_the_same_holds_for_the_function() -> None:
    with pytest.raises(SpecError, match="needs weights or by"):
        decide.weighted(tie="first")


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), float("-inf")])
def test_a_weight_is_a_finite_number(weight: float) -> None:
    with pytest.raises(SpecError, match="finite number"):
        decide.weighted(weights={"a1": weight})


@pytest.mark.parametrize(
    ("map", "answer"),
    [
        ("stated", "B"),
        (Temperature(temperature=0.25), "B"),
        (Temperature(temperature=50), "B"),
        (Histogram(histogram=(0.9, 0.1, 0.2, 0.9)), "A"),
    ],
    ids=str,
)
def test_a_fitted_map_may_change_who_wins(
    standing: Callable[..., Standing], map: Temperature | Histogram, answer: str
) -> None:
    outcome = decide.weighted(by="confidence", map=map).tally(standing([["A", "B", "B"]], confidence=[0.99, 0.6, 0.6]))
    assert outcome is not None
    assert outcome.answer == answer
