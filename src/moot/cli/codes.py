"""Exit codes."""

from collections.abc import Iterable
from typing import Protocol

from moot.errors import BudgetError, DataError, MootError, TestingError

DECIDED, USAGE, UNSURE, CAPPED, DATA, FAILED, INTERRUPTED = 0, 2, 3, 4, 5, 6, 130


class Ended(Protocol):
    """What a code is made of."""

    @property
    def status(self) -> str:
        """How a debate ended."""
        ...

    @property
    def capped(self) -> bool:
        """Whether a hard budget ended it."""
        ...


def code_of(results: Iterable[Ended], *, missing: int = 0) -> int:
    """The code of one debate or many.

    Of many, the worst tells: 4 where a budget ended any or left some unheld, else 6 where any
    failed, else 3 where any is degraded or undecided, else 0.
    """
    codes = {DECIDED}
    for result in results:
        by_status = {"decided": DECIDED, "failed": FAILED}
        codes.add(CAPPED if result.capped else by_status.get(result.status, UNSURE))
    if missing:
        codes.add(CAPPED)
    return next(code for code in (CAPPED, FAILED, UNSURE, DECIDED) if code in codes)


def code_of_error(error: MootError) -> int:
    """The code of an error of ours."""
    if isinstance(error, DataError):
        return DATA
    if isinstance(error, BudgetError):
        return CAPPED
    return FAILED if isinstance(error, TestingError) else USAGE
