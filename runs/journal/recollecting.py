"""A debate taken up again: what it asked before, what was answered, and where its attempts stand."""

from dataclasses import dataclass, field

from moot.agents.records import Completion
from moot.runs.journal.encoding import Cell, completion_of
from moot.runs.journal.hashing import call_id
from moot.runs.journal.parts import Parts, opened
from moot.runs.journal.records import CallKey, DebateRow
from moot.runs.journal.remembered import Remembered
from moot.runs.journal.sql import Database

_LINEAGE = """
WITH RECURSIVE lineage (id, depth) AS (
    SELECT ?1, 0
    UNION ALL
    SELECT debate.parent, depth + 1 FROM lineage JOIN debate ON debate.id = lineage.id WHERE debate.parent IS NOT NULL
)
SELECT lineage.depth, call.id, call.seat, call.turn, call.sample, call.ask, call.hash,
    (SELECT max(attempt.number) + 1 FROM attempt WHERE attempt.call = call.id),
    outcome.text, part.body,
    outcome.kind, outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_nano_usd, outcome.estimated,
    outcome.simulated, outcome.latency_us, outcome.finish, more.body
FROM lineage JOIN call ON call.debate = lineage.id
LEFT JOIN outcome ON outcome.call = call.id
    AND (outcome.state = 'done' OR (?2 AND outcome.state = 'in_doubt'
        AND outcome.number = (SELECT max(attempt.number) FROM attempt WHERE attempt.call = call.id)))
LEFT JOIN part ON part.id = outcome.text
LEFT JOIN part AS more ON more.id = outcome.more
ORDER BY outcome.state = 'done', lineage.depth DESC, call.id, outcome.number DESC
"""

Answer = tuple[str, tuple[Cell, ...]]
"""A reply's text and the other columns of its outcome."""


@dataclass(slots=True)
class Place:
    """One call in the store."""

    number: int
    """Of its row."""
    first: int = 0
    """Number that attempt 0 of this sitting has."""
    next: int = 0
    """Lowest number that no attempt has."""


@dataclass(slots=True)
class Sitting:
    """A debate while it is conducted."""

    number: int
    """Of its row."""
    epoch: int
    remembered: Remembered[Answer]
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    """By the call's id."""


def recollected(
    connection: Database, parts: Parts, number: int, row: DebateRow, epoch: int, *, doubtful: bool
) -> Sitting:
    """The sitting of a debate that the store knows, with all it asked before.

    Texts of replies are made known to `parts`, so that prompts that quote them again refer to them.

    Args:
        connection: The writer's.
        parts: The writer's.
        number: Of the debate's row, or of its parent's where it is a new fork.
        row: The debate that is taken up.
        epoch: In which it is conducted now.
        doubtful: Whether calls in doubt are remembered as such.
    """
    calls: dict[CallKey, dict[str, Answer | None]] = {}
    places: dict[str, Place] = {}
    # Answers come last; a fork's come after its parent's, and of one call the first.
    for depth, call, seat, turn, sample, ask, digest, attempts, text, body, *cells in connection.execute(
        _LINEAGE, (number, doubtful)
    ):
        key, request_hash = CallKey(row.stream, seat, turn, sample, ask), digest.hex()
        asked = calls.setdefault(key, {})
        if cells[0] is None:
            asked.setdefault(request_hash, None)
        else:
            said = "" if body is None else opened(body)
            cells[-1] = None if cells[-1] is None else opened(cells[-1])
            asked[request_hash] = said, tuple(cells)
            if text is not None:
                parts.recall(text, said)
        if depth == 0:
            places[call_id(key, request_hash)] = Place(call, attempts, attempts)
    return Sitting(number, epoch, Remembered(calls, answered), places)


def answered(answer: Answer) -> Completion:
    """The completion that a stored answer stands for."""
    text, cells = answer
    return completion_of(cells, text)
