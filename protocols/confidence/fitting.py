"""Maps fitted to confidences whose answers are known to be right or wrong: temperature and histogram.

Fit on questions of their own, apply to others; `ConfMAD` (arXiv:2509.14034) compares them. Both are
records, so that a fitted map can be stored beside the run that uses it.
"""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from moot.errors import DataError

Share = Annotated[float, Field(ge=0, le=1)]

CERTAIN = 0.999
"""Stated certainty is taken for this; a logarithm of odds needs an end."""
FLATTEST, STEEPEST = 0.01, 100.0
"""Bounds of 1 / temperature."""


class Temperature(BaseModel, frozen=True, extra="forbid"):
    """Divides the log odds of a confidence (arXiv:1706.04599); above 1 it makes the sure less so."""

    temperature: float = Field(gt=0, allow_inf_nan=False)

    def __call__(self, confidence: float) -> float:
        """The confidence after scaling; the order of confidences stays.

        >>> round(Temperature(temperature=2)(0.9), 3)
        0.75
        """
        return _sigmoid(_logit(confidence) / self.temperature)


class Histogram(BaseModel, frozen=True, extra="forbid"):
    """Gives each bin of confidences the share that was right in it (Zadrozny and Elkan 2001)."""

    histogram: tuple[Share, ...] = Field(min_length=1)
    """Shares of bins of equal width from 0 to 1; the last holds 1 too."""

    def __call__(self, confidence: float) -> float:
        """The share of the bin that holds the confidence.

        >>> Histogram(histogram=(0.2, 0.7))(0.95)
        0.7
        """
        return self.histogram[_bin(confidence, len(self.histogram))]


def fit_temperature(confidences: Sequence[float], right: Sequence[bool]) -> Temperature:
    """The temperature under which the confidences explain best what was right: least log loss.

    Args:
        confidences: From 0 to 1, at least one.
        right: Whether the answer of each was right.

    Returns:
        Between 0.01 and 100; an end of that range where the data know no bound, as where all were right.

    Raises:
        DataError: Nothing to fit, or the two differ in number.

    >>> round(fit_temperature([0.9] * 4, [True, True, True, False]).temperature, 6)
    2.0
    """
    _checked(confidences, right)
    scores = [_logit(confidence) for confidence in confidences]

    def slope(steepness: float) -> float:
        """Of the log loss, in 1 / temperature; it only rises, so that its zero is the least loss."""
        return math.fsum(score * (_sigmoid(steepness * score) - hit) for score, hit in zip(scores, right, strict=True))

    low, high = math.log(FLATTEST), math.log(STEEPEST)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(math.exp(middle)) > 0 else (middle, high)
    return Temperature(temperature=math.exp(-(low + high) / 2))


def fit_histogram(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> Histogram:
    """The share that was right in each bin of equal width; an empty bin keeps the middle of its range.

    Args:
        confidences: From 0 to 1, at least one.
        right: Whether the answer of each was right.
        bins: At least 1.

    Raises:
        DataError: Nothing to fit, or the two differ in number.

    >>> fit_histogram([0.9, 0.8, 0.1], [True, False, False], bins=2).histogram
    (0.0, 0.5)
    """
    _checked(confidences, right)
    hits: list[list[bool]] = [[] for _ in range(bins)]
    for confidence, hit in zip(confidences, right, strict=True):
        hits[_bin(confidence, bins)].append(hit)
    shares = (sum(found) / len(found) if found else (place + 0.5) / bins for place, found in enumerate(hits))
    return Histogram(histogram=tuple(shares))


def _checked(confidences: Sequence[float], right: Sequence[bool]) -> None:
    if not confidences or len(confidences) != len(right):
        raise DataError(f"a map is fitted to confidences and outcomes: {len(confidences)} and {len(right)} were given")


def _bin(confidence: float, bins: int) -> int:
    return min(math.floor(confidence * bins + 1e-9), bins - 1)


def _logit(confidence: float) -> float:
    p = min(max(confidence, 1 - CERTAIN), CERTAIN)
    return math.log(p / (1 - p))


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))
