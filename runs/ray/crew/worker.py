"""The Ray actor that conducts debates. Plain Python; `crew` makes it an actor with `ray.remote`."""

import gc
import os
import traceback
from collections.abc import Sequence

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from moot.agents.provider.secrets import scrubbed, words_of
from moot.errors import MootError, RuntimeStartError
from moot.logs import listen
from moot.protocols.events import Event
from moot.runs.holding import cast, held
from moot.runs.journal import DebateRow
from moot.runs.loop import unwrapped
from moot.runs.nesting import Cast
from moot.runs.policy import Budget
from moot.runs.purse import Purse
from moot.runs.ray.crew.guests import Guests
from moot.runs.ray.crew.letters import Answer, Hand, Heard, In, Ordered, Out, Over, Said
from moot.runs.ray.crew.notes import FarNotes, FarPurse
from moot.runs.ray.crew.post import Post
from moot.runs.ray.crew.terms import Terms
from moot.runs.ray.told import Broken, told
from moot.runs.spec import Spec
from moot.runs.underway import order

LEASE_S = 10.0
"""A driver unheard for this long has gone. No call begins without it; what is in flight is stopped."""
_OPENING_S = 60.0
_PARTING_S = 0.2
"""For telling LLM actors what is no longer wanted."""


class Worker:
    """Conducts debates of one run for one driver.

    Args:
        terms: Of the run.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._shift: Shift | None = None
        self._failure: MootError | None = None
        try:
            self._debate = Spec.from_spec(terms.spec, imports=True)  # the driver has allowed what it names
        except MootError as error:
            self._failure = error
        except BaseException as error:
            self._failure = RuntimeStartError(f"a worker cannot make the debate: {words_of(error)}")
        gc.freeze()  # what was imported lives as long as the process, and collecting would walk over it each time

    async def hello(self) -> int | MootError:
        """The id of its process, or why it cannot conduct."""
        return os.getpid() if self._failure is None else self._failure

    async def serve(self, shift: int) -> Broken:
        """Conduct what is handed over in this shift; another one ends it, for its driver has given it up."""

        async def served() -> Broken:
            if self._shift is not None:
                self._shift.end()
            self._shift = Shift(shift, self._debate, self._terms)
            await self._shift.run()
            return Broken("its driver was not heard of")

        return await told(served)

    async def take(self, shift: int, letters: list[Out]) -> Broken | None:
        """Read the driver's letters."""

        async def taken() -> None:
            (await self._in(shift)).take(letters)

        return await told(taken)

    async def fetch(self, shift: int, patience_s: float) -> list[In] | Broken:
        """Letters to the driver, soon after there is one; none when patience is out."""

        async def fetched() -> list[In]:
            return await (await self._in(shift)).fetch(patience_s)

        return await told(fetched)

    async def _in(self, number: int) -> "Shift":
        # Ray starts a caller's methods in the order they were called, but `serve` may not have got far.
        with anyio.fail_after(_OPENING_S):
            while self._shift is None or self._shift.number != number:
                await checkpoint()
            await self._shift.open.wait()
        return self._shift


class Shift:
    """The debates a worker conducts while its driver reaches it without a break.

    Args:
        number: By which driver and worker know that they speak of the same.
        debate: What is conducted.
        terms: Of the run.
        lease_s: How long the driver may be silent.
    """

    def __init__(self, number: int, debate: Spec, terms: Terms, *, lease_s: float = LEASE_S) -> None:
        self.number, self.open = number, anyio.Event()
        self._debate, self._terms, self._lease_s = debate, terms, lease_s
        self._post = Post()
        if terms.wish is not None:
            listen(lambda line: self._post.tell(Said(line)), terms.wish)
        self._scopes: dict[str, anyio.CancelScope] = {}
        self._heard_at = anyio.current_time()
        self._over = anyio.Event()
        self._cast: Cast
        self._tasks: TaskGroup

    async def run(self) -> None:
        """Conduct, until ended or the driver falls silent."""
        async with anyio.create_task_group() as carrying:
            self._cast = await cast(self._debate, Guests(self._terms.actors, carrying))
            async with anyio.create_task_group() as self._tasks:
                self._heard_at = anyio.current_time()
                self.open.set()
                try:
                    await self._driver_gone()
                finally:
                    self._post.close()
                self._tasks.cancel_scope.cancel("the driver has gone")
            await anyio.sleep(_PARTING_S)
            carrying.cancel_scope.cancel("the shift is over")

    def end(self) -> None:
        """Stop everything."""
        self._over.set()

    def take(self, letters: Sequence[Out]) -> None:
        """Do as the driver's letters say."""
        self._heard_at = anyio.current_time()
        for letter in letters:
            if isinstance(letter, Answer):
                self._post.answered(letter)
            elif isinstance(letter, Hand):
                scope = self._scopes[letter.row["id"]] = anyio.CancelScope()
                self._tasks.start_soon(self._conduct, letter, scope)
            elif isinstance(letter, Ordered):
                self._tasks.start_soon(_ordered, letter)  # after the debate, if that comes with it
            elif letter.debate_id in self._scopes:
                self._scopes[letter.debate_id].cancel("the driver no longer wants it")

    async def fetch(self, patience_s: float) -> list[In]:
        """Letters to the driver."""
        self._heard_at = anyio.current_time()
        letters = await self._post.fetched(patience_s)
        self._heard_at = anyio.current_time()
        return letters

    async def _driver_gone(self) -> None:
        while anyio.current_time() - self._heard_at < self._lease_s:
            with anyio.move_on_after(self._lease_s / 4):
                await self._over.wait()
                return

    async def _conduct(self, hand: Hand, scope: anyio.CancelScope) -> None:
        row = DebateRow.model_validate(hand.row)
        error: Exception | None = None
        try:
            with scope:
                await self._held(row, hand)
        except (anyio.get_cancelled_exc_class(), GeneratorExit):
            raise
        except BaseException as raised:  # an interrupt let out of here would end all other debates
            error = _sendable(unwrapped(raised))
        finally:
            del self._scopes[row.id]
            self._post.tell(Over(row.id, error))

    async def _held(self, row: DebateRow, hand: Hand) -> None:
        within = None if self._terms.budget == Budget() else FarPurse(self._post, self._terms.budget)
        paying = Purse(self._debate.budget, hand.spent, within)
        listen = self._tell if self._terms.heard else None
        await held(self._debate, row, self._cast, FarNotes(self._post, hand), paying, listen=listen)

    def _tell(self, event: Event) -> None:
        self._post.tell(Heard(event.model_dump()))


async def _ordered(letter: Ordered) -> None:
    order(letter.debate_id, letter.order)


def _sendable(error: BaseException) -> Exception:
    """One of our own errors, or another in builtin terms: its class may not survive the way."""
    if isinstance(error, MootError):
        return error
    told = RuntimeError(words_of(error))
    told.add_note("at a worker:\n" + scrubbed("".join(traceback.format_exception(error))))
    return told
