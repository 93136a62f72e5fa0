"""Marks from 1 to 10 in a structured reply."""

from moot.protocols.answers import space_of, value_of
from moot.protocols.question import Question
from moot.protocols.transcript import Turn

SCORE = space_of(Question("How good is it?", kind="score"))


def mark(turn: Turn, key: str) -> float | None:
    """The mark under a key of a turn's reply; None where it is missing, unreadable or not from 1 to 10."""
    read = SCORE.read(f"Final answer: {(turn.fields or {}).get(key, '')}").answer
    value = None if read is None else value_of(read)
    return None if value is None else float(value)
