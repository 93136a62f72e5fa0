"""Strengths are the most likely ones, with intervals that hold the truth as often as they say."""

from itertools import combinations, permutations
from math import exp, log, sqrt
from random import Random
from typing import Any, cast

import choix
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from moot.errors import DataError
from moot.protocols.rating import Pairing, Strengths, bradley_terry

NAMES = [f"m{place}" for place in range(8)]
Games = list[Pairing]


def met(first: str, second: str, points: float, games: int) -> Pairing:
    return Pairing(first=first, second=second, points=points, games=games)


def played(strengths: list[float], games: int, side: float, lot: np.random.Generator) -> Games:
    """Every ordered pair so many times."""
    found: Games = []
    for first, second in permutations(range(len(strengths)), 2):
        chance = 1 / (1 + exp(strengths[second] - strengths[first] - side))
        found.append(met(NAMES[first], NAMES[second], float(lot.binomial(games, chance)), games))
    return found


def test_two_players_have_the_log_odds_of_their_games() -> None:
    found = bradley_terry([met("a", "b", 30, 40)])
    assert found.strengths["a"] - found.strengths["b"] == pytest.approx(log(3), abs=1e-9)
    low, high = found.ahead("a", "b")
    assert (low + high) / 2 == pytest.approx(log(3), abs=1e-9)
    assert (high - low) / 2 == pytest.approx(1.959964 / sqrt(40 * 0.75 * 0.25), abs=1e-6)
    assert found.log_likelihood == pytest.approx(30 * log(0.75) + 10 * log(0.25))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(3, 6), st.booleans())
def test_strengths_are_those_of_an_independent_library(seed: int, players: int, halves: bool) -> None:
    lot = Random(seed)
    wins = np.zeros((players, players))
    games: Games = []
    for i, j in combinations(range(players), 2):
        points = lot.randint(1, 11) + 0.5 * halves  # each wins at least half a game, so all strengths are finite
        games.append(met(NAMES[i], NAMES[j], points, 12))
        wins[i, j], wins[j, i] = points, 12 - points
    theirs = cast("Any", choix).ilsr_pairwise_dense(wins, tol=1e-12)
    found = bradley_terry(games).strengths
    assert [found[NAMES[place]] for place in range(players)] == pytest.approx(list(theirs - theirs.mean()), abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_each_takes_the_points_the_model_expects_and_the_side_too(seed: int) -> None:
    games = played([0.8, 0.2, -0.3, -0.7], 30, 0.4, np.random.default_rng(seed))
    try:
        found = bradley_terry(games, side=True)
    except DataError:
        return  # somebody lost everything
    assert found.side is not None
    taken, due = dict.fromkeys(NAMES[:4], 0.0), dict.fromkeys(NAMES[:4], 0.0)
    for game in games:
        chance = 1 / (1 + np.exp(-(found.strengths[game.first] - found.strengths[game.second] + found.side)))
        taken[game.first] += game.points
        taken[game.second] += game.games - game.points
        due[game.first] += game.games * chance
        due[game.second] += game.games * (1 - chance)
    assert taken == pytest.approx(due, abs=1e-6)
    assert sum(found.strengths.values()) == pytest.approx(0, abs=1e-9)


def test_the_truth_lies_within_the_errors_as_often_as_it_must() -> None:
    """With 8 players and a side, the squared distance in units of the errors is chi-squared with 8 degrees."""
    truth, side, lot = [2.4 * place / 7 - 1.2 for place in range(8)], 0.3, np.random.default_rng(18)
    distances: list[float] = []
    held, intervals = 0, 0
    for _ in range(200):
        found = bradley_terry(played(truth, 50, side, lot), side=True)
        assert found.side is not None
        assert found.side_interval is not None
        off = [found.strengths[name] - truth[NAMES.index(name)] for name in found.strengths] + [found.side - side]
        inverse = np.linalg.pinv(np.array(found.covariance), hermitian=True)
        distances.append(float(np.array(off) @ inverse @ np.array(off)))
        spans = [*found.intervals.items(), ("side", found.side_interval)]
        for name, (low, high) in spans:
            held += low <= (side if name == "side" else truth[NAMES.index(name)]) <= high
            intervals += 1
    assert np.mean(distances) == pytest.approx(8, abs=4.5 * 4 / sqrt(200))
    inside = np.mean(np.array(distances) < 15.507)
    assert inside >= 0.95 - 4.5 * sqrt(0.95 * 0.05 / 200)
    assert held / intervals == pytest.approx(0.95, abs=0.02)


def test_soft_scores_keep_the_order_and_ties_are_half_wins() -> None:
    soft = bradley_terry([met("a", "b", 2.25, 3), met("b", "c", 2.0, 3), met("a", "c", 2.5, 3)])
    assert list(soft.strengths) == ["a", "b", "c"]
    halves = bradley_terry([met("a", "b", 0.5, 1)] * 4 + [met("a", "b", 1, 1)] * 2)
    assert halves.strengths == pytest.approx(bradley_terry([met("a", "b", 4, 6)]).strengths)


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(12)), st.permutations(range(4)))
def test_neither_order_of_games_nor_names_changes_strengths(order: list[int], names: list[int]) -> None:
    games = played([0.8, 0.2, -0.3, -0.7], 30, 0.4, np.random.default_rng(1))
    before = bradley_terry(games, side=True)
    called = {NAMES[place]: NAMES[name] for place, name in enumerate(names)}
    moved = [met(called[games[place].first], called[games[place].second], games[place].points, 30) for place in order]
    after = bradley_terry(moved, side=True)
    assert after.strengths == pytest.approx({called[name]: value for name, value in before.strengths.items()})
    assert after.side == pytest.approx(before.side)


def test_being_first_is_told_from_being_strong() -> None:
    games = [met("a", "b", 45, 50), met("b", "a", 30, 50), met("a", "c", 45, 50), met("c", "a", 30, 50)]
    found = bradley_terry(games, side=True)
    assert found.side is not None
    assert found.side == pytest.approx((log(9) + log(1.5)) / 2, abs=1e-9)
    assert bradley_terry(games).side is None


@pytest.mark.parametrize(
    ("games", "side", "sentence"),
    [
        ([], False, "no strengths without results: give at least one pairing"),
        ([met("a", "b", 1, 2), met("c", "d", 1, 2)], False, "no common scale: a, b never met c, d"),
        ([met("a", "b", 2, 2)], False, "no finite strengths: a never lost a point to b"),
        ([met("a", "b", 1, 2), met("b", "c", 2, 2)], False, "no finite strengths: a, b never lost a point to c"),
        ([met("c", "a", 0, 2), met("a", "b", 1, 2)], False, "no finite strengths: a, b never lost a point to c"),
        ([met("a", "b", 1, 2)], True, "the side cannot be told from the strengths: let pairs meet in both orders"),
        ([met("a", "b", 2, 2), met("b", "a", 2, 2)], True, "decides every game between equals"),
    ],
)
def test_what_has_no_strengths_is_refused_in_one_sentence(games: Games, side: bool, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        bradley_terry(games, side=side)


def test_a_pairing_that_cannot_be_is_refused() -> None:
    for first, second, points in (("a", "a", 1), ("a", "b", 3), ("a", "b", -1)):
        with pytest.raises(ValidationError):
            met(first, second, points, 2)


def test_strengths_are_a_record_with_elo_beside() -> None:
    found = bradley_terry([met("a", "b", 10, 11), met("b", "c", 10, 11)])
    assert Strengths.model_validate_json(found.model_dump_json()) == found
    elo = found.elo()
    assert elo["a"] - elo["b"] == pytest.approx(400, abs=1e-6)
    assert sum(elo.values()) / 3 == pytest.approx(1500)
    assert found.win_probability("a", "b") == pytest.approx(10 / 11)
