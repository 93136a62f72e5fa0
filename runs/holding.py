"""Holding one debate: its voices are cast, its door is opened, its result is put down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import anyio
import structlog

from moot.protocols.events import Event
from moot.protocols.question import Question
from moot.runs.casting import Voice, voice
from moot.runs.conduct import conduct
from moot.runs.door import Door
from moot.runs.journal import DebateRow, Journal
from moot.runs.purse import Purse
from moot.runs.result import Result
from moot.runs.runtime import Runtime
from moot.runs.seeds import stream
from moot.runs.spec import JUDGE, Spec

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Cast:
    """Who takes the calls of each seat."""

    voices: Mapping[str, Voice]
    fallbacks: Mapping[str, Voice]


async def cast(debate: Spec, runtime: Runtime) -> Cast:
    """Host every LLM of the debate, those of different seats at the same time."""
    agents = {seat.name: seat.agent for seat in debate.debaters}
    if debate.judge is not None:
        agents[JUDGE] = debate.judge
    second = {name: agent for name, agent in agents.items() if agent.fallback is not None}
    voices = await anyio.amap(lambda agent: voice(agent, agent.llm, runtime), agents.values())
    fallbacks = await anyio.amap(lambda agent: voice(agent, agent.fallback or agent.llm, runtime), second.values())
    return Cast(dict(zip(agents, voices, strict=True)), dict(zip(second, fallbacks, strict=True)))


async def hold(
    debate: Spec,
    question: Question,
    cast: Cast,
    journal: Journal,
    run: str,
    *,
    index: int = 0,
    trial: int = 0,
    listen: Listener | None = None,
    replay: bool = False,
) -> Result:
    """Hold one debate of a run and put down how it ended."""
    row = DebateRow(
        id=f"{run}/{question.id}" + (f"#{trial}" if trial else ""),
        run=run,
        index=index,
        trial=trial,
        stream=stream(debate.seed, question.id, trial),
        question=question.model_dump(mode="json"),
    )
    await journal.begin_debate(row)
    door = Door(
        debate_id=row.id,
        stream=row.stream,
        voices=cast.voices,
        fallbacks=cast.fallbacks,
        journal=journal,
        purse=_purse(debate, journal, row.id),
        policy=debate.policy,
        replay=replay,
    )
    result = await conduct(debate, question, door, _told(listen), trial)
    if not replay:
        await journal.end_debate(row.id, result.status, result.model_dump(mode="json", exclude=_SLIM))
    return result


_SLIM = {"turns": {"__all__": {"prompt", "text"}}}
"""What a stored result leaves out: the journal holds the calls themselves."""


def _purse(debate: Spec, journal: Journal, debate_id: str) -> Purse:
    """The purse with what earlier sittings of this debate have spent."""
    attempts = journal.attempts(debate_id)
    return Purse(
        debate.budget,
        calls=len(attempts),
        tokens=sum(row.usage.prompt_tokens + row.usage.completion_tokens for row in attempts),
        nano_usd=sum((row.usage.cost_nano_usd or 0) if row.settled_ms else row.reserved_nano_usd for row in attempts),
    )


def _told(listen: Listener | None) -> Listener:
    """The listener, whose own errors are logged and never reach the debate."""

    def tell(event: Event) -> None:
        if listen is None:
            return
        try:
            listen(event)
        except Exception:
            structlog.get_logger("moot").exception("a listener failed", event_kind=event.kind)

    return tell
