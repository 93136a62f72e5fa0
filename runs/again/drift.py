"""Where a debate that was held again first differs from its record, in the order of the transcript."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moot.errors import DriftError, shown
from moot.protocols.transcript import Turn
from moot.runs.again.prompt_diff import prompt_diff
from moot.runs.again.recorded import Place
from moot.runs.nesting import SLASH
from moot.runs.result import Result, unmeasured

_MEASURED = frozenset({"usage", "notes", "debate_id", "turns", "fork", "capped"})


def drift(recorded: Result, held: Result, noted: Mapping[Place, str]) -> DriftError | None:
    """The first difference, or None.

    Args:
        recorded: As it is on record.
        held: As it was held again.
        noted: Where something else was asked than is on record, and what differs.
    """
    for place, before, now in _side_by_side(recorded, held):
        turn = now or before
        number = None if turn is None else turn.round
        within = f"{place[0]}{SLASH}{place[1]}."
        for noted_at, words in noted.items():
            if noted_at == place or noted_at[0].startswith(within):
                return DriftError(recorded.debate_id, *noted_at, number, words)
        if words := _difference(before, now):
            return DriftError(recorded.debate_id, *place, number, words)
    if recorded.digest == held.digest:
        return None
    return DriftError(recorded.debate_id, None, None, None, _outcome(recorded, held))


def _side_by_side(recorded: Result, held: Result) -> Iterator[tuple[Place, Turn | None, Turn | None]]:
    """The turns of both in the order of the transcript, and how many turns each one's seat had had before."""
    before, now = ({turn.id: turn for turn in result.turns} for result in (recorded, held))
    order = {seat: index for index, seat in enumerate(recorded.seats)}
    ids = sorted({**before, **now}.values(), key=lambda turn: (turn.wave, order.get(turn.seat, len(order))))
    counts = Counter[str]()
    for turn in ids:
        yield (turn.seat, counts[turn.seat]), before.get(turn.id), now.get(turn.id)
        counts[turn.seat] += turn.status not in {"copied", "skipped"}


def _difference(before: Turn | None, now: Turn | None) -> str:
    """What differs in a turn; empty where nothing does."""
    if before is None or now is None:
        return "the record holds no such turn" if before is None else "this turn of the record is not taken"
    if before.prompt != now.prompt:
        return f"its prompt is another one than on record\n{prompt_diff(before.prompt, now.prompt)}"
    one, other = unmeasured(before), unmeasured(now)
    return "" if one == other else _first(one, other)


def _outcome(recorded: Result, held: Result) -> str:
    plain = [result.model_dump(mode="json", exclude=set(_MEASURED)) for result in (recorded, held)]
    return "all turns are equal, but " + _first(*_spread(plain))


def _spread(plain: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each with the parts of its outcome beside the rest."""
    for one in plain:
        yield {**{key: value for key, value in one.items() if key != "outcome"}, **one["outcome"]}


def _first(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    for name in before:
        if before[name] != now.get(name):
            return f"its {name} was {shown(before[name])}, and is {shown(now.get(name))}"
    return "what it used differs"
