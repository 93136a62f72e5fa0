"""Pooling numbers and distributions: median and mean without outliers, linear and logarithmic opinion pools.

Pure functions. A distribution is a mapping of answer to probability; answers left out have none.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from moot.errors import DataError

CERTAIN = 0.99
"""Stated certainty counts no more than this where logarithms are taken: nobody is infinitely sure."""

PLACES = 60
"""Places after the point that a mean keeps."""

Distribution = Mapping[str, float]


def bounded(probability: float, certain: float = CERTAIN) -> float:
    """The probability moved into [1 - certain, certain].

    >>> bounded(1.0), bounded(0.5)
    (0.99, 0.5)
    """
    return min(max(probability, 1 - certain), certain)


def log_odds(probability: float, answers: int = 2) -> float:
    """What an answer held with that probability weighs: log of (K - 1) p / (1 - p), natural.

    For K answers among which errors are spread evenly, adding these up for each answer is Bayes' rule
    for independent sources (Nitzan and Paroush 1982 for K = 2). 0 for a guess, negative for less.

    Args:
        probability: From 0 to 1; bounded by `CERTAIN`.
        answers: K, at least 2.

    >>> round(log_odds(0.8), 4), round(log_odds(0.25, 4), 4)
    (1.3863, 0.0)
    """
    p = bounded(probability)
    return math.log((answers - 1) * p / (1 - p))


def spread(answer: str, probability: float, answers: Sequence[str]) -> dict[str, float]:
    """The distribution of somebody who holds one answer so firmly, the rest shared evenly among the others.

    Args:
        answer: One of the answers.
        probability: From 0 to 1.
        answers: All there are; where there is no other, the one has it all.

    >>> spread("tea", 0.8, ["tea", "milk", "rum"])
    {'tea': 0.8, 'milk': 0.1, 'rum': 0.1}
    """
    others = len(answers) - 1
    rest = round((1 - probability) / others, 15) if others else 0.0
    return {one: (probability if others else 1.0) if one == answer else rest for one in answers}


def linear_opinion_pool(
    distributions: Sequence[Distribution], weights: Sequence[float] | None = None
) -> dict[str, float]:
    """The weighted mean of the distributions.

    Args:
        distributions: At least one.
        weights: One each, not negative, not all 0; None is equal weights.

    Raises:
        DataError: There is none, or the weights do not fit.

    >>> linear_opinion_pool([{"tea": 0.5, "milk": 0.5}, {"tea": 1.0}])
    {'tea': 0.75, 'milk': 0.25}
    """
    shares = _shares(distributions, weights)
    answers = _answers(distributions)
    return {
        answer: math.fsum(share * one.get(answer, 0.0) for share, one in zip(shares, distributions, strict=True))
        for answer in answers
    }


def log_opinion_pool(
    distributions: Sequence[Distribution], weights: Sequence[float] | None = None, *, power: float = 1.0
) -> dict[str, float]:
    """The weighted geometric mean of the distributions, made to sum to 1.

    Args:
        distributions: At least one.
        weights: One each, not negative, not all 0; None is equal weights.
        power: Above 0. With equal weights and `power=len(distributions)` it is the product: Bayes' rule for
            independent sources and no prior preference; above 1 in general, it makes the pool more extreme.

    Raises:
        DataError: There is none, the weights do not fit, or every answer is impossible to somebody.

    >>> pooled = log_opinion_pool([{"tea": 0.8, "milk": 0.2}, {"tea": 0.5, "milk": 0.5}], power=2)
    >>> {answer: round(p, 6) for answer, p in pooled.items()}
    {'tea': 0.8, 'milk': 0.2}
    """
    shares = _shares(distributions, weights)
    logs: dict[str, float] = {}
    for answer in _answers(distributions):
        given = [(share, one.get(answer, 0.0)) for share, one in zip(shares, distributions, strict=True) if share]
        possible = all(p > 0 for _, p in given)
        logs[answer] = power * math.fsum(share * math.log(p) for share, p in given) if possible else -math.inf
    top = max(logs.values())
    if top == -math.inf:
        raise DataError("no pool of these opinions: every answer is impossible to somebody")
    raised = {answer: math.exp(log - top) for answer, log in logs.items()}
    total = math.fsum(raised.values())
    return {answer: value / total for answer, value in raised.items()}


def trimmed_average(values: Sequence[Fraction], share: float) -> Fraction:
    """The mean without the lowest and the highest.

    Args:
        values: At least one.
        share: Of the values to leave out at each end, from 0 to below 0.5; rounded down to whole values.

    >>> trimmed_average([Fraction(n) for n in (1, 2, 3, 4, 100)], 0.2)
    Fraction(3, 1)
    """
    out = math.floor(share * len(values) + 1e-9)
    kept = sorted(values)[out : len(values) - out]
    return sum(kept, Fraction()) / len(kept)


def decimal(value: Fraction) -> str:
    """The value as a decimal number: exact where it ends within `PLACES` places, else 12 significant digits.

    >>> decimal(Fraction(5, 2)), decimal(Fraction(1, 3)), decimal(Fraction(-7))
    ('2.5', '0.333333333333', '-7')
    """
    ends = next((places for places in range(PLACES + 1) if 10**places % value.denominator == 0), None)
    with localcontext(prec=12 if ends is None else max(len(str(abs(value.numerator))) + PLACES, 12)):
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shares(distributions: Sequence[Distribution], weights: Sequence[float] | None) -> list[float]:
    given = [1.0] * len(distributions) if weights is None else list(weights)
    total = math.fsum(given)
    if len(given) != len(distributions) or not total > 0 or min(given) < 0:
        raise DataError(f"{len(given)} weights that sum to {total:g} for {len(distributions)} opinions")
    return [weight / total for weight in given]


def _answers(distributions: Sequence[Distribution]) -> list[str]:
    return list(dict.fromkeys(answer for one in distributions for answer in one))
