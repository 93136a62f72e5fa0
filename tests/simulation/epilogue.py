"""What must be true of every world when all is over; each check names what is not."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.simulation.clock import Clock
from tests.simulation.world import Story

from moot import Event
from moot.protocols.events import DebateEnded, TurnEnded
from moot.protocols.transcript import Turn
from moot.runs.again.recorded import Shelf
from moot.runs.again.replaying import replayed
from moot.runs.journal import AttemptRow
from moot.runs.verifying import verify

KEPT = {"ok", "copied", "skipped"}


def violations(story: Story) -> list[str]:
    """Whatever is not as it must be."""
    return [f"{check.__name__[1:]}: {words}" for check in CHECKS for words in check(story)]


def _caps(story: Story) -> Iterator[str]:
    """Spent and reserved were never above a cap."""
    yield from story.exceeded[:3]


def _settled(story: Story) -> Iterator[str]:
    """Every attempt has an outcome, and nothing follows an answer."""
    for row in story.records.debates("r"):
        calls: dict[str, list[AttemptRow]] = {}
        for one in story.attempts(row.id):
            calls.setdefault(one.call_id, []).append(one)
        for name, attempts in calls.items():
            states = [one.state for one in attempts]
            if "sent" in states:
                yield f"call {name} of {row.id} was left unsettled"
            if "done" in states[:-1]:
                yield f"call {name} of {row.id} was answered and made again: {states}"


def _witnessed(story: Story) -> Iterator[str]:
    """The journal tells of as many attempts as models saw, and of none after its debate was over."""
    seen = Counter(one.key for one in story.weather.log)
    told = Counter[str]()
    for row in story.records.debates("r"):
        told.update(one.call_id for one in story.attempts(row.id))
    yield from (f"models saw call {key} {n} times, the record {told[key]}" for key, n in seen.items() if n > told[key])
    yield from ["models were at work when a sitting was over"] * bool(story.tasks_left)
    ends = [0.0, *(end for over in story.over_at for end in (over, over + 10_000.0))]
    for one in story.weather.log:
        if any(over < one.began < then for over, then in zip(ends[1::2], ends[2::2], strict=True)):
            yield f"call {one.key} was sent at {one.began:.1f} s, when all was over"


def _turns(story: Story) -> Iterator[str]:
    """A seat speaks once in a wave and a debater once in a round of waves; a call belongs to one turn."""
    for id, result in story.results().items():
        for turn, times in Counter((turn.wave, turn.seat) for turn in result.turns).items():
            if times > 1:
                yield f"{id} has {times} records of {turn}"
        named = Counter(call for turn in every(result.turns) if turn.status != "copied" for call in turn.calls)
        yield from (f"{id} names call {call} {times} times" for call, times in named.items() if times > 1)
        known = {one.call_id for one in story.attempts(id)}
        yield from (f"{id} names call {call}, which is not on record" for call in named if call not in known)


def _totals(story: Story) -> Iterator[str]:
    """Totals are the sum over the ledger, and a result counts what its calls used."""
    rows = [one for row in story.records.debates("r") for one in story.attempts(row.id)]
    totals = story.records.totals("r")
    if (totals.attempts, totals.prompt_tokens + totals.completion_tokens) != (len(rows), _tokens(rows)):
        yield f"{totals} are not the sum of {len(rows)} attempts"
    if totals.cost_nano_usd not in {None, sum(one.usage.cost_nano_usd or 0 for one in rows)}:
        yield f"{totals} cost something else than the attempts"
    for id, result in story.results().items():
        costs = [one.usage.cost_nano_usd for one in story.attempts(id)]
        told, spent = result.usage.cost_nano_usd, sum(cost or 0 for cost in costs)
        if told is None and None not in costs:
            yield f"{id} says that its cost is not known, and it is"
        # earlier sittings that were cancelled paid for attempts that the last one does not tell of
        if told is not None and (told > spent if story.plot.cancelled_s else told != spent):
            yield f"{id} says that it cost {told}, its attempts cost {spent}"


CUT = ("budget: ", "quorum: ", "cut short after its rounds: ")


def _statuses(story: Story) -> Iterator[str]:
    """A status says neither more nor less than its turns."""
    rows = {row.id: row.status for row in story.records.debates("r")}
    for id, result in story.results().items():
        lost = any(turn.status not in KEPT for turn in result.turns)
        cut = any(words.startswith(CUT) for words in (result.stopped_by, *result.notes))
        if rows[id] != result.status:
            yield f"{id} is on record as {rows[id]}, its result says {result.status}"
        if result.status == "decided" and (lost or cut or result.answer is None):
            yield f"{id} is called decided, and lost something: {result.stopped_by}"
        if result.status == "degraded" and (result.answer is None or not (lost or cut)):
            yield f"{id} is called degraded, and lost nothing or has no answer"
        if result.status in {"undecided", "failed"} and result.answer is not None:
            yield f"{id} is called {result.status}, and has an answer"
        if result.status == "undecided" and result.stopped_by.startswith("quorum: "):
            yield f"{id} lost its quorum and is called undecided"
    held = {question.id for question in story.plot.questions}
    unheld = len(held) - sum(status is not None for status in rows.values())
    if unheld and story.plot.budget is None:
        yield f"{unheld} debates were never held to their end, under no cap"


def _told(story: Story) -> Iterator[str]:
    """Events come in order, every turn of the result is told once, and nothing after the end."""
    by_debate: dict[str, list[Event]] = {}
    for event in story.last:
        by_debate.setdefault(event.debate_id, []).append(event)
    results = story.results()
    for id, events in by_debate.items():
        times = [event.at_s for event in events]
        if times != sorted(times):
            yield f"events of {id} are not in order"
        ends = [place for place, event in enumerate(events) if isinstance(event, DebateEnded)]
        if ends != [len(events) - 1]:
            yield f"{id} ended at events {ends} of {len(events)}"
        told = Counter(event.turn.id for event in events if isinstance(event, TurnEnded))
        yield from (f"turn {turn} of {id} was told {times} times" for turn, times in told.items() if times > 1)
        missing = {turn.id for turn in results[id].turns} - told.keys() if id in results else set[str]()
        yield from (f"turn {turn} of {id} was never told" for turn in missing)


def _replayed(story: Story) -> Iterator[str]:
    """Held again from the record alone, every debate is the same."""
    replay = Clock().run(partial(replayed, Shelf(story.records, "r", story.batch)), story.plot.seed)
    yield from (str(drift) for drift in replay.drifts[:3])


def _stored(story: Story) -> Iterator[str]:
    """A store in a file stands up to `moot verify`."""
    if story.path is not None:
        yield from (str(violation) for violation in verify(story.path).violations[:3])


CHECKS: Sequence[Callable[[Story], Iterator[str]]] = (
    _caps, _settled, _witnessed, _turns, _totals, _statuses, _told, _replayed, _stored,
)  # fmt: skip


def every(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Turns and those of debates in seats, which alone name calls there."""
    for turn in turns:
        yield turn
        yield from every(turn.inner)


def _tokens(rows: Sequence[AttemptRow]) -> int:
    return sum(one.usage.prompt_tokens + one.usage.completion_tokens for one in rows)
