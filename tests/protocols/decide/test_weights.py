"""A weighted vote is told what to weigh by."""

import pytest

from moot import decide
from moot.errors import SpecError


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
