"""Ways of drafting together: who hears whom in one round of a discussion around a current draft.

The paradigms of MALLM (Becker et al., EMNLP 2025). Every turn agrees with the newest draft that it is shown, and then
repeats its answer, or gives another; so agreement is counted as equal answers.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask
from moot.protocols.transcript import Turn

ParadigmName = Literal["memory", "relay", "report", "debate", "collective"]

DRAFT = Ask(later="draft")
INNER = 2
"""Rounds that the others hold among themselves over each draft, in the paradigm `debate`."""


async def memory(floor: Floor, window: int | None) -> None:
    """One after another, everybody hearing everybody: n calls."""
    for seat in floor.debaters:
        await _speak(floor, seat, await newest(floor, floor.others(seat), window))


async def relay(floor: Floor, window: int | None) -> None:
    """One after another, each hearing the seat before alone, the first one the last: n calls."""
    for seat, before in zip(floor.debaters, _before(floor.debaters), strict=True):
        await _speak(floor, seat, await newest(floor, [before] if before != seat else [], window))


async def report(floor: Floor, window: int | None) -> None:
    """The first drafts, having heard all others; they hear it alone, and not each other: n calls."""
    first, *others = floor.debaters
    await _speak(floor, first, await newest(floor, others, window))
    draft = await newest(floor, [first], window)
    await floor.together([Part(seat, ask=DRAFT, reads=draft) for seat in others])


async def debate(floor: Floor, window: int | None) -> None:
    """The first drafts; the others pass it around among themselves, the last time for the first to hear.

    Each hears the draft and whoever spoke before it among the others: 1 + 2 (n - 1) calls.
    """
    first, *others = floor.debaters
    draft = await _speak(floor, first, await newest(floor, others, window))
    before: list[Turn] = []
    for step in range(INNER):
        for seat in others:
            said = await _speak(floor, seat, [draft, *before], aside=step + 1 < INNER)
            before = [said] if len(others) > 1 and said.text else before


async def collective(floor: Floor, window: int | None) -> None:
    """All at once, each hearing the others' last words, whatever the window: n calls."""
    heard = [await newest(floor, floor.others(seat), 1) for seat in floor.debaters]
    parts = zip(floor.debaters, heard, strict=True)
    await floor.together([Part(seat, ask=DRAFT, reads=turns) for seat, turns in parts])


Paradigm = Callable[[Floor, int | None], Awaitable[None]]
PARADIGMS: Mapping[ParadigmName, Paradigm] = {
    "memory": memory,
    "relay": relay,
    "report": report,
    "debate": debate,
    "collective": collective,
}
"""One round of each, given how many of a peer's latest replies are shown; None is all."""


async def newest(floor: Floor, seats: Sequence[Seat], window: int | None) -> list[Turn]:
    """The latest replies of these seats in rounds, in the order in which they were given."""
    names = {seat.name for seat in seats}
    said: dict[str, list[Turn]] = {}
    for turn in await floor.transcript():
        if turn.seat in names and turn.round is not None and turn.text:
            said.setdefault(turn.seat, []).append(turn)
    kept = [turn for turns in said.values() for turn in (turns if window is None else turns[-window:])]
    return sorted(kept, key=lambda turn: turn.wave)


async def _speak(floor: Floor, seat: Seat, reads: Sequence[Turn], *, aside: bool = False) -> Turn:
    return await floor.speak(seat, ask=DRAFT, reads=reads, aside=aside, open=False)


def _before(seats: Sequence[Seat]) -> list[Seat]:
    return [seats[place - 1] for place in range(len(seats))]
