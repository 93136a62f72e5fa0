"""What changed in a spec, in one sentence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import SpecChangedError, SpecError
from moot.runs.journal.specs import check_same, differences, plain

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
specs = st.dictionaries(st.text(min_size=1), values, max_size=4)


@given(specs)
def test_a_spec_does_not_differ_from_itself(spec: dict[str, object]) -> None:
    assert list(differences(plain(spec), plain(spec))) == []


@pytest.mark.parametrize(
    ("recorded", "given", "field"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "a": 4}, "a = 1, and 4"),
        ({"agents": [{"name": "ada"}]}, {"agents": [{"name": "bo"}]}, 'agents[0].name = "ada", and "bo"'),
        ({"agents": ["ada"]}, {"agents": ["ada", "bo"]}, 'agents = ["ada"], and ["ada", "bo"]'),
        ({"judge": None}, {"judge": "sim/judge"}, 'judge = nothing, and "sim/judge"'),
        ({}, {"judge": "sim/judge"}, 'judge = nothing, and "sim/judge"'),
        ({"flag": True}, {"flag": 1}, "flag = true, and 1"),
        ({"text": "x" * 300}, {"text": "y"}, f'text = "{"x" * 199}…, and "y"'),
    ],
)
def test_the_first_difference_is_named_with_both_values(
    recorded: dict[str, object], given: dict[str, object], field: str
) -> None:
    with pytest.raises(SpecChangedError) as caught:
        check_same("run 'r'", plain(recorded), plain(given))
    assert str(caught.value) == (
        f"run 'r' was recorded with {field} is given: take the recorded value, or another name"
    )


@pytest.mark.parametrize(
    ("recorded", "given"),
    [({"a": None}, {}), ({"a": 1}, {"a": 1.0}), ({"a": (1, 2)}, {"a": [1, 2]}), ({"a": 1, "b": 2}, {"b": 2, "a": 1})],
)
def test_what_means_the_same_is_the_same(recorded: dict[str, object], given: dict[str, object]) -> None:
    check_same("run 'r'", plain(recorded), plain(given))


def test_a_growable_limit_may_only_grow() -> None:
    recorded = plain({"stop": {"rounds": 3}})
    for raised in (4, 3.5, None):
        check_same("run 'r'", recorded, plain({"stop": {"rounds": raised}}), growable={"stop.rounds"})
    for other in (2, "9", True, [4]):
        with pytest.raises(SpecChangedError):
            check_same("run 'r'", recorded, plain({"stop": {"rounds": other}}), growable={"stop.rounds"})


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1, 2}, {(1, 2): 3}])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(SpecError, match="this cannot be recorded"):
        plain({"value": value})
