"""Judges' margins as games: what a judge may not say is none."""

import pytest

from moot.protocols.rating import margin_games
from moot.protocols.transcript import Turn


def debate(margin: str | None) -> list[Turn]:
    sides = [
        Turn(id=f"{wave}:{seat}", wave=wave, round=wave, seat=seat, role=role, answer="yes", status="ok")
        for wave, (seat, role) in enumerate((("ada", "affirmative"), ("bo", "negative")))
    ]
    heard = ("0:ada", "1:bo")
    return [
        *sides,
        Turn(id="2:cy", wave=2, round=None, seat="cy", role="judge", answer=margin, heard=heard, status="ok"),
    ]


@pytest.mark.parametrize(("margin", "points"), [("3", 1.0), ("1.5", 0.75), ("0", 0.5), ("-3", 0.0)])
def test_a_margin_shares_out_a_game(margin: str, points: float) -> None:
    [game] = margin_games(debate(margin))
    assert (game.first, game.second, game.points) == ("ada", "bo", points)


@pytest.mark.parametrize("margin", ["3.5", "-4", "huge", None])
def test_a_margin_that_is_none_makes_no_game(margin: str | None) -> None:
    assert margin_games(debate(margin)) == []
