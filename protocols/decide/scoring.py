"""Counting approvals, points, and what was said over all rounds.

Pure functions. Histories are what each seat said, round by round: seat to answers, None where it
gave none.
"""

from collections.abc import Mapping, Sequence

from moot.protocols.ballots.records import Approval, Points
from moot.protocols.decide.counting import Count, led

History = Mapping[str, Sequence[str | None]]
"""Seat to its answer of each round, from the first; None is an abstention."""


def approval_count(ballots: Sequence[Approval], candidates: Sequence[str]) -> Count:
    """How many ballots approve of each candidate.

    >>> approval_count([Approval(approved=("tea", "milk")), Approval(approved=("milk",))], ["tea", "milk"])
    Count(support={'tea': 1.0, 'milk': 2.0}, lead=('milk',))
    """
    support = {name: float(sum(name in ballot.approved for ballot in ballots)) for name in candidates}
    return led(support) if any(support.values()) else Count(support, ())


def cumulative_count(ballots: Sequence[Points], candidates: Sequence[str]) -> Count:
    """The points of each candidate, added up.

    >>> cumulative_count([Points(points={"tea": 7, "milk": 3}), Points(points={"milk": 10})], ["tea", "milk"]).support
    {'tea': 7.0, 'milk': 13.0}
    """
    support = {name: float(sum(ballot.points.get(name, 0) for ballot in ballots)) for name in candidates}
    return led(support) if any(support.values()) else Count(support, ())


def history_count(history: History) -> dict[str, float]:
    """How often each answer was given over all rounds, in order of first mention; abstentions do not count.

    >>> history_count({"ada": ["tea", "milk"], "bo": [None, "milk"]})
    {'tea': 1.0, 'milk': 2.0}
    """
    counts: dict[str, float] = {}
    for _, _, answer in _said(history):
        counts[answer] = counts.get(answer, 0.0) + 1
    return counts


def trajectory_scores(
    history: History,
    *,
    first: float = 20.0,
    left: float = 25.0,
    joined: float = 30.0,
    kept: float = 20.0,
    per_contributor: bool = False,
) -> dict[str, float]:
    """The score of each answer over the whole debate, after Free-MAD (arXiv:2509.11035).

    A seat's first answer earns `first`; an answer kept earns `kept`; on a change the old answer loses
    `left` and the new one earns `joined`. What happens in round r, from 0, counts 1 / (r + 1). An
    abstention is no event: the next answer is compared with the last one given.

    The constants are those of an independent implementation; they were not checked against the paper.

    Args:
        history: Seat to its answers.
        first: Earned by a first answer.
        left: Lost by an answer that is given up.
        joined: Earned by an answer that is taken up.
        kept: Earned by an answer that is kept.
        per_contributor: Divide each answer's score by the number of seats that ever gave it.

    Returns:
        Answers in order of first mention; a score may be negative.

    >>> trajectory_scores({"ada": ["tea", "milk"], "bo": ["milk", "milk"]})
    {'tea': 7.5, 'milk': 45.0}
    """
    scores: dict[str, float] = {}
    before: dict[str, str] = {}
    contributors: dict[str, set[str]] = {}
    for number, seat, answer in _said(history):
        old = before.get(seat)
        if old is not None and old != answer:
            scores[old] -= left / (number + 1)
        earned = first if old is None else kept if old == answer else joined
        scores[answer] = scores.get(answer, 0.0) + earned / (number + 1)
        contributors.setdefault(answer, set()).add(seat)
        before[seat] = answer
    if not per_contributor:
        return scores
    return {answer: score / len(contributors[answer]) for answer, score in scores.items()}


def _said(history: History) -> list[tuple[int, str, str]]:
    """Round, seat and answer of all that was answered, in order."""
    rounds = max(map(len, history.values()), default=0)
    return [
        (number, seat, answer)
        for number in range(rounds)
        for seat, answers in history.items()
        if number < len(answers) and (answer := answers[number]) is not None
    ]
