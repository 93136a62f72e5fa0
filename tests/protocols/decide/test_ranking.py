"""Rankings are counted as the definitions say, whoever sits where and whatever candidates are called."""

from collections.abc import Callable, Sequence
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.protocols.ballots import Ranking
from moot.protocols.decide.counting import Count
from moot.protocols.decide.ranking import (
    borda_count,
    mean_rank_count,
    mean_ranks,
    preferences,
    schulze_count,
    strongest_chains,
    transferable_count,
)

Profile = list[Ranking]
Counting = Callable[[Profile, Sequence[str]], Count]
COUNTS: list[Counting] = [borda_count, mean_rank_count, schulze_count, transferable_count]


def profile(*counts: tuple[int, str]) -> Profile:
    """So many ballots of each order, candidates as letters."""
    return [Ranking(order=tuple(order)) for many, order in counts for _ in range(many)]


def profiles(candidates: str, *, whole: bool = False) -> st.SearchStrategy[Profile]:
    """Up to nine ballots, cut short anywhere where they need not be whole."""
    orders = st.permutations(candidates)
    if not whole:
        orders = orders.flatmap(lambda order: st.integers(1, len(order)).map(lambda many: order[:many]))
    return st.lists(orders.map(lambda order: Ranking(order=tuple(order))), min_size=1, max_size=9)


def beats(votes: Profile, one: str, other: str) -> int:
    """By how many ballots one is put before the other, at most 0 where it is not."""

    def before(first: str, second: str) -> int:
        return sum(
            first in vote.order and (second not in vote.order or vote.order.index(first) < vote.order.index(second))
            for vote in votes
        )

    return before(one, other) if before(one, other) > before(other, one) else 0


def chain(votes: Profile, one: str, other: str, candidates: str) -> int:
    """The strength of the strongest chain, by walking every chain there is."""
    middles = [candidate for candidate in candidates if candidate not in {one, other}]
    ways = (way for many in range(len(middles) + 1) for way in permutations(middles, many))
    chains = ((one, *way, other) for way in ways)
    return max(min(beats(votes, *step) for step in pairwise(way)) for way in chains)


def by_every_order(votes: Profile, candidates: str) -> set[str]:
    """Winners of the single transferable vote, every drop of a weakest candidate followed."""
    firsts = dict.fromkeys(candidates, 0)
    for vote in votes:
        left = [candidate for candidate in vote.order if candidate in firsts]
        if left:
            firsts[left[0]] += 1
    top = max(firsts.values())
    if len(candidates) == 1 or 2 * top > sum(firsts.values()):
        return {candidate for candidate in candidates if firsts[candidate] == top}
    weakest = [candidate for candidate in candidates if firsts[candidate] == min(firsts.values())]
    return {winner for out in weakest for winner in by_every_order(votes, candidates.replace(out, ""))}


@settings(deadline=None, max_examples=60)
@given(profiles("abcd"))
def test_schulze_is_the_comparison_of_every_chain(votes: Profile) -> None:
    strength = {pair: chain(votes, *pair, "abcd") for pair in permutations("abcd", 2)}
    assert strongest_chains(preferences(votes, "abcd"), "abcd") == strength
    unbeaten = {one for one in "abcd" if all(strength[one, x] >= strength[x, one] for x in "abcd" if x != one)}
    assert set(schulze_count(votes, "abcd").lead) == unbeaten


@settings(deadline=None, max_examples=60)
@given(profiles("abcde"))
def test_transferable_votes_follow_every_order_of_dropping(votes: Profile) -> None:
    assert set(transferable_count(votes, "abcde").lead) == by_every_order(votes, "abcde")


@settings(deadline=None, max_examples=60)
@given(profiles("abcd"))
def test_borda_counts_whom_each_ballot_puts_behind(votes: Profile) -> None:
    behind = preferences(votes, "abcd")
    level = {pair: len(votes) - behind[pair] - behind[pair[1], pair[0]] for pair in behind}
    points = {one: sum(behind[one, x] + level[one, x] / 2 for x in "abcd" if x != one) for one in "abcd"}
    assert borda_count(votes, "abcd").support == pytest.approx(points)


@settings(deadline=None, max_examples=60)
@given(profiles("abcd", whole=True))
def test_whole_ballots_rank_as_borda(votes: Profile) -> None:
    ranks = mean_ranks(votes, "abcd")
    points = borda_count(votes, "abcd").support
    assert ranks == pytest.approx({one: 4 - points[one] / len(votes) for one in "abcd"})
    assert mean_rank_count(votes, "abcd").lead == borda_count(votes, "abcd").lead


def test_the_ranked_vote_of_mallm_gives_points_to_the_first_five_only() -> None:
    votes = profile((1, "abcdefg"), (1, "gf"))
    assert borda_count(votes, "abcdefg", top=5).support == {"a": 5, "b": 4, "c": 3, "d": 2, "e": 1, "f": 4, "g": 5}


@settings(deadline=None, max_examples=60)
@given(profiles("abcd"), st.permutations(range(9)))
@pytest.mark.parametrize("count", COUNTS)
def test_who_sits_where_changes_nothing(count: Counting, votes: Profile, order: list[int]) -> None:
    shuffled = [votes[place] for place in order if place < len(votes)]
    assert count(votes, "abcd") == count(shuffled, "abcd")


@settings(deadline=None, max_examples=60)
@given(profiles("abcd"), st.permutations("abcd"))
@pytest.mark.parametrize("count", COUNTS)
def test_what_candidates_are_called_changes_nothing(count: Counting, votes: Profile, names: Sequence[str]) -> None:
    called = dict(zip("abcd", names, strict=True))
    renamed = [Ranking(order=tuple(called[name] for name in vote.order)) for vote in votes]
    before, after = count(votes, "abcd"), count(renamed, [called[name] for name in "abcd"])
    assert after == Count(
        {called[name]: weight for name, weight in before.support.items()}, tuple(called[name] for name in before.lead)
    )


@settings(deadline=None, max_examples=60)
@given(profiles("abcd"))
def test_a_condorcet_winner_is_elected(votes: Profile) -> None:
    winners = [one for one in "abcd" if all(beats(votes, one, other) for other in "abcd" if other != one)]
    if winners:
        assert schulze_count(votes, "abcd").lead == (winners[0],)


@settings(deadline=None, max_examples=60)
@given(profiles("abcd", whole=True), st.integers(0, 8), st.sampled_from("abcd"))
@pytest.mark.parametrize("count", [borda_count, mean_rank_count, schulze_count])
def test_to_be_put_higher_does_no_harm(count: Counting, votes: Profile, which: int, name: str) -> None:
    order = list(votes[which % len(votes)].order)
    place = order.index(name)
    higher = [*order[: max(place - 1, 0)], name, *[x for x in order[max(place - 1, 0) :] if x != name]]
    after = [*votes[: which % len(votes)], Ranking(order=tuple(higher)), *votes[which % len(votes) + 1 :]]
    if name in count(votes, "abcd").lead:
        assert name in count(after, "abcd").lead


def test_to_be_put_higher_may_cost_the_transferable_vote() -> None:
    before = profile((39, "abc"), (35, "bca"), (26, "cab"))
    after = profile((39, "abc"), (10, "abc"), (25, "bca"), (26, "cab"))  # ten who were for b put a first
    assert transferable_count(before, "abc").lead == ("a",)
    assert transferable_count(after, "abc").lead == ("c",)


@settings(deadline=None, max_examples=60)
@given(profiles("abc"), st.lists(st.booleans(), min_size=9, max_size=9))
@pytest.mark.parametrize("count", [schulze_count, transferable_count])
def test_clones_change_neither_their_chance_nor_that_of_others(
    count: Counting, votes: Profile, turned: list[bool]
) -> None:
    cloned = [
        Ranking(order=tuple(name for one in vote.order for name in ((one,) if one != "c" else "dc" if turn else "cd")))
        for vote, turn in zip(votes, turned, strict=False)
    ]
    before, after = set(count(votes, "abc").lead), set(count(cloned, "abcd").lead)
    assert {name for name in after if name in "ab"} == {name for name in before if name in "ab"}
    assert bool(after & {"c", "d"}) == ("c" in before)


def test_clones_cost_borda_the_election() -> None:
    assert borda_count(profile((3, "ab"), (2, "ba")), "ab").lead == ("a",)
    assert borda_count(profile((3, "acb"), (2, "bac")), "abc").lead == ("a",)
    assert borda_count(profile((3, "abc"), (2, "bca")), "abc").lead == ("b",)  # c, a worse b, has helped b


def test_schulzes_own_example() -> None:
    votes = profile(
        (5, "acbed"), (5, "adecb"), (8, "bedac"), (3, "cabed"), (7, "caebd"), (2, "cbade"), (7, "dceba"), (8, "ebadc")
    )
    assert schulze_count(votes, "abcde") == Count({"a": 3, "b": 1, "c": 2, "d": 0, "e": 4}, ("e",))


def test_a_circle_of_three_ties_and_support_says_so() -> None:
    votes = profile((1, "abc"), (1, "bca"), (1, "cab"))
    for count in COUNTS:
        assert count(votes, "abc").lead == ("a", "b", "c")


@pytest.mark.parametrize("count", COUNTS)
def test_without_ballots_nobody_leads(count: Counting) -> None:
    strangers = [Ranking(order=("x", "y"))]
    empty, unknown = count([], "ab"), count(strangers, "ab")
    assert empty == unknown
    assert empty.lead == ()


def test_names_that_do_not_stand_are_passed_over() -> None:
    votes = [Ranking(order=("x", "b", "y", "a")), Ranking(order=("b",)), Ranking(order=("a", "x"))]
    for count in COUNTS:
        without = [Ranking(order=tuple(name for name in vote.order if name in "ab")) for vote in votes]
        assert count(votes, "ab") == count(without, "ab")


def test_many_equal_candidates_are_a_tie_without_end() -> None:
    names = [f"c{place}" for place in range(26)]
    votes = [Ranking(order=(name,)) for name in names]
    assert set(transferable_count(votes, names).lead) == set(names)
    assert schulze_count(votes, names).lead == tuple(names)
