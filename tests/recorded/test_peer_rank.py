"""Five models review each other on 80 questions, people on the side (arXiv:2307.02762)."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel

from moot.protocols.rating import Judgment, PeerRank, peer_rank, reviewer_weights, verdict, win_rates

SCORES = {"1": 1.0, "2": 0.0, "3": 0.5, "-1": 0.5}
"""The first is better, the second is, a tie, unreadable."""
PUBLISHED = {
    "gpt-4": (0.80202, 0.48844),
    "claude": (0.68498, 0.37666),
    "vicuna": (0.37625, 0.08181),
    "gpt-3.5": (0.34616, 0.05308),
    "bard": (0.29058, 0.0),
}


class Row(BaseModel):
    question_id: int
    model_a: str
    model_b: str
    reviewer: str
    score_raw: str

    @property
    def pair(self) -> tuple[int, str, str]:
        return self.question_id, self.model_a, self.model_b

    @property
    def score(self) -> float:
        return SCORES[self.score_raw]

    @property
    def judgment(self) -> Judgment:
        return Judgment(reviewer=self.reviewer, first=self.model_a, second=self.model_b, score=self.score)


@pytest.fixture(scope="module")
def rows(recorded: Path) -> list[Row]:
    path = recorded / "prd_peer_rank" / "scores.csv"
    if not path.exists():
        pytest.skip("recorded debates: no prd_peer_rank/scores.csv")
    with path.open(encoding="utf-8") as file:
        return [Row.model_validate(row) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def reviews(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.reviewer != "human"]


@pytest.fixture(scope="module")
def ranked(reviews: list[Row]) -> PeerRank:
    return peer_rank([row.judgment for row in reviews])


def accuracy(rows: Sequence[Row], weights: dict[str, float] | None) -> float:
    """How often reviewers decide as the people who saw the same pair, over both orders of every pair."""
    votes: dict[tuple[int, str, str], list[tuple[str, float]]] = {}
    people: dict[tuple[int, str, str], list[tuple[str, float]]] = {}
    for row in rows:
        (people if row.reviewer == "human" else votes).setdefault(row.pair, []).append((row.reviewer, row.score))
    right = 0
    for (question, first, second), judged in people.items():
        wanted = verdict(judged)
        right += verdict(votes[question, first, second], weights) == wanted
        right += verdict(votes[question, second, first], weights) == 1 - wanted
    return right / (2 * len(people))


def test_win_rates_and_weights_are_those_recorded(reviews: list[Row], ranked: PeerRank) -> None:
    assert len(reviews) == 8000
    assert {name: round(rate, 5) for name, rate in ranked.win_rates.items()} == {
        name: rate for name, (rate, _) in PUBLISHED.items()
    }
    assert {name: round(weight, 5) for name, weight in ranked.weights.items()} == {
        name: weight for name, (_, weight) in PUBLISHED.items()
    }


def test_every_digit_is_that_of_the_definition(reviews: list[Row], ranked: PeerRank) -> None:
    names = list(PUBLISHED)
    weights = dict.fromkeys(names, 0.2)
    rates: dict[str, float] = {}
    for _ in range(5):
        for name in names:
            points = [
                (weights[row.reviewer], row.score if row.model_a == name else 1 - row.score)
                for row in reviews
                if name in {row.model_a, row.model_b}
            ]
            rates[name] = sum(w * s for w, s in points) / sum(w for w, _ in points)
        spans = {
            name: (rates[name] - min(rates.values())) / (max(rates.values()) - min(rates.values())) for name in names
        }
        weights = {name: span / sum(spans.values()) for name, span in spans.items()}
    assert ranked.win_rates == pytest.approx(rates, abs=1e-12)
    assert ranked.weights == pytest.approx(weights, abs=1e-12)
    assert ranked.weights == pytest.approx(reviewer_weights(ranked.win_rates), abs=1e-15)
    assert sum(ranked.weights.values()) == pytest.approx(1, abs=1e-12)


def test_five_iterations_settle_it(reviews: list[Row], ranked: PeerRank) -> None:
    again = win_rates((row.judgment for row in reviews), ranked.weights)
    assert again == pytest.approx(ranked.win_rates, abs=1e-5)
    assert peer_rank([row.judgment for row in reviews], iterations=40).weights == pytest.approx(
        ranked.weights, abs=1e-5
    )


def test_a_weighted_vote_agrees_with_people_most_often(rows: list[Row], ranked: PeerRank) -> None:
    weighted, alone, plain = accuracy(rows, ranked.weights), accuracy(rows, {"gpt-4": 1.0}), accuracy(rows, None)
    assert (weighted, alone, plain) == (0.673125, 0.6425, 0.64375)
