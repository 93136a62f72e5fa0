"""How good it was to stay silent: the measures of AbstainQA (arXiv:2402.00367).

Every question has an answer that was proposed, and then given or withheld. Withheld is right where the
proposal was wrong.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

BINS = 10
"""Of the calibration error, equally wide."""


class Proposal(BaseModel, frozen=True, extra="forbid"):
    """An answer that was proposed, and what became of it."""

    right: bool
    """Whether it was the right answer."""
    withheld: bool
    doubt: Annotated[float, Field(ge=0, le=1)] | None = None
    """Stated probability that it should be withheld; None where none was stated."""


class Abstention(BaseModel, frozen=True, extra="forbid"):
    """Measures over some proposals. Each is None where nothing counts for it."""

    proposals: int
    reliable_accuracy: float | None
    """Of the answers given, the share that was right."""
    effective_reliability: float | None
    """Right answers less wrong ones, by all proposals: what is withheld counts nothing."""
    abstain_accuracy: float | None
    """Share of proposals rightly given or rightly withheld."""
    precision: float | None
    """Of those withheld, the share that was wrong."""
    recall: float | None
    """Of the wrong ones, the share that was withheld."""
    f1: float | None
    """Harmonic mean of precision and recall."""
    calibration_error: float | None
    """Expected distance between stated doubt and the share that was wrong, in ten bins of those who stated any."""


def abstention(proposals: Iterable[Proposal]) -> Abstention:
    """The measures of AbstainQA over some proposals.

    Args:
        proposals: One for each question whose right answer is known.

    >>> rows = [(True, False), (True, False), (False, False), (False, True), (True, True)]
    >>> found = abstention(Proposal(right=right, withheld=withheld) for right, withheld in rows)
    >>> found.effective_reliability, found.abstain_accuracy, found.precision, found.recall
    (0.2, 0.6, 0.5, 0.5)
    """
    rows = list(proposals)
    given = [row for row in rows if not row.withheld]
    withheld = [row for row in rows if row.withheld]
    right = sum(row.right for row in given)
    spared = sum(not row.right for row in withheld)
    wrong = sum(not row.right for row in rows)
    precision, recall = _share(spared, len(withheld)), _share(spared, wrong)
    return Abstention(
        proposals=len(rows),
        reliable_accuracy=_share(right, len(given)),
        effective_reliability=_share(2 * right - len(given), len(rows)),
        abstain_accuracy=_share(right + spared, len(rows)),
        precision=precision,
        recall=recall,
        f1=_share(2 * spared, len(withheld) + wrong),
        calibration_error=_calibration_error(rows),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _calibration_error(rows: Sequence[Proposal]) -> float | None:
    stated = [(row.doubt, not row.right) for row in rows if row.doubt is not None]
    if not stated:
        return None
    bins: dict[int, list[tuple[float, bool]]] = {}
    for doubt, wrong in stated:
        bins.setdefault(min(int(doubt * BINS), BINS - 1), []).append((doubt, wrong))
    gaps = (abs(math.fsum(doubt for doubt, _ in found) - sum(wrong for _, wrong in found)) for found in bins.values())
    return math.fsum(gaps) / len(stated)
