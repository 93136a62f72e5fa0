"""Counting rankings: Borda, mean rank, Condorcet by Schulze's method, and the single transferable vote.

Pure functions of ballots. A ranking may leave candidates out: they stand behind the others, equal
among themselves. Names on ballots that are no candidates are passed over.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations

from moot.protocols.ballots.records import Ranking
from moot.protocols.decide.counting import Count, led

UNIVERSES = 4096
"""Most sets of remaining candidates that a count of transferable votes follows."""


def borda_count(rankings: Sequence[Ranking], candidates: Sequence[str], *, top: int | None = None) -> Count:
    """Points by place: of k candidates the first of a ballot gets k - 1, the last 0.

    Args:
        rankings: The ballots.
        candidates: Who stands.
        top: None shares the points of the places behind equally among those left out. A number gives the
            first `top` places `top`, `top - 1`, …, 1 points and all others none, which is the ranked vote of
            MALLM (arXiv:2502.19130) with `top=min(5, len(candidates))`.

    >>> borda_count([Ranking(order=("tea", "milk", "rum")), Ranking(order=("rum",))], ["tea", "milk", "rum"]).support
    {'tea': 2.5, 'milk': 1.5, 'rum': 2.0}
    """
    points = dict.fromkeys(candidates, 0.0)
    orders = _orders(rankings, candidates)
    for order in orders:
        behind = [candidate for candidate in points if candidate not in set(order)]
        first = len(points) - 1 if top is None else top
        for place, candidate in enumerate(order):
            points[candidate] += max(first - place, 0)
        for candidate in behind if top is None else ():
            points[candidate] += (len(behind) - 1) / 2
    return led(points) if orders else Count(points, ())


def mean_ranks(rankings: Sequence[Ranking], candidates: Sequence[str]) -> dict[str, float | None]:
    """The mean place of each candidate, from 1 for first, over the ballots that name it; None where none does.

    As the ranking of a council of models, which leaves out whom a ballot does not name.

    >>> mean_ranks([Ranking(order=("tea", "milk")), Ranking(order=("milk",))], ["tea", "milk", "rum"])
    {'tea': 1.0, 'milk': 1.5, 'rum': None}
    """
    places: dict[str, list[int]] = {candidate: [] for candidate in candidates}
    for order in _orders(rankings, candidates):
        for place, candidate in enumerate(order, 1):
            places[candidate].append(place)
    return {candidate: sum(found) / len(found) if found else None for candidate, found in places.items()}


def mean_rank_count(rankings: Sequence[Ranking], candidates: Sequence[str]) -> Count:
    """The candidate with the best mean rank leads; support is the mean number of places behind it.

    >>> mean_rank_count([Ranking(order=("tea", "milk")), Ranking(order=("milk",))], ["tea", "milk", "rum"]).support
    {'tea': 2.0, 'milk': 1.5}
    """
    ranks = mean_ranks(rankings, candidates)
    return led({candidate: len(ranks) - rank for candidate, rank in ranks.items() if rank is not None})


def preferences(rankings: Sequence[Ranking], candidates: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many ballots put the first of each pair before the second.

    >>> preferences([Ranking(order=("tea", "milk")), Ranking(order=("milk",))], ["tea", "milk"])
    {('tea', 'milk'): 1, ('milk', 'tea'): 1}
    """
    counts = dict.fromkeys(permutations(candidates, 2), 0)
    for order in _orders(rankings, candidates):
        places = {candidate: place for place, candidate in enumerate(order)}
        for first, second in counts:
            counts[first, second] += places.get(first, len(order)) < places.get(second, len(order))
    return counts


def schulze_count(rankings: Sequence[Ranking], candidates: Sequence[str]) -> Count:
    """Who is beaten by nobody along chains of pairwise victories: Condorcet's winner where there is one.

    The strength of a victory is the number of ballots for it; that of a chain, its weakest victory
    (Schulze, Social Choice and Welfare 36, 2011). Takes k^3 steps for k candidates.

    Returns:
        Support is the number of rivals by whom a candidate is not beaten; all unbeaten ones lead.

    >>> schulze_count([Ranking(order=("tea", "milk", "rum")), Ranking(order=("rum", "tea", "milk"))],
    ...               ["tea", "milk", "rum"])
    Count(support={'tea': 2.0, 'milk': 1.0, 'rum': 2.0}, lead=('tea', 'rum'))
    """
    strength = strongest_chains(preferences(rankings, candidates), candidates)
    unbeaten = {
        one: float(sum(strength[one, other] >= strength[other, one] for other in candidates if other != one))
        for one in candidates
    }
    return led(unbeaten) if _orders(rankings, candidates) else Count(unbeaten, ())


def strongest_chains(counts: Mapping[tuple[str, str], int], candidates: Sequence[str]) -> dict[tuple[str, str], int]:
    """The strength of the strongest chain of victories from one candidate to another; 0 where there is none.

    >>> strongest_chains({("a", "b"): 3, ("b", "a"): 1}, ["a", "b"])
    {('a', 'b'): 3, ('b', 'a'): 0}
    """
    strength = {(one, other): count if count > counts[other, one] else 0 for (one, other), count in counts.items()}
    for middle, one, other in permutations(candidates, 3):
        through = min(strength[one, middle], strength[middle, other])
        strength[one, other] = max(strength[one, other], through)
    return strength


def transferable_count(rankings: Sequence[Ranking], candidates: Sequence[str]) -> Count:
    """The single transferable vote for one seat: the weakest drops out and its ballots pass on.

    It ends when somebody has more than half of the ballots that still name anyone. Where several are
    weakest, every order of dropping them is followed, and whoever wins in one of them leads; beyond
    `UNIVERSES` sets of remaining candidates all that then remain lead. Those without any first
    preference drop out together, which changes nothing.

    Returns:
        Support is first preferences.

    >>> votes = [Ranking(order=tuple(order)) for order in ("abc", "abc", "bca", "cba", "cba")]
    >>> transferable_count(votes, "abc")
    Count(support={'a': 2.0, 'b': 1.0, 'c': 2.0}, lead=('c',))
    """
    orders = _orders(rankings, candidates)
    support = {candidate: float(votes) for candidate, votes in _firsts(orders, candidates).items()}
    if not orders:
        return Count(support, ())
    remaining, seen, won = [frozenset(candidates)], {frozenset(candidates)}, set[str]()
    for standing in remaining:  # grows as it is walked
        votes = _firsts(orders, standing)
        top = max(votes.values())
        if 2 * top > sum(votes.values()) or len(standing) == 1:
            won.update(candidate for candidate in standing if votes[candidate] == top)
            continue
        for fewer in _without_weakest(standing, votes):
            if fewer not in seen and len(seen) < UNIVERSES:
                seen.add(fewer)
                remaining.append(fewer)
            elif fewer not in seen:
                won.update(fewer)
    return Count(support, tuple(candidate for candidate in support if candidate in won))


def _without_weakest(standing: frozenset[str], votes: Mapping[str, int]) -> list[frozenset[str]]:
    """Who remains when the weakest drops out, for each that may be the weakest."""
    least = min(votes.values())
    weakest = {candidate for candidate in standing if votes[candidate] == least}
    if least == 0:
        return [standing - weakest]
    return [standing - {candidate} for candidate in sorted(weakest)]


def _firsts(orders: Sequence[Sequence[str]], standing: Sequence[str] | frozenset[str]) -> dict[str, int]:
    """First preferences among those who stand; a ballot that names none of them is spent."""
    votes = dict.fromkeys(standing, 0)
    for order in orders:
        first = next((candidate for candidate in order if candidate in votes), None)
        if first is not None:
            votes[first] += 1
    return votes


def _orders(rankings: Sequence[Ranking], candidates: Sequence[str]) -> list[list[str]]:
    """The ballots without names that do not stand, empty ones left out."""
    known = set(candidates)
    orders = [[candidate for candidate in ranking.order if candidate in known] for ranking in rankings]
    return [order for order in orders if order]
