"""The turns taken so far, and what each seat may be shown of them."""

from collections.abc import Sequence

from moot.protocols.answers import AnswerSpace
from moot.protocols.floor.composing import Past
from moot.protocols.floor.seats import Seat
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn


class Table:
    """Turns by seat and wave. Only what lies before a wave is ever shown to it."""

    def __init__(self, seats: Sequence[str], space: AnswerSpace) -> None:
        self._order = {seat: index for index, seat in enumerate(seats)}
        self._by_seat: dict[str, list[Turn]] = {}
        self._space = space
        self._forms: dict[str, str] = {}
        """By key, the form in which each answer was first given; equal answers are counted in it."""
        self._settled = Transcript()
        self._unsettled: list[Turn] = []
        self.usage = Tally()
        """Of all turns so far."""

    def add(self, turn: Turn) -> None:
        """Put down a turn."""
        self._by_seat.setdefault(turn.seat, []).append(turn)
        self._unsettled.append(turn)
        self.usage += turn.usage

    def of(self, seat: str, *, before: int) -> Sequence[Turn]:
        """A seat's turns from waves before `before`."""
        turns = self._by_seat.get(seat, [])
        end = len(turns)
        while end and turns[end - 1].wave >= before:  # at most a few are ahead
            end -= 1
        return turns[:end]

    def past(self, seat: Seat, peers: Sequence[tuple[Seat, float | None]], *, before: int, stance: str | None) -> Past:
        """What a seat may be shown when it hears those peers: its own words in this role, theirs in rounds."""
        return Past(
            own=[turn for turn in self.of(seat.name, before=before) if turn.role == seat.role],
            peers=[(self._spoken(peer, before), weight) for peer, weight in peers],
            stance=stance,
        )

    def _spoken(self, peer: Seat, before: int) -> list[Turn]:
        return [turn for turn in self.of(peer.name, before=before) if turn.round is not None]

    async def settled(self) -> Transcript:
        """All turns in the order (wave, seat), with equal answers counted as one.

        Waits for comparisons that take time (mathematics, a comparing LLM); which form of an
        answer is counted depends on that order alone, never on who replied first.
        """
        if self._unsettled:
            fresh = sorted(self._unsettled, key=self._place)
            self._unsettled = []
            counted = [turn.model_copy(update={"vote": await self._form(turn.answer)}) for turn in fresh]
            self._settled = Transcript(sorted((*self._settled, *counted), key=self._place))
        return self._settled

    def _place(self, turn: Turn) -> tuple[int, int]:
        return turn.wave, self._order.get(turn.seat, len(self._order))

    async def _form(self, answer: str | None) -> str | None:
        if answer is None:
            return None
        key = self._space.key(answer)
        if key not in self._forms:
            self._forms[key] = await self._equal_form(answer) or answer
        return self._forms[key]

    async def _equal_form(self, answer: str) -> str | None:
        """The form of an answer that is equal though its key differs; only some spaces have such."""
        if not self._space.keyed:
            for form in dict.fromkeys(self._forms.values()):
                if await self._space.equal(form, answer):
                    return form
        return None
