"""Influence of a seat: the share of all changes of mind that are owed to it.

A change of mind is a flip: a debater's answer differs from the one it gave before. It is owed to those
it was shown in the turn in which it changed and who argued for the new answer, in equal parts; where
nobody did, it is owed to nobody, for the change came from within.
"""

from collections import defaultdict

from moot.protocols.transcript import Turn
from moot.runs.result import Result


def influence(result: Result) -> dict[str, float]:
    """The influence of every debater, 0 to 1, judges apart.

    Returns:
        Seat to share of the flips. The shares sum to the part of the flips that is owed to anybody at
        all: at most 1, and 0 where nobody changed its mind.
    """
    flips = result.flips
    credit = defaultdict[str, float](float)
    turned = {(turn.seat, turn.round): turn for turn in result.turns}
    for flip in flips:
        persuaders = _persuaders(result, turned[flip.agent, flip.round], flip.after)
        for seat in persuaders:
            credit[seat] += 1 / (len(persuaders) * len(flips))
    return {seat: round(credit[seat], 6) for seat in result.seats}


def _persuaders(result: Result, turn: Turn, answer: str) -> set[str]:
    """Debaters whose turns with that answer were shown in the turn."""
    heard = filter(None, map(result.transcript.turn, turn.heard))
    return {told.seat for told in heard if told.vote == answer and told.seat in result.seats}
