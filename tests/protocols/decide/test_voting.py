"""Counting the last round: how many are enough, who is asked for, and what abstainers do."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from moot.protocols import decide
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

Make = Callable[..., Standing]
SHARES = [Fraction(1, 2), Fraction(3, 5), Fraction(2, 3), Fraction(3, 4), Fraction(1)]


def decided(rule: decide.Decision, standing: Standing) -> Outcome:
    outcome = rule.tally(standing)
    assert outcome is not None
    return outcome


def leading(said: Sequence[str | None]) -> list[tuple[str, int]]:
    """Who leads, each with its votes."""
    counts = Counter(one for one in said if one is not None)
    return [(answer, count) for answer, count in counts.items() if count == max(counts.values())]


@pytest.mark.parametrize("seats", range(1, 7))
def test_of_all_ways_to_vote_each_rule_lets_through_what_its_share_says(standing: Make, seats: int) -> None:
    for said in product(["A", "B", None], repeat=seats):
        stands, lead = standing([said]), leading(said)
        [(answer, count)] = lead if len(lead) == 1 else [(None, 0)]
        assert decided(decide.plurality(), stands).answer == answer
        for share in SHARES:
            passes = answer if count >= share * seats else None
            if share > Fraction(1, 2):
                assert decided(decide.supermajority(share=float(share)), stands).answer == passes
            if share < 1:
                passes = answer if count > share * seats else None
                assert decided(decide.majority(share=float(share)), stands).answer == passes
        assert decided(decide.unanimity(), stands).answer == (answer if count == seats else None)


def test_where_nobody_answers_nothing_is_unanimous(standing: Make) -> None:
    for rule in (decide.plurality(), decide.majority(share=0.0), decide.unanimity(), decide.hybrid(), decide.last()):
        assert decided(rule, standing([[None, None]])).answer is None


@pytest.mark.parametrize(("rounds", "answer"), [(5, None), (6, "A")])
def test_a_hybrid_consensus_takes_all_up_to_the_fifth_round_and_most_after_it(
    standing: Make, rounds: int, answer: str | None
) -> None:
    assert decided(decide.hybrid(), standing([["A", "A", "A", "B"]] * rounds)).answer == answer
    assert decided(decide.hybrid(), standing([["A", "A", "B", "B"]] * rounds)).answer is None


def test_the_last_to_speak_has_the_last_word(standing: Make) -> None:
    assert decided(decide.last(), standing([["A", "A", "B"], ["A", "B", "C"]])).answer == "C"
    assert decided(decide.last(), standing([["A", None]])).answer is None


def test_the_hub_decides_by_its_last_answer_and_nobody_where_there_is_none(standing: Make) -> None:
    stands = standing([["A", "B", "B"], ["C", "B", "B"]])
    assert decided(decide.hub(), replace(stands, hub="a1")).answer == "C"
    assert decided(decide.hub(), stands).answer is None
