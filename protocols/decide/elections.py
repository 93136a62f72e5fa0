"""Elections by name: which ballot each asks for, and how it counts them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from moot.protocols.ballots.records import Approval, Ballot, BallotForm, Points, Ranking
from moot.protocols.decide.counting import Count
from moot.protocols.decide.ranking import borda_count, mean_rank_count, schulze_count, transferable_count
from moot.protocols.decide.scoring import approval_count, cumulative_count

ElectionName = Literal["borda", "mean_rank", "condorcet", "stv", "approval", "cumulative"]


@dataclass(frozen=True)
class Election:
    """A way to elect one of several candidates."""

    form: BallotForm
    """The ballot that each debater casts."""
    count: Callable[[Iterable[Ballot], Sequence[str]], Count]
    """Counts the ballots of that form on the candidates; others are passed over."""


def _of_rankings(count: Callable[[Sequence[Ranking], Sequence[str]], Count]) -> Election:
    def counted(ballots: Iterable[Ballot], candidates: Sequence[str]) -> Count:
        return count([ballot for ballot in ballots if isinstance(ballot, Ranking)], candidates)

    return Election("ranking", counted)


def _approval(ballots: Iterable[Ballot], candidates: Sequence[str]) -> Count:
    return approval_count([ballot for ballot in ballots if isinstance(ballot, Approval)], candidates)


def _cumulative(ballots: Iterable[Ballot], candidates: Sequence[str]) -> Count:
    return cumulative_count([ballot for ballot in ballots if isinstance(ballot, Points)], candidates)


ELECTIONS: Mapping[ElectionName, Election] = {
    "borda": _of_rankings(borda_count),
    "mean_rank": _of_rankings(mean_rank_count),
    "condorcet": _of_rankings(schulze_count),
    "stv": _of_rankings(transferable_count),
    "approval": Election("approval", _approval),
    "cumulative": Election("points", _cumulative),
}


def elected(name: ElectionName, ballots: Iterable[Ballot], candidates: Sequence[str]) -> Count:
    """The count of the election of that name.

    >>> elected("stv", [Ranking(order=("tea", "milk")), Ranking(order=("milk",)), Ranking(order=("milk",))],
    ...         ["tea", "milk"]).lead
    ('milk',)
    """
    return ELECTIONS[name].count(ballots, candidates)
