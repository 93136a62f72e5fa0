"""Debates and questions from what the command line says."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moot.agents.agent import Agent
from moot.errors import QuestionError, SpecError
from moot.protocols.question import Question
from moot.runs.debate import Debate
from moot.runs.files import read_debate
from moot.runs.questions import read_questions
from moot.runs.spec import Spec


def question_of(text: str, *, kind: str | None = None, options: Sequence[str] | None = None) -> Question:
    """The question of those words.

    Raises:
        SpecError: They make none: what is typed is a matter of usage, unlike what a file holds.
    """
    try:
        return Question(text, kind=kind, options=options or None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (the kind is checked there)
    except QuestionError as error:
        raise SpecError(str(error)) from error


def debate_of(
    models: Sequence[str],
    *,
    topology: str | None = None,
    protocol: str = "du",
    rounds: int | None = None,
    judge: Sequence[str] | None = None,
    decide: str | None = None,
    stop: Sequence[str] | None = None,
    quorum: str | None = None,
    timeout: float | None = None,
    max_usd: float | None = None,
    max_tokens: int | None = None,
    seed: int | None = None,
    imports: bool = False,
) -> Debate:
    """The debate of those options.

    Raises:
        UsageError: Something does not fit.
    """
    prepare_imports(imports)
    debate = Debate(
        [Agent(f"a{place}", model, max_tokens=max_tokens) for place, model in enumerate(models, 1)],
        topology,
        protocol,
        rounds=rounds,
        judge=[Agent("judge", model, max_tokens=max_tokens) for model in judge or ()],
        decide=decide,
        stop=list(stop) if stop else None,
        quorum=None if quorum is None else _quorum(quorum),
        policy=None if timeout is None else {"timeout_s": timeout},
        seed=seed,
        imports=imports,
    )
    check_money(debate, max_usd, imports)
    return debate


def debate_from(
    path: Path, *, changes: Sequence[str] = (), timeout: float | None = None, max_usd: float | None, imports: bool
) -> Debate:
    """The debate of a file, changed.

    Raises:
        DataError: The file cannot be read.
        UsageError: Something in it does not fit.
    """
    prepare_imports(imports)
    given = [*changes, *([] if timeout is None else [f"policy.timeout_s={timeout}"])]
    debate = read_debate(path, imports=imports, changes=given)
    check_money(debate, max_usd, imports)
    return debate


def questions_of(
    question: str | None, data: Path | None, limit: int | None, *, kind: str | None, options: Sequence[str] | None
) -> tuple[Question, ...]:
    """The questions that were asked for.

    Raises:
        SpecError: There is none, two ways to say which, or what was typed makes none.
        QuestionError: Those of a file cannot be used.
    """
    if (question is None) == (data is None):
        raise SpecError('give either a question, as in moot run debate.yaml "Which …?", or a file of them with --data')
    if limit is not None and limit < 1:
        raise SpecError(f"--limit {limit} must be at least 1")
    if question is not None:
        return (question_of(question, kind=kind, options=options),)
    if kind is not None or options:
        raise SpecError("--kind and --option are for a question on the command line: write them into the file")
    return read_questions(data or Path())[:limit]


def check_money(debate: Spec, max_usd: float | None, imports: bool) -> None:
    """Hold that a cap on money can be kept, before anything is spent.

    Raises:
        UsageError: The cap is none, or a price is unknown.
    """
    if max_usd is None:
        return
    spec: dict[str, Any] = {**debate.spec(), "budget": {"usd": max_usd}}
    Debate.from_spec(spec, imports=imports)


def prepare_imports(allowed: bool) -> None:
    """Let a user's own modules be found where the command is given, as `python -m` does."""
    if allowed and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())


def _quorum(words: str) -> int | float:
    try:
        return int(words) if words.strip().isdecimal() else float(words)
    except ValueError as error:
        raise SpecError(f"--quorum {words!r}: write a number of debaters, or a share of them such as 0.5") from error
