"""Answers compared by an LLM: it has a seat beside the debate, and every comparison is a turn of that seat."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from moot.errors import shown
from moot.protocols.answers import AnswerSpace, worded
from moot.protocols.answers.classes import Classes
from moot.protocols.floor.door import CapReached
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import View, always
from moot.protocols.transcript import Turn

SAME, DIFFERENT = "same", "different"


class Comparer:
    """Says which answers are the same; each pair is asked about once, and answers equal at sight never.

    Args:
        seat: Who compares.
        space: How answers are read and, at sight, compared.
        ask: Takes a turn.
        note: Told of comparisons that came to nothing; they count as different answers.
    """

    def __init__(
        self, seat: Seat, space: AnswerSpace, ask: Callable[[Part], Awaitable[Turn]], note: Callable[[str], None]
    ) -> None:
        self._seat, self._ask, self._note = seat, ask, note
        self._sight = space.key
        self._classes = Classes(space.key)
        self._known: dict[tuple[str, str], bool | None] = {}
        self.space = replace(space, key=self._classes.key, equality=None)
        """As it was, but keys tell which answers were found to be the same."""

    async def settle(self, answer: str) -> None:
        """Find out which of the answers before it this one is the same as."""
        await self._classes.settle(answer, self.same)

    async def same(self, answer: str, other: str) -> bool | None:
        """Whether two answers are the same; None where the comparison came to nothing."""
        if self._sight(answer) == self._sight(other):
            return True
        pair = (answer, other) if answer <= other else (other, answer)  # symmetric, whoever compares
        if pair not in self._known:
            self._known[pair] = await self._asked(pair)
        return self._known[pair]

    async def _asked(self, pair: tuple[str, str]) -> bool | None:
        ask = replace(always("same"), among=pair)
        view = View(own="none", peers="none", context=False)
        part = Part(self._seat, view, ask, hears=(), aside=True, open=False, space=worded((SAME, DIFFERENT)))
        try:
            turn = await self._ask(part)
            reason = turn.reason or turn.status
        except CapReached as cap:
            turn, reason = None, cap.words
        if turn is None or turn.answer is None:
            self._note(f"{shown(pair[0])} and {shown(pair[1])} count as different answers: not compared ({reason})")
            return None
        return turn.answer == SAME
