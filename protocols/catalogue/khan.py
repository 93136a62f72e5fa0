"""The debates of Khan et al.: two sides with the document, quotes that are checked, a judge without it.

In an argument goes as much care as is wanted, see `drafting`.
"""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.answers import worded
from moot.protocols.catalogue.arguing import READS, pooled, question, verdicts
from moot.protocols.catalogue.drafting import Care, arguments, exchange
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.sides import Side, Sides, no_pair, seated
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=1, le=64)]
More = Annotated[int, Field(ge=0, le=64)]
Variant = Literal["paper", "reference"]
CONCEDES = ("concede", "stand")
MORE = "all of these costs add up, samples made again too; a concession asks both sides once and may spare the judge"
"""What the other kinds of care cost."""


@protocol(
    "khan_sim",
    source="arXiv:2402.06782",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="2R + 2, or 2R + 1 without the swap; with several drafts, 4 · best_of · R + 2, or 4 · best_of · R + 1; "
    "with several critiques, 4 · (critiques + 1) · R + 2, or with one, 6R + 2; " + MORE,
    refuses=no_pair,
)
async def khan_sim(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    swap: bool = True,
    best_of: Count = 1,
    critiques: More = 0,
    resamples: More = 0,
    concession: bool = False,
    variant: Variant = "paper",
) -> Outcome:
    """Khan et al. (2024), simultaneous: both argue at once in each round, then a judge without the document decides.

    Each debater reads question, document and transcript, thinks in private and argues in public.
    Quotes are marked as verified or not. The judge decides twice, with sides, names and options
    swapped, and the mean counts. The paper samples debaters at 0.4 and the judge at 0, which is
    for the agents to say. It ranks drafts by a model of preferences and critiques by the
    probability of a token; here both are asked for their confidence. Pitfall: a judge that is sure
    in both orders of different sides leaves a tie.

    Args:
        floor: Where it is held; who defends what, and every order, is drawn from the seed.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked in both orders.
        best_of: Drafts of each argument, of which the judge's favourite is said.
        critiques: Critiques of each argument before it is said, by its author's model at a temperature of 0.6; the
            argument is rewritten by the one that the critic is surest of.
        resamples: How often an argument is sampled again that has fewer than 70 or more than 150 words; the paper
            sets no end, and none is sampled again by default. A longer one is cut in any case.
        concession: Whether each side is asked in the end if it gives up: where one does, the other's answer stands
            without the judge, and where both do there is a tie. The notes on the paper do no more than name it.
        variant: Which draft is said where sides are swapped: `paper` the favourite, `reference` the
            one that the judge likes least, as the authors admit of some experiments.
    """
    sides, said = seated(floor), list[Turn]()
    care = Care(best_of, variant == "reference" and sides.swapped, critiques, resamples)
    async for _ in floor.rounds(rounds):
        said += await arguments(floor, sides, sides.sides, said, care)
    return await _settled(floor, sides, said, swap=swap, concession=concession)


@protocol(
    "khan_seq",
    source="arXiv:2402.06782",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="2R + 2, or 2R + 1 without the swap; with several drafts, 4 · best_of · R + 2, or 4 · best_of · R + 1; "
    "with several critiques, 4 · (critiques + 1) · R + 2, or with one, 6R + 2; " + MORE,
    refuses=no_pair,
)
async def khan_seq(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    swap: bool = True,
    best_of: Count = 1,
    critiques: More = 0,
    resamples: More = 0,
    concession: bool = False,
    variant: Variant = "paper",
) -> Outcome:
    """Khan et al. (2024), sequential: as khan_sim, but after round 0 the second speaker has heard the first.

    Pitfall: the last word is worth something; average over seeds, which draw who speaks first.

    Args:
        floor: Where it is held; who defends what, and every order, is drawn from the seed.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked in both orders.
        best_of: As in `khan_sim`.
        critiques: As in `khan_sim`.
        resamples: As in `khan_sim`.
        concession: As in `khan_sim`.
        variant: As in `khan_sim`.
    """
    sides, said = seated(floor), list[Turn]()
    care = Care(best_of, variant == "reference" and sides.swapped, critiques, resamples)
    async for number in floor.rounds(rounds):
        said += await exchange(floor, sides, said, in_turn=number > 0, care=care)
    return await _settled(floor, sides, said, swap=swap, concession=concession)


@protocol(
    "khan_interactive",
    source="arXiv:2402.06782",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, 2),
    calls="3R + 1, or 3R without the swap; with several drafts, R + 4 · best_of · R + 1, or R + 4 · best_of · R; "
    "with several critiques, R + 4 · (critiques + 1) · R + 1, or with one, 7R + 1; " + MORE,
    refuses=no_pair,
)
async def khan_interactive(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    swap: bool = True,
    best_of: Count = 1,
    critiques: More = 0,
    resamples: More = 0,
    concession: bool = False,
    variant: Variant = "paper",
) -> Outcome:
    """Khan et al. (2024), interactive: as khan_sim, and before each round but the first the judge asks one question.

    Both debaters get the same question. Pitfall: a question that names a speaker is wrong in the
    swapped order, so the judge is told to name none.

    Args:
        floor: Where it is held; who defends what, and every order, is drawn from the seed.
        rounds: Rounds of one argument each.
        swap: Whether the judge is asked in both orders.
        best_of: As in `khan_sim`.
        critiques: As in `khan_sim`.
        resamples: As in `khan_sim`.
        concession: As in `khan_sim`.
        variant: As in `khan_sim`.
    """
    sides, said = seated(floor), list[Turn]()
    care = Care(best_of, variant == "reference" and sides.swapped, critiques, resamples)
    async for number in floor.rounds(rounds):
        if number:
            said.append(await question(floor, sides, said))
        said += await arguments(floor, sides, sides.sides, said, care)
    return await _settled(floor, sides, said, swap=swap, concession=concession)


async def _settled(floor: Floor, sides: Sides, said: list[Turn], *, swap: bool, concession: bool) -> Outcome:
    """The outcome: by the judge, unless a side gives up where it is asked."""
    standing = await _standing(floor, sides, said) if concession else sides.sides
    if len(standing) == len(sides.sides):
        return pooled(await verdicts(floor, sides, said, swap=swap), sides.answers)
    if not standing:
        return Outcome(rule="concession", support=dict.fromkeys(sides.answers, 0.5), ties=sides.answers)
    answer = standing[0].stance
    return Outcome(answer=answer, rule="concession", support={one: float(one == answer) for one in sides.answers})


async def _standing(floor: Floor, sides: Sides, said: list[Turn]) -> list[Side]:
    """The sides that do not give up once all is said."""
    ask = Ask(first="oversight_concede", later="oversight_concede")
    parts = [
        Part(side.seat, READS, ask, reads=tuple(said), stance=side.stance, aside=True, open=False,
             space=worded(CONCEDES), question=sides.asked)
        for side in sides.sides
    ]  # fmt: skip
    said_so = zip(sides.sides, await floor.together(parts), strict=True)
    return [side for side, turn in said_so if turn.answer != CONCEDES[0]]
