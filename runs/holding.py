"""Holding one debate: its voices are cast, its door is opened, its result is put down."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import anyio

from moot.agents.agent import Agent
from moot.agents.limits import Limits
from moot.agents.llm import LLM
from moot.agents.provider.secrets import words_of
from moot.logs import about, logger, say
from moot.protocols.events import Event
from moot.protocols.floor.setting import Kept
from moot.protocols.question import Question
from moot.runs.casting import Voice, voice
from moot.runs.chronicle import chronicled
from moot.runs.conduct import conduct
from moot.runs.door import Door
from moot.runs.journal import AttemptRow, DebateRow, Journal, MemoryJournal, Notes
from moot.runs.loop import unwrapped
from moot.runs.nesting import Cast, Panel
from moot.runs.policy import Budget
from moot.runs.purse import Amounts, Purse, certain
from moot.runs.recounting import slim
from moot.runs.result import Fork, Result
from moot.runs.runtime import Runtime
from moot.runs.seeds import stream
from moot.runs.spec import Spec
from moot.runs.underway import Reins, underway

Listener = Callable[[Event], None]


async def cast(debate: Spec, runtime: Runtime) -> Cast:
    """Host every LLM of the debate, those of different seats at the same time.

    Raises:
        MootError: One cannot be had; where several cannot, one of theirs.
    """
    runtime.limit(_limits(debate))
    try:
        return await voiced(debate, partial(voice, runtime=runtime))
    except ExceptionGroup as group:
        raise unwrapped(group.exceptions[0]) from None


def _limits(debate: Spec) -> dict[str, Limits]:
    """What the debate, and debates in its seats, say that providers bear."""
    inner = (_limits(seat.agent.llm) for seat in debate.seats if isinstance(seat.agent.llm, Spec))
    return {name: limits for stated in (*inner, debate.limits) for name, limits in stated.items()}


async def voiced(debate: Spec, voice: Callable[[Agent, str | LLM], Coroutine[Any, Any, Voice]]) -> Cast:
    """Have every LLM of the debate taken by a voice, those of different seats at the same time."""
    agents = {seat.name: seat.agent for seat in debate.seats}
    seated = {name: agent.llm for name, agent in agents.items() if isinstance(agent.llm, Spec)}
    single = {name: agent for name, agent in agents.items() if name not in seated}
    second = {name: agent for name, agent in single.items() if agent.fallback is not None}
    voices = await _taken(single, lambda agent: agent.llm, voice)
    fallbacks = await _taken(second, lambda agent: agent.fallback or agent.llm, voice)
    panels = {name: Panel(inner, await voiced(inner, voice)) for name, inner in seated.items()}
    return Cast(voices, fallbacks, panels)


async def _taken(
    agents: Mapping[str, Agent],
    llm: Callable[[Agent], str | LLM],
    voice: Callable[[Agent, str | LLM], Coroutine[Any, Any, Voice]],
) -> dict[str, Voice]:
    """The voice of each agent; those who differ in nothing that a voice has share one."""
    kinds = {name: (_model_of(llm(one)), one.api_base, one.price, one.max_tokens) for name, one in agents.items()}
    first = {kind: agents[name] for name, kind in reversed(kinds.items())}
    voices = dict(zip(first, await anyio.amap(lambda agent: voice(agent, llm(agent)), first.values()), strict=True))
    return {name: voices[kind] for name, kind in kinds.items()}


def _model_of(llm: str | LLM) -> str | int:
    return llm if isinstance(llm, str) else id(llm)


async def hold(
    debate: Spec,
    question: Question,
    cast: Cast,
    journal: Journal,
    run: str,
    *,
    index: int = 0,
    trial: int = 0,
    within: Purse | None = None,
    listen: Listener | None = None,
) -> Result:
    """Hold one debate of a run and put down how it ended."""
    row = row_of(debate, question, run, index=index, trial=trial)
    paying = Purse(debate.budget, await begun(debate, row, cast, journal), within)
    return await held(debate, row, cast, journal, paying, listen=listen)


async def begun(debate: Spec, row: DebateRow, cast: Cast, journal: Journal) -> Amounts:
    """Begin a debate, or begin it again, and say what it has spent under its own caps."""
    await journal.begin_debate(row, doubtful=debate.policy.in_doubt != "resend")
    return spent(debate.budget, cast, journal, [row.id])


async def held(
    debate: Spec,
    row: DebateRow,
    cast: Cast,
    notes: Notes,
    purse: Purse,
    *,
    listen: Listener | None = None,
    fork: Fork | None = None,
    kept: Kept = Kept(),  # noqa: B008  (it is frozen)
) -> Result:
    """Hold a debate that was begun, and put down how it ended.

    Args:
        debate: What is held.
        row: Its place in the journal.
        cast: Who takes its calls.
        notes: Of the journal.
        purse: Of the debate.
        listen: Told of every event.
        fork: Where it goes on with another debate.
        kept: What it has of that.
    """
    door = Door(
        debate_id=row.id,
        stream=row.stream,
        voices=cast.voices,
        fallbacks=cast.fallbacks,
        panels=cast.panels,
        journal=notes,
        purse=purse,
        policy=debate.policy,
        reins=(reins := Reins()),
    )
    question = Question.model_validate(row.question)
    setting = replace(door.setting(debate, question), kept=kept)
    tell = chronicled(telling(listen))
    try:
        with about(run=row.run, debate=row.id), underway(row.id, reins.take):
            result = await conduct(
                debate, question, row.id, door, emit=tell, trial=row.trial, setting=setting, reins=reins
            )
    finally:
        await door.leave()
    if purse.words:  # a cap may also have stopped retries and re-asks alone
        result = result.model_copy(update={"capped": True})
    result = result if fork is None else result.model_copy(update={"fork": fork})
    await notes.end_debate(row.id, result.status, slim(result, seal=not isinstance(notes, MemoryJournal)))
    return result


def row_of(debate: Spec, question: Question, run: str, *, index: int = 0, trial: int = 0) -> DebateRow:
    """A debate of a run as its journal begins it."""
    return DebateRow(
        id=debate_id(run, question, trial),
        run=run,
        index=index,
        trial=trial,
        stream=stream(debate.seed, question.id, trial),
        question=question.model_dump(mode="json"),
    )


def debate_id(run: str, question: Question, trial: int = 0) -> str:
    """Names a debate of a run in its store."""
    return f"{run}/{question.id.replace('#', '##')}" + (f"#{trial}" if trial else "")


def spent(budget: Budget, cast: Cast, journal: Journal, debates: Iterable[str]) -> Amounts:
    """What earlier sittings of these debates spent, as far as the budget asks; what is in doubt counts at its worst."""
    total = Amounts()
    for id in debates if budget != Budget() else ():
        attempts = journal.attempts(id)
        doubted = [row for row in attempts if not certain(row.kind, row.usage)]
        known = [row.usage for row in attempts if certain(row.kind, row.usage)]
        total += Amounts(
            len(attempts),
            sum(usage.prompt_tokens + usage.completion_tokens for usage in known)
            + (_most_tokens(cast, journal, id, doubted) if budget.tokens is not None else 0),
            sum(usage.cost_nano_usd or 0 for usage in known) + sum(row.reserved_nano_usd for row in doubted),
        )
    return total


def _most_tokens(cast: Cast, journal: Journal, id: str, doubted: Sequence[AttemptRow]) -> int:
    """The most that attempts of a debate may have used; only their prompts are on record."""
    if not doubted:
        return 0
    exchanges = journal.debate(id).exchanges
    worst = (cast.of(row.key.seat).worst(exchanges[row.call_id].messages) for row in doubted)
    return sum(one.tokens or 0 for one in worst)


def telling(listen: Listener | None) -> Listener:
    """The listener, whose own errors never reach the debate; the first is logged."""
    failed = False

    def tell(event: Event) -> None:
        nonlocal failed
        if listen is None:
            return
        try:
            listen(event)
        except Exception as error:
            if not failed:  # one line: a traceback would show the listener's own values
                told = words_of(error)
                say("listener.failed", "error", why=told)
                logger("moot").error("a listener failed, and is told on", event_kind=event.kind, error=told)
            failed = True

    return tell
