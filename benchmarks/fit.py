"""How the cost of a debate grows: one price for each call and one for each message that is delivered, fitted."""

from collections.abc import Sequence
from typing import NamedTuple


class Fit(NamedTuple):
    """Cost ≈ `per_call` × calls + `per_message` × messages."""

    per_call: float
    per_message: float
    worst: float
    """The largest difference between a cost and what the fit says, as a share of the cost."""


def fitted(calls: Sequence[float], delivered: Sequence[float], costs: Sequence[float]) -> Fit:
    """The prices that are off by the least shares, in squares; neither is below zero.

    Args:
        calls: Of each measured size.
        delivered: Messages of others in the prompts of each.
        costs: What each took; above zero.

    >>> [round(value, 6) for value in fitted([10, 10, 40], [0, 100, 100], [20, 70, 130])]
    [2.0, 0.5, 0.0]
    """
    rows = [(count / cost, size / cost) for count, size, cost in zip(calls, delivered, costs, strict=True)]
    aa, ab, bb = (sum(row[i] * row[j] for row in rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    a, b = (sum(row[i] for row in rows) for i in (0, 1))
    over = aa * bb - ab * ab
    per_call, per_message = (a * bb - b * ab) / over, (b * aa - a * ab) / over
    if per_call < 0 or per_message < 0:
        per_call, per_message = (0.0, b / bb) if per_call < 0 else (a / aa, 0.0)
    worst = max(abs(per_call * count + per_message * size - 1) for count, size in rows)
    return Fit(per_call, per_message, worst)
