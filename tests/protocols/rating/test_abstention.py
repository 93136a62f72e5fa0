"""Measures of staying silent: counted by hand, and what holds of them whatever the proposals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.protocols.rating import Proposal, abstention

ROWS = st.lists(st.builds(Proposal, right=st.booleans(), withheld=st.booleans(), doubt=st.none() | st.floats(0, 1)))


def some(right: bool, withheld: bool, times: int, doubt: float | None = None) -> list[Proposal]:
    return [Proposal(right=right, withheld=withheld, doubt=doubt)] * times


def test_measures_are_those_counted_by_hand() -> None:
    found = abstention([*some(True, False, 5), *some(True, True, 1), *some(False, False, 2), *some(False, True, 4)])
    assert found.proposals == 12
    assert found.reliable_accuracy == pytest.approx(5 / 7)
    assert found.effective_reliability == pytest.approx((5 - 2) / 12)
    assert found.abstain_accuracy == pytest.approx((5 + 4) / 12)
    assert found.precision == pytest.approx(4 / 5)
    assert found.recall == pytest.approx(4 / 6)
    assert found.f1 == pytest.approx(2 * (4 / 5) * (4 / 6) / (4 / 5 + 4 / 6))
    assert found.calibration_error is None


def test_what_nothing_counts_for_is_none() -> None:
    assert set(abstention([]).model_dump(exclude={"proposals"}).values()) == {None}
    given_only = abstention(some(True, False, 3))
    assert (given_only.precision, given_only.recall, given_only.reliable_accuracy) == (None, None, 1.0)


def test_doubt_is_calibrated_where_it_is_the_share_that_was_wrong() -> None:
    calibrated = [*some(False, True, 3, 0.75), *some(True, True, 1, 0.75), *some(True, False, 2, 0.0)]
    assert abstention(calibrated).calibration_error == pytest.approx(0.0)
    assert abstention(some(True, False, 4, 1.0)).calibration_error == pytest.approx(1.0)
    # doubts of one bin are taken together
    assert abstention([*some(False, True, 1, 0.42), *some(True, True, 1, 0.48)]).calibration_error == pytest.approx(
        0.05
    )


@given(ROWS)
def test_measures_are_shares_and_do_not_depend_on_the_order(rows: list[Proposal]) -> None:
    found = abstention(rows)
    for name, value in found.model_dump(exclude={"proposals"}).items():
        low = -1.0 if name == "effective_reliability" else 0.0
        assert value is None or low <= value <= 1.0 + 1e-12
    other = abstention(rows[::-1])
    assert other.model_dump() == pytest.approx(found.model_dump())


@given(ROWS.filter(bool))
def test_withholding_what_is_wrong_never_makes_anything_worse(rows: list[Proposal]) -> None:
    before = abstention(rows)
    after = abstention([row.model_copy(update={"withheld": True}) if not row.right else row for row in rows])
    assert (after.effective_reliability or 0) >= (before.effective_reliability or 0)
    assert (after.abstain_accuracy or 0) >= (before.abstain_accuracy or 0)
    assert after.recall in {None, 1.0}


def test_certainty_shares_the_last_bin() -> None:
    rows = [Proposal(right=True, withheld=True, doubt=1.0), Proposal(right=False, withheld=True, doubt=0.95)]
    assert abstention(rows).calibration_error == pytest.approx((1.95 - 1) / 2)
