"""A store as debates fill it: written by the journal itself, though what is said is made up and no debate is held."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import anyio

from benchmarks.workload import TEXT, Size, debate, questions
from moot.agents.records import Completion, Message, Request, Usage
from moot.protocols import Outcome, Turn
from moot.protocols.quoting import tagged
from moot.protocols.tally import Tally
from moot.runs import Result
from moot.runs.batch import Batch, Held
from moot.runs.journal import CallKey, DebateRow, Intent, Store, open_store, request_hash
from moot.runs.recounting import slim
from moot.runs.seeds import call_seed, stream

RUN, MODEL = "filled", "openai/stub"
CHARS = 1000
"""Of a reply."""
USED = Usage(prompt_tokens=900, completion_tokens=250, cost_nano_usd=725_000)
_AT_ONCE = 128
_SYSTEM = (
    "You are one of several participants who debate a question and read along what the others say. Give reasons, "
    "weigh those of others, and commit to one answer. <persona>agent {agent}</persona>"
)
_WORDS = 4000
_ASK = "This is round {round}. End your reply with one last line of the form `Final answer: X`, where X is one number."


def fill(path: Path, size: Size) -> None:
    """Write a run of that size into a new store."""
    anyio.run(_filled, path, size)


def replies(number: int, size: Size) -> Iterator[str]:
    """Everything that is said in one debate: words as unevenly common as those of a language are."""
    draw, (known, weights) = random.Random(number), _language()
    for _ in range(size.agents * size.rounds):
        text = " ".join(draw.choices(known, cum_weights=weights, k=CHARS // 5))[:CHARS]
        yield f"{text}\nFinal answer: {draw.randint(60, 90)}"


@cache
def _language() -> tuple[Sequence[str], Sequence[float]]:
    draw = random.Random(0)
    known = ["".join(draw.choices("etaoinshrdlucmfwypvbgk", k=draw.randint(2, 9))) for _ in range(_WORDS)]
    return known, list(accumulate(1 / (place + 5) for place in range(_WORDS)))


async def _filled(path: Path, size: Size) -> None:
    asked = debate(size, MODEL)
    batch = Batch(asked, questions(size.debates))
    async with open_store(path) as store:
        await store.begin_run(RUN, batch.spec())
        waiting = batch.held(RUN)

        async def hold() -> None:
            for held in waiting:
                await _Filling(store, size, held, asked.topology.heard_by, asked.seed).conduct()

        async with anyio.create_task_group() as group:
            for _ in range(_AT_ONCE):
                group.start_soon(hold)


@dataclass(frozen=True)
class _Filling:
    """One debate as it is put down."""

    store: Store
    size: Size
    held: Held
    hears: Callable[[int], Sequence[int]]
    seed: int

    async def conduct(self) -> None:
        row = DebateRow(
            id=self.held.id,
            run=RUN,
            index=self.held.index,
            trial=0,
            stream=stream(self.seed, self.held.question.id),
            question=self.held.question.model_dump(mode="json"),
        )
        await self.store.begin_debate(row)
        words, turns = replies(self.held.index, self.size), list[Turn]()
        said = [""] * self.size.agents
        for round in range(self.size.rounds):
            intents = [self._intent(row, agent, round, said) for agent in range(self.size.agents)]
            await self.store.intend(intents)
            said = [next(words) for _ in intents]
            async with anyio.create_task_group() as group:
                for intent, text in zip(intents, said, strict=True):
                    done = Completion(kind="ok", text=text, usage=USED, latency_s=0.9, finish="stop")
                    group.start_soon(self.store.settle, intent, done)
            turns += [self._turn(agent, round, *told) for agent, told in enumerate(zip(intents, said, strict=True))]
        await self.store.end_debate(row.id, "decided", slim(self._result(turns), seal=True))

    def _intent(self, row: DebateRow, agent: int, round: int, said: Sequence[str]) -> Intent:
        parts = [f'<question kind="number">\n{TEXT}\n</question>']
        if round:
            parts.append(f"Your own reply:\n{tagged('own', said[agent], round=str(round - 1))}")
            heard = (
                tagged("message", said[peer], author=f"a{peer}", round=str(round - 1)) for peer in self.hears(agent)
            )
            parts.append("What others said:\n" + "\n\n".join(heard))
        parts.append(_ASK.format(round=round))
        key = CallKey(row.stream, f"a{agent}", round, 0, 0)
        request = Request(
            key="",
            model=MODEL,
            messages=(
                Message(role="system", content=_SYSTEM.format(agent=agent)),
                Message(role="user", content="\n\n".join(parts)),
            ),
            seed=call_seed(*key),
            turn=round,
        )
        return Intent(key, row.id, request, request_hash(request), 0, 2_000_000)

    def _turn(self, agent: int, round: int, intent: Intent, text: str) -> Turn:
        answer = text.rpartition(" ")[2]
        return Turn(
            id=f"{round}:a{agent}",
            wave=round,
            round=round,
            seat=f"a{agent}",
            role="debater",
            heard=tuple(f"{round - 1}:a{peer}" for peer in self.hears(agent)) if round else (),
            prompt=intent.request.messages,
            text=text,
            answer=answer,
            vote=answer,
            status="ok",
            model=MODEL,
            calls=(intent.call_id,),
            usage=Tally(calls=1, prompt_tokens=900, completion_tokens=250, cost_nano_usd=725_000),
            latency_s=0.9,
            attempts=1,
        )

    def _result(self, turns: Sequence[Turn]) -> Result:
        return Result(
            debate_id=self.held.id,
            question=self.held.question,
            protocol="society",
            topology=self.size.topology,
            seats=tuple(f"a{agent}" for agent in range(self.size.agents)),
            status="decided",
            outcome=Outcome(answer=turns[-1].vote),
            stopped_by=f"{self.size.rounds} rounds",
            turns=tuple(turns),
            usage=sum((turn.usage for turn in turns), Tally()),
            simulated=False,
            seed=self.seed,
        )
