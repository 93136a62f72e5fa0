"""A fork: a debate that goes on with the beginning of another, and is changed from there on."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import anyio.to_thread
from pydantic import JsonValue

from moot.errors import SpecError
from moot.protocols.floor.setting import Kept
from moot.runs.again.changing import check_seated
from moot.runs.again.recorded import Recorded, Shelf, beginning
from moot.runs.holding import Listener, begun, held
from moot.runs.holding import cast as hosted
from moot.runs.journal import DebateRow, Journal
from moot.runs.journal.specs import plain
from moot.runs.purse import Purse
from moot.runs.result import Fork, Result
from moot.runs.runtime import Runtime
from moot.runs.spec import Spec


async def forked(
    shelf: Shelf,
    journal: Journal,
    debate_id: str,
    *,
    after_round: int,
    change: Callable[[Spec], Spec],
    runtime: Runtime,
    listen: Listener | None = None,
) -> Result:
    """Hold a fork of a debate, or go on with it, in the run of that debate.

    Args:
        shelf: Of the run.
        journal: In which it is.
        debate_id: The debate it goes on with.
        after_round: The last round that is kept; -1 is the last there is.
        change: Makes of what that debate was held with what the fork is held with.
        runtime: Where LLMs live.
        listen: Told of every event.

    Raises:
        StoreError: There is no such debate, or it has not ended.
        UsageError: There is no such round, or the change does not go with what is kept.
    """
    parent = await anyio.to_thread.run_sync(partial(shelf.read, debate_id))
    rounds = parent.result.rounds
    last = after_round + rounds if after_round < 0 else after_round
    if not 0 <= last < rounds:
        raise SpecError(f"after_round={after_round}: debate {debate_id!r} has rounds 0 to {rounds - 1}")
    debate = change(parent.debate)
    stops = _stops(parent, last)
    check_kept(parent.debate, debate, last, judged=any(stop is not None for stop in stops))
    debate.check_keys()
    runtime.prepare()
    fork = Fork(parent=debate_id, after_round=last, spec=plain(debate.spec()), stops=stops)
    row = _row(parent.row, fork)
    await journal.begin_run(row.run, journal.run(row.run).spec)
    voices = await hosted(debate, runtime)
    paying = Purse(debate.budget, await begun(debate, row, voices, journal))
    kept = _cached(beginning(parent.result, fork))
    return await held(debate, row, voices, journal, paying, listen=listen, fork=fork, kept=kept)


def check_kept(before: Spec, after: Spec, last: int, *, judged: bool) -> None:
    """Let pass a change that goes with rounds that were held already.

    Args:
        before: What they were held with.
        after: What the fork is to be held with.
        last: The last of those rounds.
        judged: Whether a judge was asked after one of them.

    Raises:
        UsageError: It does not; the sentence says why.
    """
    kept = f"rounds 0 to {last} are kept"
    if before.seed != after.seed:
        raise SpecError(f"{kept} with what was drawn by seed={before.seed}, so the seed cannot change")
    if _but_rounds(before) != _but_rounds(after):
        raise SpecError(f"{kept}, so the protocol itself, {before.protocol.card.name!r}, cannot change")
    if after.protocol.rounds is not None and after.protocol.rounds <= last:
        raise SpecError(f"{kept}, so rounds={after.protocol.rounds} is too few")
    check_seated([seat.name for seat in before.debaters], [seat.name for seat in after.debaters])
    if judged and not after.judges:
        raise SpecError(f"{kept}, and a judge was asked after them: give judge=")


def _but_rounds(debate: Spec) -> dict[str, Any]:
    return {key: value for key, value in debate.spec()["protocol"].items() if key != "rounds"}


def _stops(parent: Recorded, last: int) -> tuple[JsonValue, ...]:
    """What was asked after each round before the last kept one; only rules that asked a judge have left turns."""
    stop = parent.debate.stop
    own = None if stop is None or not stop.asks else stop.spec()
    fork = parent.result.fork
    return ((*(() if fork is None else fork.stops), *[own] * last))[:last]


def _row(parent: DebateRow, fork: Fork) -> DebateRow:
    text = json.dumps(fork.model_dump(mode="json"), sort_keys=True)
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    return parent.model_copy(update={"id": f"{parent.id}~{digest}", "parent": parent.id, "status": None})


def _cached(kept: Kept) -> Kept:
    """What is kept was paid for once, in the debate that it comes from."""
    turns = {
        id: replace(turn, usage=replace(turn.usage, cached_calls=turn.usage.calls)) for id, turn in kept.turns.items()
    }
    return replace(kept, turns=turns)
