"""What decides before all have spoken decides as all would; a spread of answers settles by shares."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.protocols import stop
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.stop.early import out_of_reach
from moot.protocols.stop.steady import answer_shift
from moot.protocols.transcript import Transcript, Turn

SAID = st.lists(st.none() | st.sampled_from("ABC"), min_size=1, max_size=9)
COUNTS = st.dictionaries(st.sampled_from("ABC"), st.integers(1, 5), min_size=1)


@settings(deadline=None, max_examples=60)
@given(SAID)
def test_stopping_early_never_changes_who_wins(said: list[str | None]) -> None:
    counts = Counter(answer for answer in said if answer is not None).most_common()
    alone = bool(counts) and (len(counts) == 1 or counts[0][1] > counts[1][1])
    assert out_of_reach(said, len(said)) == (counts[0][0] if alone else None)
    for heard in range(len(said)):
        early = out_of_reach(said[:heard], len(said))
        assert early is None or early == out_of_reach(said, len(said))


@settings(deadline=None, max_examples=60)
@given(SAID)
def test_it_stops_as_soon_as_nobody_can_catch_up(said: list[str | None]) -> None:
    ballots = len(said) + 3
    if out_of_reach(said, ballots) is None:
        ends = [out_of_reach([*said, *[answer] * 3], ballots) for answer in "ABCD"]
        assert len(set(ends)) > 1 or ends[0] is None


@settings(deadline=None, max_examples=60)
@given(COUNTS, COUNTS, COUNTS)
def test_a_shift_is_a_distance(one: dict[str, int], two: dict[str, int], three: dict[str, int]) -> None:
    assert answer_shift(one, one) == 0
    assert answer_shift(one, two) == pytest.approx(answer_shift(two, one))
    assert answer_shift(one, three) <= answer_shift(one, two) + answer_shift(two, three) + 1e-12
    assert 0 <= answer_shift(one, two) <= 1


def held(*rounds: str) -> Standing:
    turns = [
        Turn(
            id=f"{wave}:a{seat}",
            wave=wave,
            round=wave,
            seat=f"a{seat}",
            role="debater",
            vote=None if said == "." else said,
            status="ok",
        )
        for wave, answers in enumerate(rounds)
        for seat, said in enumerate(answers)
    ]
    return Standing(question=Question("Well?"), seats=("a0", "a1", "a2", "a3"), transcript=Transcript(turns))


def test_a_debate_is_steady_where_places_are_traded_only() -> None:
    rule = stop.rule("steady")
    assert rule.test(held("AABB", "ABAB", "BBAA")) == "steady: answers shifted by at most 0% for 2 rounds"
    assert rule.test(held("AABB", "ABAB")) is None
    assert rule.test(held("AAAB", "ABAB", "BBAA")) is None
    assert rule.test(held("....", "....", "....")) is None
    assert stop.steady(distance=0.3, hold=1).test(held("AAAB", "ABAB")) is not None
    assert stop.stable(2).test(held("AABB", "ABAB", "BBAA")) is None
