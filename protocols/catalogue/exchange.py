"""Exchange-of-Thought: four ways in which words travel between debaters.

After Yin et al. (EMNLP 2023); neither code nor paper was at hand, so that all of them are reconstructions.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Copied, Part
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.stop import stable, unanimous
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Waves = Sequence[Mapping[int, Sequence[int]]]
"""One round after the first: waves in order, in each the places that speak, with the places that each hears."""

SOURCE = "Yin et al., EMNLP 2023"
CALLS = "n · R at most, or 2n where all repeat their answer; who does is not called again"


@protocol("eot_memory", source=SOURCE, hears="fixed", debaters=(2, None), calls=CALLS)
async def eot_memory(floor: Floor, *, rounds: Rounds = 5, confidence: bool = True) -> Outcome:
    """Bus: everyone speaks at once, having read everyone's last reply; n(n - 1) messages a round.

    A *reconstruction*. Who gives the same answer twice running has settled: its reply stands and it is not called
    again. The debate ends when all agree or all have settled, else with the rounds, and plurality decides. Pitfall:
    a seat that settles early hears no later argument.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        confidence: Whether each reply is shown with how steady its author has been, from round 2 on.
    """
    return await _exchange(floor, rounds, confidence, bus(len(floor.debaters)))


@protocol("eot_report", source=SOURCE, hears="fixed", debaters=(2, None), calls=CALLS)
async def eot_report(floor: Floor, *, rounds: Rounds = 5, confidence: bool = True) -> Outcome:
    """Star: the centre reads all, then all others read the centre's new reply; 2(n - 1) messages a round.

    A *reconstruction*; settling, ending and deciding are those of eot_memory. Pitfall: once the centre has settled,
    the others read the same words for ever.

    Args:
        floor: Where it is held; the first agent is the centre.
        rounds: Most rounds, the first independent one included.
        confidence: Whether each reply is shown with how steady its author has been, from round 2 on.
    """
    return await _exchange(floor, rounds, confidence, star(len(floor.debaters)))


@protocol("eot_relay", source=SOURCE, hears="fixed", debaters=(2, None), calls=CALLS)
async def eot_relay(floor: Floor, *, rounds: Rounds = 5, confidence: bool = True) -> Outcome:
    """Ring: one after another, each reads the newest reply of the one before it; n messages a round.

    A *reconstruction*; settling, ending and deciding are those of eot_memory. Pitfall: what a seat reads depends on
    where it sits.

    Args:
        floor: Where it is held; agents sit around in their order, and the first follows the last.
        rounds: Most rounds, the first independent one included.
        confidence: Whether each reply is shown with how steady its author has been, from round 2 on.
    """
    return await _exchange(floor, rounds, confidence, relay(len(floor.debaters)))


@protocol("eot_debate", source=SOURCE, hears="fixed", debaters=(2, None), calls=CALLS)
async def eot_debate(floor: Floor, *, rounds: Rounds = 5, confidence: bool = True) -> Outcome:
    """Binary tree: the two below one seat exchange their replies, then that seat reads both, level by level upwards.

    A *reconstruction*; settling, ending and deciding are those of eot_memory. Pitfall: nothing travels down, so the
    leaves never learn what the root made of their words.

    Args:
        floor: Where it is held; the first agent is the root, and below the k-th sit the 2k-th and the one after it.
        rounds: Most rounds, the first independent one included.
        confidence: Whether each reply is shown with how steady its author has been, from round 2 on.
    """
    return await _exchange(floor, rounds, confidence, tree(len(floor.debaters)))


async def _exchange(floor: Floor, rounds: int, confidence: bool, waves: Waves) -> Outcome:
    seats = floor.debaters
    alone = [dict.fromkeys(range(len(seats)), ())]
    async for number in floor.rounds(rounds, until=unanimous() | stable()):
        for wave in waves if number else alone:
            said = {seat.name: await _said(floor, seat.name) for seat in seats}
            await floor.together(
                [
                    Copied(seats[place], said[seats[place].name][-1])
                    if _settled(said[seats[place].name])
                    else _part(floor, place, [said[seats[peer].name] for peer in heard], confidence)
                    for place, heard in wave.items()
                ]
            )
    return await floor.decide(plurality())


def _part(floor: Floor, place: int, heard: Sequence[Sequence[Turn]], confidence: bool) -> Part:
    """A turn that reads the last words of those heard, each with how steady its author has been."""
    latest = [next((turn for turn in reversed(turns) if turn.text), None) for turns in heard]
    view = View(confidence="stated" if confidence else None, source="stability")
    return Part(floor.debaters[place], view, reads=[turn for turn in latest if turn is not None])


async def _said(floor: Floor, name: str) -> list[Turn]:
    """A seat's turns of all rounds so far."""
    return [turn for turn in await floor.transcript() if turn.seat == name and turn.round is not None]


def _settled(turns: Sequence[Turn]) -> bool:
    """Whether a seat gave the same answer twice running."""
    return len(turns) > 1 and turns[-1].vote is not None and turns[-1].vote == turns[-2].vote


def bus(seats: int) -> Waves:
    """Everyone at once hears everyone else.

    >>> bus(3)
    [{0: [1, 2], 1: [0, 2], 2: [0, 1]}]
    """
    return [{place: [peer for peer in range(seats) if peer != place] for place in range(seats)}]


def star(seats: int) -> Waves:
    """The first place hears all, then all others hear the first.

    >>> star(3)
    [{0: [1, 2]}, {1: [0], 2: [0]}]
    """
    return [{0: list(range(1, seats))}, {place: [0] for place in range(1, seats)}]


def relay(seats: int) -> Waves:
    """One after another hears the one before it, the first the last.

    >>> relay(3)
    [{0: [2]}, {1: [0]}, {2: [1]}]
    """
    return [{place: [(place - 1) % seats]} for place in range(seats)]


def tree(seats: int) -> Waves:
    """The levels of a binary tree, the deepest first: each place hears its sibling, and those below it.

    >>> tree(5)
    [{3: [4], 4: [3]}, {1: [2, 3, 4], 2: [1]}, {0: [1, 2]}]
    """
    depth = seats.bit_length()  # place p, from 0, is on level (p + 1).bit_length()
    levels = [[place for place in range(seats) if (place + 1).bit_length() == level] for level in range(depth, 0, -1)]
    return [{place: _near(place, seats) for place in level} for level in levels]


def _near(place: int, seats: int) -> list[int]:
    sibling = [place + 1 if place % 2 else place - 1] if place else []
    return [near for near in (*sibling, 2 * place + 1, 2 * place + 2) if near < seats]
