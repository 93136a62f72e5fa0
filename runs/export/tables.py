"""Debates and turns as rows of plain values: for data frames and columnar files."""

import importlib
from collections.abc import Iterable, Iterator
from typing import Any

from moot.errors import UsageError
from moot.runs.result import Result


def debate_row(run: str, result: Result) -> dict[str, Any]:
    """A debate as one row."""
    usage = result.usage
    return {
        "run": run,
        "debate_id": result.debate_id,
        "question_id": result.question.id,
        "question": result.question.text,
        "kind": result.question.kind,
        "domain": result.question.domain,
        "trial": result.trial,
        "protocol": result.protocol,
        "topology": result.topology,
        "seats": len(result.seats),
        "status": result.status,
        "answer": result.answer,
        "gold": result.question.gold,
        "correct": result.correct,
        "first_vote": result.first_vote,
        "rule": result.outcome.rule,
        "stopped_by": result.stopped_by,
        "rounds": result.rounds,
        "flips": len(result.flips),
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_calls": usage.cached_calls,
        "cost_usd": usage.cost_usd,
        "wall_s": usage.wall_s,
        "simulated": result.simulated,
        "seed": result.seed,
        "parent": None if result.fork is None else result.fork.parent,
    }


def turn_rows(run: str, result: Result) -> Iterator[dict[str, Any]]:
    """The turns of a debate, a row each."""
    for turn in result.turns:
        yield {
            "run": run,
            "debate_id": result.debate_id,
            "turn_id": turn.id,
            "wave": turn.wave,
            "round": turn.round,
            "seat": turn.seat,
            "role": turn.role,
            "model": turn.model,
            "heard": list(turn.heard),
            "text": turn.text,
            "answer": turn.answer,
            "vote": turn.vote,
            "confidence": turn.confidence,
            "correct": None if turn.vote is None else result.right(turn.vote),
            "status": turn.status,
            "reason": turn.reason,
            "stance": turn.stance,
            "calls": turn.usage.calls,
            "prompt_tokens": turn.usage.prompt_tokens,
            "completion_tokens": turn.usage.completion_tokens,
            "cost_usd": turn.usage.cost_usd,
            "latency_s": turn.latency_s,
            "attempts": turn.attempts,
            "prompt": [{"role": message.role, "content": message.content} for message in turn.prompt],
        }


def framed(run: str, results: Iterable[Result], *, turns: bool = False) -> Any:
    """Debates as a pandas frame.

    Args:
        run: Which they are of.
        results: Of the debates.
        turns: Whether a row is a turn and not a debate.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        pandas: Any = importlib.import_module("pandas")
    except ImportError as error:
        raise UsageError("frames need pandas: pip install pandas") from error
    if turns:
        return pandas.DataFrame(row for result in results for row in turn_rows(run, result))
    return pandas.DataFrame(debate_row(run, result) for result in results)
