"""What a debate asked and heard, put together again from the parts of a store."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from moot.runs.journal.cutting import ROLES, messages, unpacked
from moot.runs.journal.encoding import completion_of
from moot.runs.journal.hashing import call_id
from moot.runs.journal.parts import bodies
from moot.runs.journal.records import CallKey, DebateRow, Exchange, State
from moot.runs.journal.sql import Database

_CALLS = """
WITH RECURSIVE lineage (id, depth) AS (
    SELECT id, 0 FROM debate WHERE name = ?1
    UNION ALL
    SELECT debate.parent, depth + 1 FROM lineage JOIN debate ON debate.id = lineage.id WHERE debate.parent IS NOT NULL
)
SELECT call.seat, call.turn, call.sample, call.ask, call.hash, call.messages, outcome.state, outcome.text, outcome.more,
    outcome.kind, outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_nano_usd, outcome.estimated,
    outcome.simulated, outcome.latency_us, outcome.finish
FROM lineage JOIN call ON call.debate = lineage.id
LEFT JOIN outcome ON outcome.call = call.id AND (?2 IS NULL OR ?2 >= (
    SELECT epoch FROM attempt WHERE attempt.call = outcome.call AND attempt.number = outcome.number
))
ORDER BY lineage.depth DESC, call.id, outcome.state IS 'done', outcome.number
"""


class _Found(NamedTuple):
    """A call with one of its outcomes, its texts still numbers."""

    messages: list[int]
    state: State | None
    text: int | None
    more: int | None
    columns: list[Any]


def exchanges(
    connection: Database,
    row: DebateRow,
    epoch: int | None = None,
    only: Collection[str] | None = None,
    *,
    prompts: bool = True,
) -> dict[str, Exchange]:
    """The calls of a debate and of those it was forked from, by id.

    Of several outcomes of one call the answer counts, else the latest; what a fork asked again
    counts before what its parent asked.

    Args:
        connection: To the store that holds the debate.
        row: The debate.
        epoch: The last whose outcomes count; None is no limit.
        only: Ids of the calls that are wanted; None is all.
        prompts: Whether what was asked is wanted.

    Raises:
        StoreError: A text is missing or damaged.
    """
    if only is not None and not only:
        return {}
    found: dict[str, _Found] = {}
    rows = connection.execute(_CALLS, (row.id, epoch))
    for seat, turn, sample, ask, digest, numbers, state, text, more, *columns in rows:
        name = call_id(CallKey(row.stream, seat, turn, sample, ask), digest.hex())
        if only is not None and name not in only:
            continue
        if name not in found or found[name].state != "done" or state == "done":
            found[name] = _Found(unpacked(numbers) if prompts else [], state, text, more, columns)
    texts = bodies(connection, {number for call in found.values() for number in _parts(call)})
    return {name: _exchange(call, texts) for name, call in found.items()}


def _parts(call: _Found) -> Iterator[int]:
    yield from (number for number in call.messages if number >= len(ROLES))
    yield from (number for number in (call.text, call.more) if number is not None)


def _exchange(call: _Found, texts: Mapping[int, str]) -> Exchange:
    sent = messages(number if number < len(ROLES) else texts[number] for number in call.messages)
    if call.state is None:
        return Exchange(sent, None)
    said = "" if call.text is None else texts[call.text]
    more = None if call.more is None else texts[call.more]
    return Exchange(sent, completion_of([*call.columns, more], said))
