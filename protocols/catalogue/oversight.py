"""Debates before a judge who knows less than the debaters: each defends an assigned answer, the judge chooses.

The judge never sees the question's document (`context`), only what is said about it, and learns by
string comparison which quotes are really there.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.catalogue.arguing import READS, pooled, verdicts
from moot.protocols.catalogue.drafting import exchange
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.view import Ask
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.sides import Side, Sides, asked_of, no_pair, opposed, seated
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Order = Literal["simultaneous", "sequential"]


@protocol(
    "irving",
    source="arXiv:1805.00899",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="2R + 1",
    refuses=no_pair,
)
async def irving(floor: Floor, *, rounds: Rounds = 3, words: Annotated[int, Field(ge=1)] = 40) -> Outcome:
    """Irving et al. (2018): two debaters bound to opposite answers alternate short statements, then a judge picks.

    A *reconstruction* from the abstract. Zero-sum; a statement is cut to a length. Pitfall: one
    verdict in one order leaves a judge's liking for the first or the last word in the result.

    Args:
        floor: Where it is held; who speaks first and who defends what is drawn from the seed.
        rounds: Rounds of one statement each.
        words: Most words of a statement that are shown.
    """
    sides, said = seated(floor), list[Turn]()
    async for _ in floor.rounds(rounds):
        for side in sides.sides:
            said.append(await _statement(floor, sides, side, said, words))
    return pooled(await verdicts(floor, sides, said, swap=False), sides.answers)


@protocol(
    "kenton_debate",
    source="arXiv:2407.04622",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="2R + 1, or 2R + 2 with the swap",
    refuses=no_pair,
)
async def kenton_debate(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    order: Order = "simultaneous",
    swap: bool = False,
) -> Outcome:
    """Kenton et al. (2024): assigned sides argue before a weaker judge, who decides once.

    A *reconstruction*: no code was released. What differs from khan_sim is that orders are drawn
    and not swapped. Pitfall: one judgment shows the judge's liking for a place.

    Args:
        floor: Where it is held; who defends what, and every order, is drawn from the seed.
        rounds: Rounds of one argument each.
        order: Whether the second speaker of a later round has heard the first.
        swap: Whether the judge is asked in both orders.
    """
    return await _kenton(floor, seated(floor), rounds, order, swap)


@protocol(
    "kenton_open_debate",
    source="arXiv:2407.04622",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="2R + 2, or 2R + 3 with the swap",
    refuses=no_pair,
)
async def kenton_open_debate(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    order: Order = "simultaneous",
    swap: bool = False,
) -> Outcome:
    """Kenton et al. (2024), open debate: the protagonist chooses its answer, the antagonist gets the other one.

    A *reconstruction*: no code was released. Pitfall: which answer is argued for first is now the
    protagonist's doing, and its share of right choices bounds nothing: compare with it.

    Args:
        floor: Where it is held; the first agent is the protagonist.
        rounds: Rounds of one argument each.
        order: Whether the second speaker of a later round has heard the first.
        swap: Whether the judge is asked in both orders.
    """
    chosen = (await choice(floor)).answer
    if chosen is None:
        return Outcome(rule="judge")
    return await _kenton(floor, opposed(floor, floor.debaters[0], chosen), rounds, order, swap)


async def choice(floor: Floor) -> Turn:
    """The turn in which the first agent chooses the answer that it is to defend."""
    return await floor.speak(floor.debaters[0], view=READS, aside=True, open=False, question=asked_of(floor))


async def _kenton(floor: Floor, sides: Sides, rounds: int, order: str, swap: bool) -> Outcome:
    said = list[Turn]()
    async for number in floor.rounds(rounds):
        said += await exchange(floor, sides, said, in_turn=number > 0 and order == "sequential")
    return pooled(await verdicts(floor, sides, said, swap=swap), sides.answers)


async def _statement(floor: Floor, sides: Sides, side: Side, said: list[Turn], words: int) -> Turn:
    ask = Ask(first="irving_statement", later="irving_statement", quotes=True, values={"name": side.name})
    view = replace(READS, words=words)
    return await floor.speak(side.seat, view=view, ask=ask, reads=tuple(said), stance=side.stance, question=sides.asked)
