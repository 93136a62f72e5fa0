"""The driver's end of one worker: hands debates over, writes what it asks to be written, and answers.

Whatever a worker asks in one journey is handed to the journal at once, which commits it in one group.
"""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.abc import TaskGroup
from pydantic import ConfigDict, TypeAdapter

from moot.agents.records import FREE, Completion
from moot.errors import MootError, RuntimeStartError
from moot.logs import relay, say
from moot.protocols.events import Event
from moot.protocols.floor.door import CapReached
from moot.protocols.tally import Tally
from moot.runs.holding import Listener
from moot.runs.journal import Intent, Journal
from moot.runs.loop import unwrapped
from moot.runs.purse import Purse, Worst, amounts
from moot.runs.ray.crew.letters import (
    Answer,
    Ended,
    Flight,
    Hand,
    Heard,
    In,
    Ordered,
    Out,
    Over,
    Said,
    Sent,
    Settled,
    Spent,
    Stop,
    Wanted,
    announced,
    flight,
)
from moot.runs.ray.line import Line
from moot.runs.ray.wire import completed
from moot.runs.underway import Order

HEARTBEAT_S = 2.0
"""How long a `fetch` waits at the worker for letters."""
_FRUITLESS = 3
"""A worker from which so many times in a row nothing was heard is given up."""
_EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(defer_build=True))


@dataclass(frozen=True)
class FarEnding:
    """How a debate at a worker ended."""

    status: str
    usage: Tally


@dataclass
class Live:
    """A debate at a worker."""

    over: anyio.Event = field(default_factory=anyio.Event)
    ending: FarEnding | None = None
    """None, where it is over, if it was broken off or its worker was lost."""
    error: Exception | None = None


class Desk:
    """One worker as the driver sees it.

    Args:
        made: Gives the worker's handle.
        journal: Of the run.
        purse: Of the run.
        listen: Told of every event.
        changed: Called whenever it may have become more, or less, able to take a debate.
    """

    def __init__(
        self,
        made: Callable[[], Coroutine[Any, Any, Any]],
        journal: Journal,
        purse: Purse,
        listen: Listener,
        changed: Callable[[], None],
    ) -> None:
        self._line = Line(made)
        self._journal, self._purse, self._listen, self._changed = journal, purse, listen, changed
        self.live: dict[str, Live] = {}
        """What it conducts, by id."""
        self.up = False
        """Whether it can be reached."""
        self.gone: MootError | None = None
        """Why it never will be again."""
        self._shift = 0
        self._letters: list[Out] = []
        self._wake, self._idle = anyio.Event(), anyio.Event()
        self._heard = False
        self._flights: dict[Flight, Intent] = {}
        self._aside = amounts([])
        self._written = 0
        """How many of the worker's letters are being written."""
        self._writing: TaskGroup
        self._granting: TaskGroup

    @property
    def pid(self) -> int:
        """The worker's process."""
        return self._line.pid

    def hand(self, hand: Hand) -> Live:
        """Have it conduct a debate; one that is not `up` loses it at once."""
        live = Live()
        if self.up:
            self.live[hand.row["id"]] = live
            self._post(hand)
        else:
            live.over.set()
        return live

    def stop(self, debate_id: str) -> None:
        """Have it break a debate off; it is over when what it had in flight is on record."""
        self._post(Stop(debate_id))

    def order(self, debate_id: str, given: Order) -> None:
        """Have it do with a debate as a person wants."""
        self._post(Ordered(debate_id, given))

    def dismiss(self) -> None:
        """End the worker's process."""
        self._line.end()

    async def run(self) -> None:
        """Do its part, until the worker is gone for good or nobody wants it any more."""
        try:
            async with anyio.create_task_group() as self._writing:
                await self._line.open()
                why = await self._shifts()
                self.gone = RuntimeStartError(f"a worker was lost for good: {why}")
                say("worker.gone", "error", worker=self.pid, why=why)
        except Exception as error:  # a defect of ours must not leave those who hold debates waiting for ever
            cause = unwrapped(error)
            self.gone = cause if isinstance(cause, MootError) else RuntimeStartError(f"a worker failed: {cause!r}")
        finally:
            self.up = False
            self.gone = self.gone or RuntimeStartError("the workers were let go")
            self._release()
            self._changed()

    async def _shifts(self) -> str:
        """Have it conduct shift after shift, and say how it was lost last."""
        why, fruitless = "", 0
        while fruitless < _FRUITLESS and (not why or await self._line.back()):
            self._shift, self._heard, self.up = self._shift + 1, False, True
            self._changed()
            say("worker.up", worker=self.pid, shift=self._shift)
            async with anyio.create_task_group() as self._granting:
                why = await self._line.until_lost(self._serve, self._send, self._fetch)
                self._granting.cancel_scope.cancel("the worker is lost")
            self.up = False
            lost = {"debates": len(self.live), "in_doubt": len(self._flights), "why": why}
            say("worker.lost", "warning", worker=self.pid, shift=self._shift, **lost)
            fruitless = 0 if self._heard else fruitless + 1
            await self._lose(why)
        return why

    async def _serve(self) -> None:
        await self._line.asked(self._line.actor.serve.remote(self._shift), within_s=None)

    async def _send(self) -> None:
        """Take whatever has piled up to the worker, one journey at a time."""
        while True:
            await self._wake.wait()
            self._wake = anyio.Event()
            letters, self._letters = self._letters, []
            taken = self._line.actor.take.remote(self._shift, letters)
            await self._line.asked(taken, within_s=self._line.restart_s)

    async def _fetch(self) -> None:
        """Bring back whatever the worker has to tell."""
        while True:
            fetched = self._line.actor.fetch.remote(self._shift, HEARTBEAT_S)
            letters: list[In] = await self._line.asked(fetched, within_s=HEARTBEAT_S + self._line.restart_s)
            self._heard = self._heard or bool(letters)
            self._read(letters)

    def _read(self, letters: Iterable[In]) -> None:
        for letter in letters:
            if isinstance(letter, Heard):
                self._listen(_EVENT.validate_python(letter.event))
            elif isinstance(letter, Said):
                relay(letter.line, worker=self.pid)
            elif isinstance(letter, Spent):
                self._aside -= amounts([letter.worst])
                self._purse.settle(letter.worst, letter.used, known=letter.known)
            elif isinstance(letter, Over):
                live = self.live.pop(letter.debate_id)
                live.error = letter.error
                live.over.set()
                self._changed()
            elif isinstance(letter, Wanted):
                self._granting.start_soon(self._grant, letter)
            else:
                self._written += 1
                self._writing.start_soon(self._write, letter)

    async def _grant(self, letter: Wanted) -> None:
        try:
            await self._purse.reserve(letter.attempts)
        except CapReached as cap:
            self._post(Answer(letter.number, cap))
        else:
            self._aside += amounts(letter.attempts)
            self._post(Answer(letter.number, None))

    async def _write(self, letter: Sent | Settled | Ended) -> None:
        shift, error = self._shift, None
        try:
            await self._put_down(letter)
        except MootError as raised:
            error = raised
        self._written -= 1
        if not self._written:
            self._idle.set()
        if shift == self._shift:
            self._post(Answer(letter.number, error))

    async def _put_down(self, letter: Sent | Settled | Ended) -> None:
        if isinstance(letter, Sent):
            intents = announced(letter)
            await self._journal.intend(intents)
            self._flights.update((flight(intent), intent) for intent in intents)
        elif isinstance(letter, Settled):
            await self._journal.settle(self._flights.pop(letter.flight), completed(letter.completion))
        else:
            await self._journal.end_debate(letter.debate_id, letter.status, letter.result)
            self.live[letter.debate_id].ending = FarEnding(letter.status, Tally(**letter.result["usage"]))

    async def _lose(self, why: str) -> None:
        """Finish what the worker still asked for; put down as in doubt what it had in flight; release its debates."""
        while self._written:
            self._idle = anyio.Event()
            await self._idle.wait()
        crashed = Completion(kind="crashed", requests=None, detail=f"a worker was lost: {why}")
        flights = list(self._flights.values())
        self._flights.clear()
        for intent in flights:
            await self._journal.settle(intent, crashed)
        lost, self._aside = self._aside, amounts([])
        self._purse.settle(Worst(lost.nano_usd, lost.tokens), FREE, known=False)
        self._release()

    def _release(self) -> None:
        """Let go of what the worker was to conduct; nothing meant for it may reach the next."""
        self._letters.clear()
        for live in self.live.values():
            live.over.set()
        self.live.clear()

    def _post(self, letter: Out) -> None:
        self._letters.append(letter)
        self._wake.set()
