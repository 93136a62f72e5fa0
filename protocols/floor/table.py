"""The turns taken so far, and what each seat may be shown of them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from itertools import zip_longest

from moot.protocols.answers import AnswerSpace
from moot.protocols.floor.composing import Past
from moot.protocols.floor.links import Link
from moot.protocols.floor.seats import Seat
from moot.protocols.tally import Tally
from moot.protocols.transcript import PRESENT, Transcript, Turn


class Table:
    """Turns by seat and wave. Only what lies before a wave is ever shown to it."""

    def __init__(
        self, seats: Sequence[str], space: AnswerSpace, settle: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """Begin with no turn.

        Args:
            seats: Debaters, in seat order.
            space: Says which answers are equal.
            settle: Finds out what an answer is equal to, where its key says so only then.
        """
        self._order = {seat: index for index, seat in enumerate(seats)}
        self._by_seat: dict[str, list[Turn]] = {}
        self._heard: dict[str, tuple[int, list[Turn]]] = {}
        """What was last asked for of each seat's turns, and before which wave: all its hearers ask the same."""
        self._space, self._settle = space, settle
        self._forms: dict[str, str] = {}
        """By key, the form in which each answer was first given; equal answers are counted in it."""
        self._counted: dict[str, str] = {}
        """The form in which each answer as given is counted."""
        self._foreign: set[str] = set()
        self._settled = Transcript()
        self._unsettled: list[Turn] = []
        self.attendance: dict[int, tuple[int, int]] = {}
        """For each round, how many turns it has, and how many of them count for the quorum."""
        self.usage = Tally()
        """Of all turns so far."""

    def add(self, turn: Turn, *, foreign: bool = False) -> None:
        """Put down a turn; the answer of a foreign one is none of the debate's, and is counted as it is given."""
        if foreign:
            self._foreign.add(turn.id)
        self._by_seat.setdefault(turn.seat, []).append(turn)
        self._heard.pop(turn.seat, None)
        self._unsettled.append(turn)
        self.usage += turn.usage
        if turn.round is not None:
            turns, present = self.attendance.get(turn.round, (0, 0))
            self.attendance[turn.round] = turns + 1, present + (turn.status in PRESENT)

    def leave_out(self, rounds: Collection[int]) -> None:
        """Have those rounds unsaid; what their turns used stays used."""
        self._settled = Transcript(turn for turn in self._settled if turn.round not in rounds)
        self._unsettled = [turn for turn in self._unsettled if turn.round not in rounds]
        self.attendance = {number: held for number, held in self.attendance.items() if number not in rounds}

    def of(self, seat: str, *, before: int) -> Sequence[Turn]:
        """A seat's turns from waves before `before`."""
        turns = self._by_seat.get(seat, [])
        end = len(turns)
        while end and turns[end - 1].wave >= before:  # at most a few are ahead
            end -= 1
        return turns[:end]

    def past(
        self,
        seat: Seat,
        peers: Sequence[tuple[Seat, float | None]],
        *,
        before: int,
        links: Sequence[Link | None] = (),
    ) -> Past:
        """What a seat may be shown when it hears those peers: its own words in this role, theirs in rounds."""
        return Past(
            own=[turn for turn in self.of(seat.name, before=before) if turn.role == seat.role],
            peers=[
                (self._arrived(peer.name, before, link), weight) for (peer, weight), link in zip_longest(peers, links)
            ],
            links=links,
        )

    def _arrived(self, peer: str, before: int, link: Link | None) -> Sequence[Turn]:
        said = self.said_by(peer, before)
        if link is None:
            return said
        rounds = [turn.round for turn in self.of(peer, before=before) if turn.round is not None]
        return link.arrived(said, max(rounds, default=0))

    def said_by(self, peer: str, before: int) -> list[Turn]:
        """A seat's turns in rounds, from waves before `before`, that have text."""
        wave, said = self._heard.get(peer, (-1, []))
        if wave != before:
            said = [turn for turn in self.of(peer, before=before) if turn.round is not None and turn.text]
            self._heard[peer] = before, said
        return said

    async def answers(self, turn: Turn) -> list[str | None]:
        """A seat's answers of all rounds up to that turn, equal answers in one form."""
        said = [one.answer for one in self.of(turn.seat, before=turn.wave + 1) if one.round is not None]
        if self._space.keyed:
            return [None if answer is None else self._space.key(answer) for answer in said]
        return [None if answer is None else await self._form(answer) for answer in said]

    async def settled(self) -> Transcript:
        """All turns in the order (wave, seat), with equal answers counted as one.

        Waits for comparisons that take time (mathematics, a comparing LLM); which form of an
        answer is counted depends on that order alone, never on who replied first.
        """
        while self._unsettled:  # a comparison is a turn as well
            fresh = sorted(self._unsettled, key=self._place)
            self._unsettled = []
            counted = [await self._as_counted(turn) for turn in fresh]
            self._settled = Transcript(sorted((*self._settled, *counted), key=self._place))
        return self._settled

    async def _as_counted(self, turn: Turn) -> Turn:
        vote = turn.answer if turn.answer is None or turn.id in self._foreign else await self._form(turn.answer)
        return turn if vote == turn.vote else replace(turn, vote=vote)

    def _place(self, turn: Turn) -> tuple[int, int]:
        return turn.wave, self._order.get(turn.seat, len(self._order))

    async def _form(self, answer: str) -> str:
        if answer not in self._counted:
            if self._settle is not None:
                await self._settle(answer)
            key = self._space.key(answer)
            if key not in self._forms:
                self._forms[key] = await self._equal_form(answer) or answer
            self._counted[answer] = self._forms[key]
        return self._counted[answer]

    async def _equal_form(self, answer: str) -> str | None:
        """The form of an answer that is equal though its key differs; only some spaces have such."""
        if not self._space.keyed:
            for form in dict.fromkeys(self._forms.values()):
                if await self._space.equal(form, answer):
                    return form
        return None
