"""Exit codes of one debate and of many."""

from typing import NamedTuple

import pytest

from moot import errors
from moot.cli.codes import code_of, code_of_error


class Ended(NamedTuple):
    status: str
    capped: bool = False


@pytest.mark.parametrize(
    ("code", "statuses"),
    [
        (0, ["decided", "decided"]),
        (3, ["decided", "degraded"]),
        (3, ["undecided"]),
        (6, ["failed", "degraded", "decided"]),
        (0, []),
    ],
)
def test_the_worst_debate_tells(code: int, statuses: list[str]) -> None:
    assert code_of(map(Ended, statuses)) == code


def test_a_budget_goes_before_all_else() -> None:
    assert code_of([Ended("failed"), Ended("degraded", capped=True)]) == 4
    assert code_of([Ended("decided")], missing=1) == 4


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (2, errors.UnknownNameError("model", "x", ())),
        (2, errors.RuntimeStartError("no")),
        (5, errors.QuestionError("no")),
        (5, errors.StoreBusyError("no")),
        (4, errors.BudgetError("no")),
        (6, errors.ScriptError("no")),
    ],
)
def test_every_error_has_its_code(code: int, error: errors.MootError) -> None:
    assert code_of_error(error) == code
