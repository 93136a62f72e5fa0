"""Results of judges who say by how much a side won, for `bradley_terry`."""

from collections.abc import Iterable
from typing import Literal

from moot.protocols.answers import value_of
from moot.protocols.rating.bradley_terry import Pairing
from moot.protocols.transcript import Turn

WIDEST = 3
"""A margin lies between this and its negative."""


def soft_score(margin: float) -> float:
    """What the first side takes of a game with that margin: all at 3, half at 0, nothing at -3.

    >>> soft_score(3), soft_score(0), soft_score(-1.5)
    (1.0, 0.5, 0.25)
    """
    return 0.5 + margin / (2 * WIDEST)


def margin_games(turns: Iterable[Turn], *, by: Literal["seat", "model"] = "seat") -> list[Pairing]:
    """One game for each judge's margin in debates of two sides, as `pro_con_league` holds them.

    The affirmative side is the first of each pairing, so that `bradley_terry(games, side=True)` can tell what
    speaking for the motion is worth. A side that meets itself, as one model in two seats may, is left out.

    Args:
        turns: Of one or many debates, each debate's turns together.
        by: Whether agents are rated by their names or by the models that answered.
    """
    games: list[Pairing] = []
    known: dict[str, Turn] = {}
    for turn in turns:
        known[turn.id] = turn
        margin = None if turn.role != "judge" or turn.answer is None else value_of(turn.answer)
        names = {known[id].role: _name(known[id], by) for id in turn.heard}
        pro, con = names.get("affirmative"), names.get("negative")
        if margin is not None and pro and con and pro != con and abs(margin) <= WIDEST:
            games.append(Pairing(first=pro, second=con, points=soft_score(float(margin))))
    return games


def _name(turn: Turn, by: Literal["seat", "model"]) -> str:
    return turn.seat if by == "seat" else turn.model
