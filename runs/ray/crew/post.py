"""A worker's letters to its driver: gathered, fetched together, and some of them answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import anyio

from moot.errors import MootError, StoreError
from moot.protocols.floor.door import CapReached
from moot.runs.ray.crew.letters import Answer, Asking, In

LINGER_S = 0.004
"""How long the first letter waits for others: a journey costs half a millisecond of both ends' time."""


@dataclass
class _Asked:
    """A letter whose answer somebody waits for."""

    over: anyio.Event = field(default_factory=anyio.Event)
    error: MootError | CapReached | None = None
    waived: Callable[[], None] | None = None
    """Called with a good answer for which nobody waits any more."""


class Post:
    """What a worker has to tell."""

    def __init__(self) -> None:
        self._letters: list[In] = []
        self._news = anyio.Event()
        self._numbers = count()
        self._asked: dict[int, _Asked] = {}
        self._closed = False

    def tell(self, letter: In) -> None:
        """Have it fetched."""
        self._letters.append(letter)
        self._news.set()

    async def ask(self, letter: Callable[[int], Asking], waived: Callable[[], None] | None = None) -> None:
        """Have it fetched, and return once the driver has done what it asks for.

        Args:
            letter: Written under the number by which it is answered.
            waived: Undoes what was granted after the caller had been cancelled.

        Raises:
            MootError: It cannot be done.
            CapReached: A cap of the run does not allow it.
        """
        if self._closed:
            raise _gone()
        number = next(self._numbers)
        asked = self._asked[number] = _Asked()
        self.tell(letter(number))
        try:
            await asked.over.wait()
        except anyio.get_cancelled_exc_class():
            asked.waived = waived
            raise
        if asked.error is not None:
            raise asked.error

    def answered(self, answer: Answer) -> None:
        """The driver has answered."""
        asked = self._asked.pop(answer.number)
        asked.error = answer.error
        asked.over.set()
        if asked.waived is not None and answer.error is None:
            asked.waived()

    async def fetched(self, patience_s: float) -> list[In]:
        """All letters, soon after there is one; none when patience is out."""
        with anyio.move_on_after(patience_s):
            await self._news.wait()
            await anyio.sleep(LINGER_S)
        letters, self._letters = self._letters, []
        self._news = anyio.Event()
        return letters

    def close(self) -> None:
        """Nobody fetches any more: whoever waits for an answer is told so."""
        self._closed = True
        for asked in self._asked.values():
            asked.error = _gone()
            asked.over.set()
        self._asked.clear()


def _gone() -> StoreError:
    return StoreError("the driver of this worker has gone, and with it the journal")
