"""The journal and the run's purse, as a debate at a worker sees them."""

from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from moot.agents.records import FREE, Completion, Usage
from moot.runs.journal import CallKey, Intent
from moot.runs.journal.remembered import Remembered
from moot.runs.policy import Budget
from moot.runs.purse import Worst
from moot.runs.ray.crew.letters import Ended, Hand, Settled, Spent, Wanted, flight, sent
from moot.runs.ray.crew.post import Post
from moot.runs.ray.wire import Plain, completed, plain


class FarNotes:
    """`Notes` of one debate: its memory is here, and what it writes is written by the driver."""

    def __init__(self, post: Post, hand: Hand) -> None:
        self._post = post
        calls: dict[CallKey, dict[str, Plain | None]] = {}
        for key, digest, answer in hand.memory:
            calls.setdefault(key, {})[digest] = answer
        self._memory = Remembered(calls, completed)

    def recall(self, debate_id: str, key: CallKey, request_hash: str) -> Completion | None:
        """See `Notes.recall`."""
        return self._memory.recall(key, request_hash)

    def mismatch(self, debate_id: str, key: CallKey, request_hash: str) -> bool:
        """See `Notes.mismatch`."""
        return self._memory.mismatch(key, request_hash)

    async def intend(self, intents: Sequence[Intent]) -> None:
        """See `Notes.intend`."""
        await self._post.ask(lambda number: sent(number, intents))

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """See `Notes.settle`."""
        told = plain(completion)
        await self._post.ask(lambda number: Settled(number, flight(intent), told))

    async def end_debate(self, debate_id: str, status: str, result: Mapping[str, JsonValue]) -> None:
        """See `Notes.end_debate`."""
        await self._post.ask(lambda number: Ended(number, debate_id, status, cast(Plain, result)))


class FarPurse:
    """The run's purse, which the driver keeps."""

    def __init__(self, post: Post, budget: Budget) -> None:
        self._post = post
        self.caps = (budget,)
        """What it keeps."""

    async def reserve(self, attempts: Sequence[Worst]) -> None:
        """See `Purse.reserve`."""
        worsts = list(attempts)

        def give_back() -> None:
            for worst in worsts:
                self.settle(worst, FREE, known=True)

        if worsts:
            await self._post.ask(lambda number: Wanted(number, worsts), give_back)

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """See `Purse.settle`."""
        self._post.tell(Spent(worst, used, known))

    def covers(self, attempts: Sequence[Worst]) -> str:
        """Not to be known without asking: nobody here knows what debates of other workers spend meanwhile."""
        return "under a cap on the run, debates of workers are held wave by wave"
