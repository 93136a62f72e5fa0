"""Replies of a store found by what was asked alone, whichever run asked it."""

from dataclasses import replace
from pathlib import Path

from moot.agents.records import FREE, Completion
from moot.runs.journal.encoding import completion_of
from moot.runs.journal.hashing import call_id
from moot.runs.journal.parts import opened
from moot.runs.journal.records import CallKey
from moot.runs.journal.schema import connect_reader, told

_REPLY = """
SELECT debate.stream, call.seat, call.turn, call.sample, call.ask, part.body, more.body,
    outcome.kind, outcome.prompt_tokens, outcome.completion_tokens, outcome.cost_nano_usd, outcome.estimated,
    outcome.simulated, outcome.latency_us, outcome.finish
FROM call JOIN debate ON debate.id = call.debate
JOIN outcome ON outcome.call = call.id AND outcome.state = 'done'
LEFT JOIN part ON part.id = outcome.text
LEFT JOIN part AS more ON more.id = outcome.more
WHERE call.hash = ? ORDER BY call.id LIMIT 1
"""


class Replies:
    """What a store's calls were answered. The hash of a request holds its seed, and the seed follows from the
    debate's seed, question and trial and from the seat, its turn and its ask: no two calls of one debate, and none
    of two trials, have one hash, so one reply is never taken for two samples.

    Args:
        path: Of a store, which may be written meanwhile; quick once `Store.index_replies` was called.

    Raises:
        StoreError: There is no store there, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect_reader(path)

    def find(self, request_hash: str) -> Completion | None:
        """The first reply there is to such a request, as one that uses nothing; None where there is none."""
        with told(self._path):
            row = self._connection.execute(_REPLY, (bytes.fromhex(request_hash),)).get
        if row is None:
            return None
        stream, seat, turn, sample, ask, body, more, *cells = row
        given = completion_of([*cells, None if more is None else opened(more)], "" if body is None else opened(body))
        source = given.source or call_id(CallKey(stream, seat, turn, sample, ask), request_hash)
        return replace(given, usage=FREE, requests=0, latency_s=0.0, source=source)

    def close(self) -> None:
        """Close the store."""
        self._connection.close()
