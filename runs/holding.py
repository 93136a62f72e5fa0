"""Holding one debate: its voices are cast, its door is opened, its result is put down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import anyio
import structlog

from moot.agents.records import Message
from moot.protocols.events import Event
from moot.protocols.question import Question
from moot.runs.casting import Voice, voice
from moot.runs.conduct import conduct
from moot.runs.door import FALLBACK, Door
from moot.runs.journal import DebateRow, Exchange, Journal
from moot.runs.policy import Budget
from moot.runs.purse import Purse, certain
from moot.runs.recounting import slim
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
    within: Purse | None = None,
    listen: Listener | None = None,
    replay: bool = False,
) -> Result:
    """Hold one debate of a run and put down how it ended."""
    row = DebateRow(
        id=debate_id(run, question, trial),
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
        purse=_purse(debate, cast, journal, row.id, within),
        policy=debate.policy,
        replay=replay,
    )
    result = await conduct(debate, question, row.id, door, emit=_told(listen), trial=trial)
    if not replay:
        await journal.end_debate(row.id, result.status, slim(result))
    return result


def debate_id(run: str, question: Question, trial: int = 0) -> str:
    """Names a debate of a run in its store."""
    return f"{run}/{question.id}" + (f"#{trial}" if trial else "")


def _purse(debate: Spec, cast: Cast, journal: Journal, id: str, within: Purse | None) -> Purse:
    """The purse with what earlier sittings of this debate have spent; what is in doubt counts at its worst."""
    attempts = journal.attempts(id)
    if not attempts or debate.budget == Budget():
        return Purse(debate.budget, within=within)
    doubted = [row for row in attempts if not certain(row.kind, row.usage)]
    known = [row.usage for row in attempts if certain(row.kind, row.usage)]
    exchanges: Mapping[str, Exchange] = {}
    if debate.budget.tokens is not None and doubted:
        exchanges = journal.debate(id).exchanges
    return Purse(
        debate.budget,
        calls=len(attempts),
        tokens=sum(usage.prompt_tokens + usage.completion_tokens for usage in known)
        + sum(_most_tokens(cast, row.key.seat, exchanges[row.call_id].messages) for row in doubted if exchanges),
        nano_usd=sum(usage.cost_nano_usd or 0 for usage in known) + sum(row.reserved_nano_usd for row in doubted),
        within=within,
    )


def _most_tokens(cast: Cast, seat: str, messages: tuple[Message, ...]) -> int:
    voice = cast.fallbacks.get(seat.removesuffix(FALLBACK)) if seat.endswith(FALLBACK) else cast.voices.get(seat)
    return 0 if voice is None else voice.worst(messages).tokens or 0


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
