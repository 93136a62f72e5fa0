"""How opinions went: who held which answer in each round, and who went from which to which."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from moot.runs.result import Result

NOBODY: None = None
"""The answer of those who gave none."""


@dataclass(frozen=True)
class Flows:
    """Of one debate."""

    answers: tuple[str | None, ...]
    """All there were, the most held first; None, no answer, comes last."""
    held: tuple[Mapping[str | None, int], ...]
    """In each round, how many debaters held each answer."""
    went: tuple[Mapping[tuple[str | None, str | None], int], ...]
    """Between each round and the next, how many went from one answer to another, or stayed."""


def flows(result: Result) -> Flows:
    """How opinions went in a debate; a debater that did not speak in a round held no answer in it."""
    rounds = [dict.fromkeys(result.seats, NOBODY) | _votes(result, number) for number in range(result.rounds)]
    total = Counter[str](vote for votes in rounds for vote in votes.values() if vote is not None)
    answers = tuple(answer for answer, _ in total.most_common())
    silent = any(vote is None for votes in rounds for vote in votes.values())
    held = tuple(Counter(votes.values()) for votes in rounds)
    went = tuple(Counter((before[seat], after[seat]) for seat in result.seats) for before, after in pairwise(rounds))
    return Flows((*answers, *([NOBODY] if silent else [])), held, went)


def _votes(result: Result, number: int) -> dict[str, str | None]:
    return {turn.seat: turn.vote for turn in result.transcript.round(number) if turn.seat in result.seats}
