"""Stored debates decided and stopped by other rules, without a call: what each would have come to, and have cost.

A debate is held again from its record under every rule, as it would have gone on then: a stop rule
ends it where it would have ended it, and a judge's verdict stands where exactly that call is on
record. What would need a call or a round that is not on record is not told, and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import anyio.to_thread

from moot.protocols.decide import Decision, Hearing, decision
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing
from moot.protocols.stop import Stop
from moot.protocols.stop import rule as stopping
from moot.runs.again.record_door import RecordDoor
from moot.runs.again.recorded import Recorded, Shelf, asked
from moot.runs.again.redecided import Ended, Redecided, Sum
from moot.runs.again.replaying import held_again
from moot.runs.result import Result

_UNSURE = "debaters were not asked how sure they are"
_NO_JUDGE = "it asks a judge, and none was seated"


async def redecided(shelf: Shelf, decides: Sequence[Decision | None], stops: Sequence[Stop | None]) -> Redecided:
    """Every debate of a run that has ended, under every decision with every stop rule.

    Args:
        shelf: Of the run; its forks are left out.
        decides: None is the decision by which they were decided.
        stops: None is the stop rule with which they were held.

    Raises:
        StoreError: The record is damaged.
        UsageError: What the debates were held with names something that is not known here.
    """
    sums = {(at, to): Sum() for at in range(len(decides)) for to in range(len(stops))}
    debates = skipped = 0
    for row in shelf.rows():
        if row.parent is None and row.status is None:
            skipped += 1
        elif row.parent is None:
            debates += 1
            record = await anyio.to_thread.run_sync(shelf.read, row.id)
            for to, stop in enumerate(stops):
                for at, ended in enumerate(await _under(record, decides, stop)):
                    sums[at, to].add(ended)
    rows = tuple(total.row(_named(decides[at]), _named(stops[to])) for (at, to), total in sums.items())
    simulated = any(total.simulated for total in sums.values())
    return Redecided(shelf.run, debates, skipped, simulated, rows)


def decisions_of(given: Any) -> list[Decision | None]:
    """The decisions that were asked for, one or a list of them; None is the recorded one."""
    return [None if one is None else decision(one) for one in _listed(given)]


def stops_of(given: Any) -> list[Stop | None]:
    """The stop rules that were asked for, one or a list of them; None is the recorded one."""
    return [None if one is None else stopping(one) for one in _listed(given)]


def _listed(given: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", given) if isinstance(given, list | tuple) else [given]


class _Counted(Decision):
    """Counts by many rules at once; those that would ask somebody are left."""

    name, parameters = "counted", {}

    def __init__(self, rules: Mapping[int, Decision]) -> None:
        self.rules = rules
        self.outcomes: dict[int, Outcome | None] = {}

    async def decide(self, hearing: Hearing) -> Outcome:
        """Count."""
        standing = await hearing.standing()
        self.outcomes = {at: rule.tally(standing) for at, rule in self.rules.items()}
        return Outcome()

    def tally(self, standing: Standing) -> Outcome | None:
        """Nothing of its own."""
        return Outcome()


async def _under(record: Recorded, decides: Sequence[Decision | None], stop: Stop | None) -> list[Ended]:
    """What the debate comes to under a stop rule by each decision."""
    refused = "" if stop is None else _no_stop(record, stop)
    why_not = [refused or ("" if rule is None else _no_decision(record, rule)) for rule in decides]
    counted = _Counted({at: rule for at, rule in enumerate(decides) if rule is not None and not why_not[at]})
    # Where a function or a model compares answers, which it compares depends on the answer there is.
    plain = record.debate.same is None and record.debate.comparer is None
    held = await _held(record, counted, stop) if counted.rules and plain else None
    if isinstance(held, str):  # so the rounds themselves are not on record, whatever decides
        return [why or held for why in why_not]
    ended: list[Ended] = []
    for at, rule in enumerate(decides):
        outcome = counted.outcomes.get(at)
        if why_not[at]:
            ended.append(why_not[at])
        elif held is not None and outcome is not None:
            ended.append(held.model_copy(update={"outcome": outcome}))
        elif rule is not None and rule.asks and at in counted.outcomes and not record.debate.judges:
            ended.append(_NO_JUDGE)
        else:
            ended.append(await _held(record, rule, stop))
    return ended


async def _held(record: Recorded, rule: Decision | None, stop: Stop | None) -> Ended:
    setting = record.setting
    setting = replace(setting, decide=rule or setting.decide, stop=stop or setting.stop)
    held, door = await held_again(record, setting)
    if door.noted:
        return _missing(held, door)
    if held.capped and not held.stopped_by.startswith("budget: ") and (rule or stop):
        return "what is asked after the rounds was not recorded"
    return held


def _missing(held: Result, door: RecordDoor) -> str:
    """What of the first call that is not on record is missing."""
    place = next(iter(door.noted))
    turn = dict(asked("", held.turns)).get(place)
    if turn is None or turn.round is None:
        return f"a call of {place[0]} was not recorded"
    return f"round {turn.round} was not recorded"


def _no_stop(record: Recorded, stop: Stop) -> str:
    """Why the stop rule cannot be asked of the record; empty where it can."""
    names = {getattr(leaf, "name", "") for leaf in stop.leaves}
    if "minutes" in names:
        return "when a round was over was not recorded"
    if "usd" in names and record.result.usage.cost_usd is None:
        return "what a round cost is unknown"
    if stop.asks and not record.debate.judges:
        return _NO_JUDGE
    return "" if stop.sources <= record.setting.sources else _UNSURE


def _no_decision(record: Recorded, rule: Decision) -> str:
    """Why the decision cannot be asked of the record; empty where it can."""
    card = record.debate.protocol.card
    if card.decides:
        return f"protocol {card.name!r} decides in its own way"
    return "" if rule.sources <= record.setting.sources else _UNSURE


def _named(rule: Decision | Stop | None) -> str:
    return "as recorded" if rule is None else str(rule.spec())
