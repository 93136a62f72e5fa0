"""What rows are called in sentences."""

from moot.runs.journal.hashing import call_id
from moot.runs.journal.records import CallKey
from moot.runs.journal.sql import Database

_CALL = """
SELECT debate.stream, seat, turn, sample, ask, hash, debate.name FROM call LEFT JOIN debate ON debate.id = call.debate
WHERE call.id = ?
"""


def call_named(connection: Database, number: int) -> str:
    """The call of that row, by its id, its seat and turn, and its debate."""
    cells = connection.execute(_CALL, (number,)).get
    if cells is None:
        return f"call row {number}, which is not there"
    *key, digest, debate = cells
    place = CallKey(*key)
    return f"call {call_id(place, digest.hex())} ({place.seat}, turn {place.turn}, debate {debate!r})"
