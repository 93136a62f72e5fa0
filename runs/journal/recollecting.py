"""A debate taken up again: what it asked before, what was answered, and where its attempts stand."""

from dataclasses import dataclass, field

from moot.agents.records import Completion
from moot.runs.journal.encoding import Cell, completion_of
from moot.runs.journal.hashing import call_id
from moot.runs.journal.parts import Parts, opened
from moot.runs.journal.records import CallKey
from moot.runs.journal.remembered import Remembered
from moot.runs.journal.sql import Database

_LINEAGE = """
WITH RECURSIVE lineage (id, depth) AS (
    SELECT ?, 0
    UNION ALL
    SELECT debate.parent, depth + 1 FROM lineage JOIN debate ON debate.id = lineage.id WHERE debate.parent IS NOT NULL
)
SELECT lineage.depth, call.id, call.seat, call.turn, call.sample, call.ask, call.hash,
    (SELECT max(attempt.number) + 1 FROM attempt WHERE attempt.call = call.id),
    outcome.text, part.body,
    outcome.kind, outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_nano_usd, outcome.estimated,
    outcome.simulated, outcome.latency_us, outcome.finish, more.body
FROM lineage JOIN call ON call.debate = lineage.id
LEFT JOIN outcome ON outcome.call = call.id AND outcome.state = 'done'
LEFT JOIN part ON part.id = outcome.text
LEFT JOIN part AS more ON more.id = outcome.more
ORDER BY lineage.depth DESC, call.id, outcome.number DESC
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


def recollected(connection: Database, parts: Parts, number: int, epoch: int, stream: str) -> Sitting:
    """The sitting of a debate that the store knows, with all it asked before.

    Texts of replies are made known to `parts`, so that prompts that quote them again refer to them.

    Args:
        connection: The writer's.
        parts: The writer's.
        number: Of the debate's row.
        epoch: In which it is conducted now.
        stream: Of the debate and its forebears.
    """
    calls: dict[CallKey, dict[str, Answer | None]] = {}
    places: dict[str, Place] = {}
    # A fork comes after its parent and overrides it; the first answer to a call comes last.
    for depth, call, seat, turn, sample, ask, digest, attempts, text, body, *cells in connection.execute(
        _LINEAGE, (number,)
    ):
        key, request_hash = CallKey(stream, seat, turn, sample, ask), digest.hex()
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
