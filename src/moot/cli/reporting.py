"""Results as text with the answer last, and as one JSON object."""

from dataclasses import asdict
from typing import Any

from moot.protocols.tally import Tally
from moot.runs.result import Result
from moot.runs.run import Run
from moot.runs.summary import Share


def answer_last(result: Result) -> str:
    """The result in lines, the answer below all else."""
    head, *rest = str(result).split("\n")
    right = [] if result.correct is None else [f"right answer: {result.question.gold}"]
    return "\n".join([*rest, *right, head])


def result_object(result: Result) -> dict[str, Any]:
    """All that a result says of itself, without the prompts."""
    plain = result.model_dump(mode="json", exclude={"turns": {"__all__": {"prompt", "usage", "calls"}}, "usage": True})
    plain |= {
        "answer": result.answer,
        "rounds": result.rounds,
        "first_vote": result.first_vote,
        "flips": [flip._asdict() for flip in result.flips],
        "votes": [result.votes(number) for number in range(result.rounds)],
        "correct": result.correct,
        "usage": usage_object(result.usage),
        "digest": result.digest,
    }
    return plain


def run_object(run: Run, alone: bool, resume: str, code: int) -> dict[str, Any]:
    """A run, or its one debate, as plain values."""
    where = {"run": run.name, "store": str(run.store), "resume": resume, "exit_code": code}
    results = list(run.results())
    if alone and len(results) == 1:
        return {**result_object(results[0]), **where}
    summary = run.summary()
    return {
        **where,
        "debates": run.asked,
        "ended": run.ended,
        "statuses": dict(summary.statuses),
        "correct": _share(summary.correct),
        "first_vote_correct": _share(summary.first_vote),
        "flips": summary.flips,
        "usage": usage_object(run.usage),
        "simulated": summary.simulated,
        "results": [_short(result) for result in results],
    }


def usage_object(usage: Tally) -> dict[str, Any]:
    """Calls, tokens, money and time."""
    plain = asdict(usage)
    del plain["cost_nano_usd"]
    return {**plain, "cost_usd": usage.cost_usd}


def _short(result: Result) -> dict[str, Any]:
    return {
        "debate_id": result.debate_id,
        "question_id": result.question.id,
        "trial": result.trial,
        "status": result.status,
        "answer": result.answer,
        "first_vote": result.first_vote,
        "correct": result.correct,
        "rounds": result.rounds,
        "flips": len(result.flips),
        "stopped_by": result.stopped_by,
        "capped": result.capped,
        "usage": usage_object(result.usage),
    }


def _share(share: Share) -> dict[str, Any] | None:
    if not share.of:
        return None
    low, high = share.interval
    return {"hits": share.hits, "of": share.of, "low": low, "high": high}
