"""One debate from its first call to its result."""

from collections.abc import Callable, Iterable, Set
from dataclasses import replace

import anyio

from moot.protocols.decide import plurality
from moot.protocols.events import DebateEnded, DebateStarted, Event
from moot.protocols.floor.door import CapReached, Door, Halt, QuorumLost
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.seats import COMPARER
from moot.protocols.floor.setting import Setting
from moot.protocols.outcome import Fallback, Outcome
from moot.protocols.question import Question
from moot.protocols.transcript import KEPT, Transcript
from moot.runs.result import Result, Status, first_vote
from moot.runs.spec import Spec
from moot.runs.underway import CalledOff, Reins


def unheard(event: Event) -> None:
    """Where nobody watches: what is rehearsed, or is told with the outer turn of a debate in a seat."""


async def conduct(
    debate: Spec,
    question: Question,
    debate_id: str,
    door: Door,
    *,
    emit: Callable[[Event], None] = unheard,
    trial: int = 0,
    within: bool = False,
    setting: Setting | None = None,
    reins: Reins | None = None,
) -> Result:
    """Hold the debate and say what it came to.

    Args:
        debate: What is held.
        question: What is debated.
        debate_id: Names the debate.
        door: The one door to the world.
        emit: Told of every event.
        trial: Which of several debates over the question it is.
        within: Whether it sits in a seat of another; then nobody asks whether its answer is right.
        setting: What it is held with, where that is not all the debate's own.
        reins: By which a person may end it.
    """
    setting = replace(setting or debate.setting(question, debate_id), trial=trial)
    started = anyio.current_time()
    halt: Halt | None = None
    outcome = Outcome()
    group = anyio.create_task_group()
    floor = Floor(setting, door, emit, group)
    watch = anyio.CancelScope()

    async def called_off(reins: Reins) -> None:
        nonlocal halt
        with watch:
            halt = await reins.stopped()
            floor.stop(halt.words)
            group.cancel_scope.cancel()

    async with group:
        if reins is not None:
            group.start_soon(called_off, reins)
        emit(_started(debate, question, debate_id))
        try:
            outcome = await debate.protocol.run(floor)
        except Halt as raised:
            halt = raised
            floor.stop(raised.words)
            group.cancel_scope.cancel()
        watch.cancel()
    if isinstance(halt, CalledOff):
        floor.cease()
    transcript = await _kept(floor, halt)
    if isinstance(halt, CapReached | CalledOff) and transcript.rounds:
        outcome = await _salvaged(floor)
    outcome = _completed(outcome, transcript)
    compared = None if within else await _compared(debate, floor, [outcome.answer, first_vote(transcript)])
    transcript = await _kept(floor, halt)  # with the comparisons
    result = Result(
        debate_id=debate_id,
        question=question,
        protocol=str(debate.protocol.spec()),
        topology=debate.topology.name,
        seats=tuple(seat.name for seat in debate.debaters),
        status=_status(outcome, transcript, halt, {seat.name for seat in setting.judges}),
        outcome=outcome,
        stopped_by=floor.stopped_by,
        turns=transcript.turns,
        usage=replace(floor.usage, wall_s=anyio.current_time() - started),
        simulated=any(turn.simulated for turn in transcript),
        seed=debate.seed,
        trial=trial,
        compared=compared,
        capped=isinstance(halt, CapReached),
        notes=(*debate.notes, *floor.notes, *_afterwards(halt, floor.stopped_by)),
    )
    emit(DebateEnded(debate_id=debate_id, at_s=floor.at_s, status=result.status, outcome=outcome))
    return result


def _started(debate: Spec, question: Question, debate_id: str) -> DebateStarted:
    return DebateStarted(
        debate_id=debate_id,
        at_s=0.0,
        question=question,
        seats=tuple(seat.name for seat in debate.debaters),
        models=tuple(seat.agent.model for seat in debate.debaters),
        protocol=str(debate.protocol.spec()),
        topology=debate.topology.name,
    )


async def _kept(floor: Floor, halt: Halt | None) -> Transcript:
    """What was said; where a free pace ran ahead of a lost quorum, only up to the round that lost it."""
    transcript = await floor.said()
    if not isinstance(halt, QuorumLost):
        return transcript
    last = max(turn.wave for turn in transcript.round(halt.round))
    return Transcript(turn for turn in transcript if turn.wave <= last or turn.role == COMPARER)


async def _salvaged(floor: Floor) -> Outcome:
    """The plurality of the last whole round, where a cap or a person ended the debate before its own decision."""
    return await plurality().decide(floor)


async def _compared(debate: Spec, floor: Floor, answers: Iterable[str | None]) -> dict[str, bool] | None:
    """Whether those answers are the right one by `same=`, where that is given and a right one is known."""
    gold = floor.question.gold
    if gold is None or (debate.same is None and debate.comparer is None):
        return None
    found = {answer: await floor.same(answer, gold) for answer in dict.fromkeys(answers) if answer is not None}
    return {answer: right for answer, right in found.items() if right is not None}


def _completed(outcome: Outcome, transcript: Transcript) -> Outcome:
    """The outcome with its dissenters, or with a labelled fallback where it has no answer."""
    if outcome.answer is None:
        first = first_vote(transcript)
        return (
            outcome
            if first is None
            else outcome.model_copy(update={"fallback": Fallback(answer=first, label="first vote")})
        )
    dissent = tuple(t.seat for t in transcript.round(-1) if t.vote is not None and t.vote != outcome.answer)
    return outcome.model_copy(update={"dissent": dissent})


def _afterwards(halt: Halt | None, stopped_by: str) -> tuple[str, ...]:
    """What cut a debate short whose rounds had ended by themselves: its ballots, say, or its summary."""
    return () if halt is None or halt.words == stopped_by else (f"cut short after its rounds: {halt.words}",)


def _status(outcome: Outcome, transcript: Transcript, halt: Halt | None, judges: Set[str]) -> Status:
    judged = {turn.seat: turn.status for turn in transcript if turn.seat in judges}  # the last of each
    judge_lost = outcome.answer is None and set(judged.values()) == {"failed"}
    if isinstance(halt, QuorumLost) or not transcript.turns or judge_lost:
        return "failed"
    if outcome.answer is None:
        return "undecided"
    lost = halt is not None or any(turn.status not in KEPT for turn in transcript)
    return "degraded" if lost else "decided"
