"""Peer rank: models review each other in pairs, and a reviewer counts as much as it wins (arXiv:2307.02762).

Win rates under equal weights give weights, weights give new win rates, and so on; five times settle it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from moot.errors import DataError

ITERATIONS = 5


class Judgment(BaseModel, frozen=True, extra="forbid"):
    """One reviewer's comparison of two answers, shown in this order."""

    reviewer: str
    first: str
    """Who gave the answer shown first."""
    second: str
    score: Annotated[float, Field(ge=0, le=1)]
    """What the first gets: 1 a win, 0.5 a tie or an unreadable review, 0 a loss."""


class PeerRank(BaseModel, frozen=True, extra="forbid"):
    """How models stand after reviewing each other."""

    win_rates: dict[str, float]
    """Share of its comparisons each wins, reviews weighted by their reviewers; from 0 to 1."""
    weights: dict[str, float]
    """What each counts as a reviewer, by those win rates; sums to 1, and the worst counts nothing."""


def win_rates(judgments: Iterable[Judgment], weights: Mapping[str, float]) -> dict[str, float]:
    """The share of its comparisons that each contestant wins, ties as halves.

    Args:
        judgments: The reviews.
        weights: Reviewer to weight, not negative; a reviewer not named counts nothing.

    Raises:
        DataError: Somebody was reviewed by nobody who counts.

    >>> win_rates([Judgment(reviewer="ada", first="ada", second="bo", score=1)], {"ada": 1})
    {'ada': 1.0, 'bo': 0.0}
    """
    return _rates(_records(judgments), weights)


def reviewer_weights(rates: Mapping[str, float]) -> dict[str, float]:
    """Win rates between the lowest, which becomes 0, and the highest, divided by their sum.

    Where all win alike, all count alike; rates that differ by rounding are equal.

    >>> reviewer_weights({"ada": 1.0, "bo": 0.5, "cy": 0.25})
    {'ada': 0.75, 'bo': 0.25, 'cy': 0.0}
    """
    low = min(rates.values())
    above = {name: rate - low if rate - low > 1e-12 else 0.0 for name, rate in rates.items()}
    total = math.fsum(above.values())
    return {name: span / total for name, span in above.items()} if total else dict.fromkeys(rates, 1 / len(rates))


def peer_rank(judgments: Sequence[Judgment], *, iterations: int = ITERATIONS) -> PeerRank:
    """Win rates and weights of contestants who review each other.

    Args:
        judgments: The reviews; every reviewer is one of those compared.
        iterations: At least 1, each new win rates and new weights; the first counts all reviewers alike.

    Raises:
        DataError: There are no reviews, a reviewer is not among those compared, or somebody was reviewed only
            by those who count nothing.

    >>> votes = [("ada", 1), ("bo", 0.5)]
    >>> peer_rank([Judgment(reviewer=by, first="ada", second="bo", score=score) for by, score in votes]).win_rates
    {'ada': 1.0, 'bo': 0.0}
    """
    records = _records(judgments)
    names = list(records)
    strangers = {judgment.reviewer for judgment in judgments} - set(names)
    if not names or strangers:
        who = ", ".join(sorted(strangers)) or "nobody"
        raise DataError(f"peers rank each other: {who} reviewed without being compared")
    rates, weights = dict[str, float](), dict.fromkeys(names, 1 / len(names))
    for _ in range(iterations):
        rates = _rates(records, weights)
        weights = reviewer_weights(rates)
    return PeerRank(win_rates=rates, weights=weights)


def verdict(scores: Iterable[tuple[str, float]], weights: Mapping[str, float] | None = None) -> float:
    """What reviewers decide about one pair: 1 for the first, 0 for the second, 0.5 for a tie.

    A tie abstains: the weights for either side are compared.

    Args:
        scores: Reviewer and what it gave the first, from 0 to 1.
        weights: Reviewer to weight; None counts all alike.

    >>> verdict([("ada", 1.0), ("bo", 0.0), ("cy", 0.0)], {"ada": 3.0, "bo": 1.0, "cy": 1.0})
    1.0
    """
    balance = math.fsum(
        (1.0 if weights is None else weights.get(name, 0.0)) * (2 * score - 1) for name, score in scores
    )
    return 0.5 if abs(balance) < 1e-12 else float(balance > 0)


Records = Mapping[str, Mapping[str, tuple[float, int]]]
"""Contestant to reviewer to the points it gave and the comparisons it made."""


def _records(judgments: Iterable[Judgment]) -> Records:
    records: dict[str, dict[str, tuple[float, int]]] = {}
    for judgment in judgments:
        for name, score in ((judgment.first, judgment.score), (judgment.second, 1 - judgment.score)):
            record = records.setdefault(name, {})
            points, compared = record.get(judgment.reviewer, (0.0, 0))
            record[judgment.reviewer] = points + score, compared + 1
    return records


def _rates(records: Records, weights: Mapping[str, float]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for name, record in records.items():
        counted = math.fsum(weights.get(reviewer, 0.0) * compared for reviewer, (_, compared) in record.items())
        if not counted > 0:
            raise DataError(f"no win rate for {name!r}: nobody who counts has reviewed it")
        won = math.fsum(weights.get(reviewer, 0.0) * points for reviewer, (points, _) in record.items())
        rates[name] = won / counted
    return rates
