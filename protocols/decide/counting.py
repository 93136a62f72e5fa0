"""What counting ballots gives: weight behind each candidate, and who leads."""

import math
from collections.abc import Mapping
from typing import NamedTuple


class Count(NamedTuple):
    """What a count came to. A rule with a tie leads with several."""

    support: dict[str, float]
    """Weight behind each candidate; more is better."""
    lead: tuple[str, ...]
    """Who won, several in a tie, nobody where nothing was said; in the order of the support."""


def led(support: Mapping[str, float]) -> Count:
    """The count in which the candidates with most support lead; sums that differ by rounding are equal.

    >>> led({"tea": 0.1 + 0.2, "milk": 0.3, "rum": 0.0}).lead
    ('tea', 'milk')
    """
    top = max(support.values(), default=0.0)
    lead = (name for name, weight in support.items() if math.isclose(weight, top, rel_tol=1e-12, abs_tol=1e-12))
    return Count(dict(support), tuple(lead))
