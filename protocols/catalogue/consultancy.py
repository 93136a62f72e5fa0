"""Consultancies: one consultant argues for an answer, a judge without the document asks and decides.

What debate is compared with: the same judge, the same document, nobody to contradict.
"""

from typing import Annotated

from pydantic import Field

from moot.protocols.catalogue.arguing import argument, pooled, question, verdicts
from moot.protocols.catalogue.drafting import PLAIN, Care, crafted
from moot.protocols.catalogue.oversight import choice
from moot.protocols.floor.floor import Floor
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.sides import Sides, no_pair, opposed, seated
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=1, le=64)]
More = Annotated[int, Field(ge=0, le=64)]


@protocol(
    "khan_consultancy",
    source="arXiv:2402.06782",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(1, 2),
    calls="n · (2R + 1), or n · 2R without the swap; care costs as in khan_sim",
    refuses=no_pair,
)
async def khan_consultancy(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    swap: bool = True,
    best_of: Count = 1,
    critiques: More = 0,
    resamples: More = 0,
) -> Outcome:
    """Khan et al. (2024), consultancy: one consultant argues for its assigned answer, the judge asks between rounds.

    One agent is given a side drawn from the seed, so that over many questions the right and the
    wrong one come up alike. Two agents get a side each and hold a consultancy each, neither
    hearing of the other; the mean over both decides. Pitfall: accuracy means little unless both sides are averaged.

    Args:
        floor: Where it is held.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked a second time with the options the other way round.
        best_of: As in `khan_sim`.
        critiques: As in `khan_sim`.
        resamples: As in `khan_sim`.
    """
    care = Care(best_of, critiques=critiques, resamples=resamples)
    return await _consulted(floor, seated(floor), rounds, swap, care)


@protocol(
    "kenton_consultancy",
    source="arXiv:2407.04622",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(1, 2),
    calls="n · 2R, or n · (2R + 1) with the swap",
    refuses=no_pair,
)
async def kenton_consultancy(floor: Floor, *, rounds: Rounds = 3, swap: bool = False) -> Outcome:
    """Kenton et al. (2024), consultancy: as khan_consultancy, but orders are drawn and not swapped.

    A *reconstruction*: no code was released. Pitfall: one side drawn for one question says
    nothing; average over many, or seat two consultants.

    Args:
        floor: Where it is held.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked a second time with the options the other way round.
    """
    return await _consulted(floor, seated(floor), rounds, swap)


@protocol(
    "kenton_open_consultancy",
    source="arXiv:2407.04622",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(1, 1),
    calls="2R + 1, or 2R + 2 with the swap",
    refuses=no_pair,
)
async def kenton_open_consultancy(floor: Floor, *, rounds: Rounds = 3, swap: bool = False) -> Outcome:
    """Kenton et al. (2024), open consultancy: the consultant chooses the answer that it then argues for.

    A *reconstruction*: no code was released. Pitfall: what the consultant gets wrong the judge mostly gets wrong too.

    Args:
        floor: Where it is held.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked a second time with the options the other way round.
    """
    chosen = (await choice(floor)).answer
    if chosen is None:
        return Outcome(rule="judge")
    return await _consulted(floor, opposed(floor, floor.debaters[0], chosen), rounds, swap)


async def _consulted(floor: Floor, sides: Sides, rounds: int, swap: bool, care: Care = PLAIN) -> Outcome:
    """A consultancy of each side, held beside each other; the mean of all verdicts."""
    said = {side.seat.name: list[Turn]() for side in sides.sides}
    async for number in floor.rounds(rounds):
        for side in sides.sides if number else ():
            heard = said[side.seat.name]
            heard.append(await question(floor, sides, heard))
        parts = [argument(sides, side, said[side.seat.name]) for side in sides.sides]
        for turn in await crafted(floor, sides, parts, care):
            said[turn.seat].append(turn)
    given = [await verdicts(floor, sides, said[side.seat.name], swap=swap) for side in sides.sides]
    return pooled([turn for one in given for turn in one], sides.answers)
