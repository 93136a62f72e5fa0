"""Results and turns as the documents a page is told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from moot.protocols.events import Event, Judged, TurnEnded
from moot.protocols.floor.seats import JUDGE
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Turn
from moot.runs.journal import DebateRow
from moot.runs.result import Result
from moot.runs.viewer.documents import (
    DebateDocument,
    DebateLine,
    EventDocument,
    FailureDocument,
    InspectedTurn,
    QuestionDocument,
    QuestionLine,
    TurnDocument,
    UsageDocument,
)
from moot.runs.viewer.influence import influence


def debate_line(row: DebateRow, result: Result | None) -> DebateLine:
    """A debate as one line of a list; `open` where it has no result."""
    question = Question.model_validate(row.question)
    return {
        "id": row.id,
        "question": question_line(question),
        "trial": row.trial,
        "status": "open" if result is None else result.status,
        "answer": None if result is None else result.answer,
        "gold": question.gold,
        "correct": None if result is None else result.correct,
        "flips": 0 if result is None else len(result.flips),
        "rounds": 0 if result is None else result.rounds,
        "seats": 0 if result is None else len(result.seats),
        "calls": 0 if result is None else result.usage.calls,
        "cost_usd": 0.0 if result is None else result.usage.cost_usd,
        "parent": row.parent,
    }


def debate_document(result: Result, *, run: str = "", budget: dict[str, float] | None = None) -> DebateDocument:
    """A debate that has ended, in full.

    Args:
        result: Its result; prompts may be missing.
        run: The run it is of.
        budget: Its caps.
    """
    outcome, models = result.outcome, _models(result.turns)
    return {
        "id": result.debate_id,
        "run": run,
        "parent": None if result.fork is None else result.fork.parent,
        "trial": result.trial,
        "question": question_document(result.question),
        "protocol": result.protocol,
        "topology": result.topology,
        "seats": [{"name": seat, "model": models.get(seat, "")} for seat in result.seats],
        "judge": models.get(JUDGE),
        "status": result.status,
        "answer": result.answer,
        "rule": outcome.rule,
        "support": dict(outcome.support),
        "ties": list(outcome.ties),
        "dissent": list(outcome.dissent),
        "rationale": outcome.rationale,
        "fallback": None
        if outcome.fallback is None
        else {"label": outcome.fallback.label, "answer": outcome.fallback.answer},
        "stopped_by": result.stopped_by,
        "capped": result.capped,
        "rounds": result.rounds,
        "first_vote": result.first_vote,
        "correct": result.correct,
        "right": _right(result),
        "flips": [
            {"agent": flip.agent, "round": flip.round, "before": flip.before, "after": flip.after}
            for flip in result.flips
        ],
        "simulated": result.simulated,
        "seed": result.seed,
        "notes": list(result.notes),
        "usage": usage_document(result),
        "budget": budget,
        "influence": influence(result),
        "turns": [turn_document(turn) for turn in result.turns],
    }


def _right(result: Result) -> dict[str, bool]:
    """Of every answer that was given whether it is the right one, as the debate compares them; known ones only."""
    given = {result.answer, result.first_vote, *(turn.vote for turn in result.turns)} - {None}
    judged = {answer: result.right(answer) for answer in sorted(filter(None, given))}
    return {answer: right for answer, right in judged.items() if right is not None}


def begun_document(
    id: str,
    question: Question,
    seats: Sequence[tuple[str, str]],
    *,
    protocol: str,
    topology: str,
    run: str = "",
    trial: int = 0,
    parent: str | None = None,
    budget: dict[str, float] | None = None,
    turns: Sequence[Turn] = (),
    stopped_by: str = "",
) -> DebateDocument:
    """A debate that has not ended.

    Args:
        id: Names it.
        question: What is debated.
        seats: Name and model of each debater.
        protocol: As it is spelled.
        topology: Its name.
        run: The run it is of.
        trial: Which of several over the question it is.
        parent: The debate it goes on with.
        budget: Its caps.
        turns: What was said so far.
        stopped_by: Why it is about to end.
    """
    so_far = Result(
        debate_id=id,
        question=question,
        protocol=protocol,
        topology=topology,
        seats=tuple(name for name, _ in seats),
        status="undecided",
        outcome=Outcome(),
        stopped_by=stopped_by,
        turns=tuple(turns),
        usage=sum((turn.usage for turn in turns), Tally()),
        simulated=any(turn.simulated for turn in turns),
        seed=0,
        trial=trial,
    )
    told = debate_document(so_far, run=run, budget=budget)
    return {
        **told,
        "parent": parent,
        "seats": [{"name": name, "model": model} for name, model in seats],
        "status": "open",
        "correct": None,
        "right": {},
    }


def _models(turns: Iterable[Turn]) -> dict[str, str]:
    """For each seat that spoke the model that answered most of its turns: its own, unless that mostly failed."""
    counted = defaultdict[str, Counter[str]](Counter)
    for turn in turns:
        counted[turn.seat][turn.model] += 1
    return {seat: models.most_common(1)[0][0] for seat, models in counted.items()}


def question_line(question: Question) -> QuestionLine:
    """A question by its words."""
    return {"id": question.id, "text": question.text, "kind": question.kind}


def question_document(question: Question) -> QuestionDocument:
    """A question with what may be chosen and what is right."""
    options = None if question.options is None else list(question.options)
    return {**question_line(question), "options": options, "gold": question.gold}


def usage_document(result: Result) -> UsageDocument:
    """What a debate used."""
    usage = result.usage
    return {
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_calls": usage.cached_calls,
        "cost_usd": usage.cost_usd,
        "wall_s": round(usage.wall_s, 3),
    }


def turn_document(turn: Turn) -> TurnDocument:
    """A turn without its prompt."""
    return {
        "id": turn.id,
        "wave": turn.wave,
        "round": turn.round,
        "seat": turn.seat,
        "role": turn.role,
        "heard": list(turn.heard),
        "text": turn.text,
        "answer": turn.answer,
        "vote": turn.vote,
        "confidence": turn.confidence,
        "status": turn.status,
        "reason": turn.reason,
        "stance": turn.stance,
        "model": turn.model,
        "calls": turn.usage.calls,
        "prompt_tokens": turn.usage.prompt_tokens,
        "completion_tokens": turn.usage.completion_tokens,
        "cost_usd": turn.usage.cost_usd,
        "latency_s": round(turn.latency_s, 6),
        "attempts": turn.attempts,
        "inner": len(turn.inner),
    }


def inspected(
    turn: Turn, replies: Sequence[str] | None = None, failures: Sequence[FailureDocument] = ()
) -> InspectedTurn:
    """What a turn was asked and what came back.

    Args:
        turn: With its prompt.
        replies: Raw; None where they are not told apart, and all are in the turn's text.
        failures: Of its attempts.
    """
    said = [turn.text] if turn.text else []
    return {
        "id": turn.id,
        "prompt": [{"role": message.role, "content": message.content} for message in turn.prompt],
        "replies": said if replies is None else list(replies),
        "failures": list(failures),
        "inner": [turn_document(inner) for inner in turn.inner],
    }


def event_document(event: Event) -> EventDocument:
    """An event as JSON values, its turn without the prompt."""
    if isinstance(event, TurnEnded | Judged):
        told: dict[str, Any] = {"kind": event.kind, "debate_id": event.debate_id, "at_s": event.at_s}
        return {**told, "turn": turn_document(event.turn)}
    return event.model_dump(mode="json")
