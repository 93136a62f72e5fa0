"""Caps, followed through a store in the order of its commits: what is spent and held never exceeds them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moot.errors import StoreError
from moot.runs.journal.naming import call_named
from moot.runs.journal.parts import opened
from moot.runs.journal.sql import Database

Caps = Mapping[str, Any]
"""`usd`, `calls` and `tokens`, where there are any."""

_EPOCHS = """
SELECT run.id, run.name, epoch.id, part.body, epoch.writer FROM run JOIN epoch ON epoch.run = run.id
JOIN part ON part.id = epoch.spec ORDER BY epoch.id
"""
# What an attempt cost is known where a model answered or a price was told; else it counts as what was reserved. At
# the same moment what came back goes first, as it does at the purse. An outcome stands with its attempt's epoch: one
# that a later writer put down as in doubt changes nothing.
_EVENTS = """
WITH of_run AS (
    SELECT debate.id AS debate, debate.name, call.id AS call, attempt.number, epoch, reserved_nano_usd, sent_ms
    FROM debate JOIN call ON call.debate = debate.id JOIN attempt ON attempt.call = call.id WHERE debate.run = ?1
)
SELECT iif(?2, debate, 0) AS scope, name, epoch, sent_ms AS at, 1 AS sends, call, number, reserved_nano_usd, 0
FROM of_run
UNION ALL
SELECT iif(?2, debate, 0), name, epoch, settled_ms, 0, call, number,
    iif(state = 'done' OR (cost_nano_usd IS NOT NULL AND NOT estimated), coalesce(cost_nano_usd, 0), reserved_nano_usd)
        - reserved_nano_usd,
    prompt_tokens + completion_tokens
FROM of_run JOIN outcome USING (call, number)
ORDER BY scope, epoch, at, sends
"""


@dataclass
class _Used:
    """What is spent and held so far."""

    calls: int = 0
    tokens: int = 0
    nano_usd: int = 0

    def above(self, caps: Caps) -> str:
        """Which cap it exceeds; empty if none."""
        usd, calls, tokens = caps.get("usd"), caps.get("calls"), caps.get("tokens")
        if usd is not None and self.nano_usd > usd * 1_000_000_000:
            return f"{self.nano_usd} nano-dollars were spent or reserved, above a cap of {usd} USD"
        if calls is not None and self.calls > calls:
            return f"{self.calls} calls were made, above a cap of {calls}"
        if tokens is not None and self.tokens > tokens:
            return f"{self.tokens} tokens were used, above a cap of {tokens}"
        return ""


def caps(connection: Database) -> Iterator[str]:
    """Where a cap on a debate or on a whole run was exceeded."""
    of_debates: dict[int, dict[int, Caps]] = {}
    of_runs: dict[int, dict[int, Caps]] = {}
    names: dict[int, str] = {}
    for run, name, epoch, spec, writer in connection.execute(_EPOCHS):
        names[run] = name
        try:
            of_debates.setdefault(run, {})[epoch] = json.loads(opened(spec)).get("budget") or {}
            of_runs.setdefault(run, {})[epoch] = json.loads(writer).get("terms", {}).get("budget") or {}
        except (StoreError, ValueError, AttributeError):
            yield f"the caps of epoch {epoch} of run {name!r} cannot be read"
    for run, name in names.items():
        if any(of_runs[run].values()):
            yield from _exceeded(connection, run, of_runs[run], f"run {name!r}")
        if any(of_debates[run].values()):
            yield from _exceeded(connection, run, of_debates[run], None)


def _exceeded(connection: Database, run: int, caps: Mapping[int, Caps], whole: str | None) -> Iterator[str]:
    """The first moment at which a cap is exceeded, of the whole run or of each debate."""
    scope, used, told = None, _Used(), False
    for here, debate, epoch, _, sends, call, number, nano_usd, tokens in connection.execute(
        _EVENTS, (run, whole is None)
    ):
        if here != scope:
            scope, used, told = here, _Used(), False
        used.calls += sends
        used.tokens += tokens
        used.nano_usd += nano_usd
        words = "" if told else used.above(caps.get(epoch, {}))
        if words:
            told = True
            yield f"{words} on {whole or f'debate {debate!r}'}, by attempt {number} at {call_named(connection, call)}"
