"""Peers rank and score each other; judges are paid for what they knew."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.errors import DataError
from moot.protocols.rating import (
    Judgment,
    Reply,
    importance,
    judge_reward,
    judged_right,
    peer_rank,
    peer_scores,
    reviewer_weights,
    score_weights,
    team,
    verdict,
    win_rates,
)

NAMES: tuple[str, ...] = ("ada", "bo", "cy")
SCORES = st.sampled_from([0.0, 0.5, 1.0])


def reviews(scores: list[float]) -> list[Judgment]:
    """Everyone reviews every ordered pair."""
    pairs = [(first, second) for first in NAMES for second in NAMES if first != second]
    judged = [(reviewer, *pair) for reviewer in NAMES for pair in pairs]
    return [
        Judgment(reviewer=reviewer, first=first, second=second, score=score)
        for (reviewer, first, second), score in zip(judged, scores, strict=True)
    ]


ALL = st.lists(SCORES, min_size=18, max_size=18).map(reviews)


@settings(deadline=None, max_examples=60)
@given(ALL)
def test_win_rates_average_a_half_and_weights_sum_to_one(judgments: list[Judgment]) -> None:
    ranked = peer_rank(judgments)
    assert sum(ranked.win_rates.values()) == pytest.approx(1.5)
    assert sum(ranked.weights.values()) == pytest.approx(1)
    by_rate = sorted(NAMES, key=lambda name: ranked.win_rates[name])
    for worse, better in pairwise(by_rate):
        assert ranked.weights[worse] <= ranked.weights[better] + 1e-9


@settings(deadline=None, max_examples=60)
@given(ALL, st.permutations(range(18)), st.permutations(NAMES))
def test_neither_order_nor_names_change_a_peer_rank(
    judgments: list[Judgment], order: list[int], names: list[str]
) -> None:
    called = dict(zip(NAMES, names, strict=True))
    moved = [
        Judgment(reviewer=called[j.reviewer], first=called[j.first], second=called[j.second], score=j.score)
        for j in (judgments[place] for place in order)
    ]
    before, after = peer_rank(judgments, iterations=2), peer_rank(moved, iterations=2)
    assert after.win_rates == pytest.approx({called[name]: rate for name, rate in before.win_rates.items()})


@settings(deadline=None, max_examples=60)
@given(ALL)
def test_a_pair_shown_the_other_way_round_says_the_same(judgments: list[Judgment]) -> None:
    turned = [Judgment(reviewer=j.reviewer, first=j.second, second=j.first, score=1 - j.score) for j in judgments]
    equal = dict.fromkeys(NAMES, 1.0)
    assert win_rates(turned, equal) == pytest.approx(win_rates(judgments, equal))


def test_who_all_win_alike_count_alike() -> None:
    assert reviewer_weights({"ada": 0.5, "bo": 0.5}) == {"ada": 0.5, "bo": 0.5}
    assert peer_rank(reviews([0.5] * 18)).weights == pytest.approx(dict.fromkeys(NAMES, 1 / 3))


def test_weights_are_what_is_won_above_the_worst() -> None:
    assert reviewer_weights({"ada": 0.9, "bo": 0.6, "cy": 0.5}) == pytest.approx({"ada": 0.8, "bo": 0.2, "cy": 0.0})


def test_scores_count_from_nothing_to_five() -> None:
    assert score_weights((7, 5), 2) == (0.5, 0.5)
    assert score_weights((-3, 5), 2) == (0.0, 1.0)


def test_strangers_and_the_unreviewed_are_refused() -> None:
    with pytest.raises(DataError, match="eve reviewed without being compared"):
        peer_rank([Judgment(reviewer="eve", first="ada", second="bo", score=1)])
    with pytest.raises(DataError, match="nobody reviewed"):
        peer_rank([])
    with pytest.raises(DataError, match="no win rate for 'ada'"):
        win_rates([Judgment(reviewer="eve", first="ada", second="bo", score=1)], {"bo": 1.0})


def test_a_verdict_weighs_sides_and_lets_ties_abstain() -> None:
    assert verdict([("ada", 1.0), ("bo", 0.5), ("cy", 0.5)]) == 1.0
    assert verdict([("ada", 1.0), ("bo", 0.0)]) == 0.5
    assert verdict([("ada", 1.0), ("bo", 0.0)], {"bo": 1.0}) == 0.0
    assert verdict([]) == 0.5


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("[[4, 2, 5]]", (4, 2, 5)),
        ("First [[1, 1]] and then [[4,N/A, 3]].", (4, 0, 3)),
        ("[[3, 4, , ...]]", (3, 4, 0, 0)),
        ("[[-1, 7]]", (-1, 7)),
        ("[[]]", (0,)),
        ("[[4.5, 3]]", (0, 3)),
        ("[4, 2, 5]", None),
        ("no scores", None),
        ("[[" * 50_000, None),
    ],
)
def test_peer_scores_are_read_in_the_last_double_brackets(text: str, scores: tuple[float, ...] | None) -> None:
    assert peer_scores(text) == scores


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-2, 8), max_size=6), st.integers(1, 6))
def test_weights_of_scores_are_shares(scores: list[float], heard: int) -> None:
    weights = score_weights(scores, heard)
    assert len(weights) == heard
    assert math.fsum(weights) == pytest.approx(1)
    assert min(weights) >= 0


LAYER = st.lists(
    st.tuples(st.sampled_from("AB"), st.lists(st.integers(1, 5), min_size=3, max_size=3)), min_size=3, max_size=3
)


@settings(deadline=None, max_examples=60)
@given(st.lists(LAYER, min_size=1, max_size=4))
def test_every_layer_shares_the_same_importance(said: list[list[tuple[str, list[int]]]]) -> None:
    layers = [
        [
            Reply(agent=name, answer=answer, heard=NAMES if number else (), scores=tuple(scores) if number else None)
            for name, (answer, scores) in zip(NAMES, layer, strict=True)
        ]
        for number, layer in enumerate(said)
    ]
    found = importance(layers, "A")
    given = any(answer == "A" for answer, _ in said[-1])
    assert [math.fsum(layer.values()) for layer in found] == pytest.approx([float(given)] * len(said))
    assert importance(layers, "Z") == tuple(dict.fromkeys(NAMES, 0.0) for _ in said)


def test_a_team_is_whom_most_was_owed_to() -> None:
    layers = ({"ada": 0.1, "bo": 0.2, "cy": 0.7}, {"ada": 0.5, "bo": 0.4, "cy": 0.1})
    assert team([layers], 2) == ("cy", "ada")
    assert team([layers] * 3, 9) == ("cy", "ada", "bo")  # equal ones as they were named
    assert team([], 2) == ()


def test_importance_refuses_what_cannot_have_been_heard() -> None:
    with pytest.raises(DataError, match="'bo' heard 'eve', who said nothing"):
        importance([[Reply(agent="ada", answer="A")], [Reply(agent="bo", answer="A", heard=("eve",))]], "A")
    assert importance([], "A") == ()


def test_a_judge_is_paid_for_certainty_and_charged_for_rounds() -> None:
    assert judge_reward(1.0, 0) == 0
    assert judge_reward(0.25, 4) == pytest.approx(-2.2)
    assert judge_reward(0.0, 1) == -math.inf
    assert judged_right([0.2, 0.5, 0.3], 1)
    assert not judged_right([0.4, 0.4, 0.2], 0)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_judge_earns_most_by_saying_what_it_believes(believed: float, said: float) -> None:
    def expected(stated: float) -> float:
        return believed * judge_reward(stated, 0) + (1 - believed) * judge_reward(1 - stated, 0)

    assert expected(believed) >= expected(said) - 1e-12
