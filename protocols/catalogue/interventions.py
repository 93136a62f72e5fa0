"""Three interventions against echo chambers: of all replies the best or the most different are read, or corrected ones.

After Estornell and Liu (2024). Everyone reads the same list, its own reply among it and not marked as such.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.answers import worded
from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.similarity import Matrix, Similarity, SimilarityName, alike
from moot.protocols.stop import unanimous
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Keep = Annotated[int, Field(ge=1)]
Variant = Literal["paper", "reference"]

SOURCE = "Estornell and Liu 2024"
NEWCOMER = View(own="none")
CRITIC, FINDINGS = "critic", ("found", "none")


@protocol("quality_prune", source=SOURCE, hears="fixed", calls="n · R, or n · r where all agree in round r")
async def quality_prune(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    keep: Keep | None = None,
    similarity: SimilarityName | Similarity = "ngrams",
    variant: Variant = "paper",
) -> Outcome:
    """Everyone reads the replies that are nearest to the question; it ends when all agree, or with the rounds.

    The reference compares embeddings, the built-in measure shared letters: give a function of your own for the
    meaning. Pitfall: what repeats the question counts as near, whether it answers it or not.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        keep: Replies that are read; None is half of them, rounded up.
        similarity: How alike texts are: `ngrams`, `words`, or a function of the texts that gives their matrix.
        variant: Their order: `paper` that of the seats; `reference` one drawn for every reader, as the code has them
            in the order in which they happened to arrive.
    """

    async def nearest(replies: Sequence[Turn]) -> list[Turn]:
        matrix = await alike([floor.question.text, *(turn.said for turn in replies)], similarity)
        return [replies[place] for place in largest(matrix[0][1:], _kept(keep, replies))]

    async for _ in floor.rounds(rounds, until=unanimous()):
        await _read(floor, await nearest(await _replies(floor)), variant)
    return await floor.decide(plurality())


@protocol("diversity_prune", source=SOURCE, hears="fixed", calls="n · R, or n · r where all agree in round r")
async def diversity_prune(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    keep: Keep | None = None,
    apart: Literal["nearest", "total"] = "nearest",
    similarity: SimilarityName | Similarity = "ngrams",
    variant: Variant = "paper",
) -> Outcome:
    """Everyone reads the replies that differ most from each other; it ends when all agree, or with the rounds.

    They are chosen greedily, each next one the farthest from those chosen. The reference compares embeddings, the
    built-in measure shared letters. Pitfall: the odd one out is always read, wrong or not.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        keep: Replies that are read; None is half of them, rounded up.
        apart: Farthest by the distance to the `nearest` of those chosen, or by the `total` of the distances to all.
        similarity: How alike texts are: `ngrams`, `words`, or a function of the texts that gives their matrix.
        variant: The first chosen, and the order in which they are read: `paper` the one most like all others, and
            that of the seats; `reference` the first seat's, and one drawn for every reader.
    """

    async def different(replies: Sequence[Turn]) -> list[Turn]:
        matrix = await alike([turn.said for turn in replies], similarity)
        first = min(range(len(replies)), key=lambda place: _place(floor, replies[place]))
        start = first if variant == "reference" else central(matrix)
        farthest = spread(matrix, _kept(keep, replies), start, min if apart == "nearest" else math.fsum)
        return [replies[place] for place in farthest]

    async for _ in floor.rounds(rounds, until=unanimous()):
        replies = await _replies(floor)
        await _read(floor, await different(replies) if replies else [], variant)
    return await floor.decide(plurality())


@protocol(
    "misconception_refute",
    source=SOURCE,
    hears="fixed",
    calls="n · R + 2n · (R − 1) at most, or n where all agree at once",
)
async def misconception_refute(floor: Floor, *, rounds: Rounds = 3, variant: Variant = "paper") -> Outcome:
    """Before replies are read, each is searched for misconceptions and rewritten without them.

    Its author's model does both, as a critic who sees nothing else; where the rewriting fails the reply is read as it
    was. It ends when all agree, or with the rounds. Pitfall: three calls a reply, and the critic shares its author's
    misconceptions.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        variant: Their order: `paper` that of the seats; `reference` one drawn for every reader, as the code has them
            in the order in which they happened to arrive.
    """
    async for _ in floor.rounds(rounds, until=unanimous()):
        await _read(floor, await _corrected(floor, await _replies(floor)), variant)
    return await floor.decide(plurality())


async def _corrected(floor: Floor, replies: Sequence[Turn]) -> list[Turn]:
    """Each reply as its critic rewrites it."""
    if not replies:
        return []
    seats = {seat.name: seat for seat in floor.debaters}
    search, rewrite = Ask(first="misconceptions", later="misconceptions", among=FINDINGS), always("corrected")
    await floor.together(
        [
            Part(seats[turn.seat], NEWCOMER, search, reads=[turn], role=CRITIC, aside=True, space=worded(FINDINGS))
            for turn in replies
        ]
    )
    rewritten = await floor.together(
        [
            Part(seats[turn.seat], View(own="last"), rewrite, reads=[turn], role=CRITIC, aside=True, open=False)
            for turn in replies
        ]
    )
    return [new if new.text else old for new, old in zip(rewritten, replies, strict=True)]


async def _replies(floor: Floor) -> list[Turn]:
    """What was said in the round before, ordered by the words, so that no seat has the better of a tie."""
    replies = (turn for turn in (await floor.transcript()).round(-1) if turn.text)
    return sorted(replies, key=lambda turn: turn.said)


async def _read(floor: Floor, replies: Sequence[Turn], variant: Variant) -> None:
    """A round in which everyone reads these replies."""
    view = View(own="none", shuffled=variant == "reference")
    seated = sorted(replies, key=lambda turn: _place(floor, turn))
    await floor.together([Part(seat, view, Ask(later="pooled"), reads=seated) for seat in floor.debaters])


def _place(floor: Floor, turn: Turn) -> int:
    return [seat.name for seat in floor.debaters].index(turn.seat)


def _kept(keep: int | None, replies: Sequence[Turn]) -> int:
    return (len(replies) + 1) // 2 if keep is None else keep


def largest(values: Sequence[float], count: int) -> list[int]:
    """The places of the largest values, the largest first; of equal ones the earlier.

    >>> largest([0.1, 0.9, 0.5, 0.9], 3)
    [1, 3, 2]
    """
    return sorted(range(len(values)), key=lambda place: -values[place])[:count]


def central(matrix: Matrix) -> int:
    """The place of the text that is most like all the others: the nearest to their centroid.

    >>> central([[1, 0.8, 0.1], [0.8, 1, 0.3], [0.1, 0.3, 1]])
    1
    """
    return largest([math.fsum(row) - row[place] for place, row in enumerate(matrix)], 1)[0]


def spread(matrix: Matrix, count: int, start: int, apart: Callable[[Iterable[float]], float]) -> list[int]:
    """Places of texts that differ, from `start` on, each next one the farthest from those chosen.

    Args:
        matrix: How alike each two are.
        count: How many, at most as many as there are.
        start: The first.
        apart: `min` for the distance to the nearest of those chosen, `fsum` for that to all of them.

    >>> spread([[1, 0.8, 0.1], [0.8, 1, 0.3], [0.1, 0.3, 1]], 2, 1, min)
    [1, 2]
    """
    chosen = [start]
    while len(chosen) < min(count, len(matrix)):
        left = [place for place in range(len(matrix)) if place not in chosen]
        chosen.append(max(left, key=lambda place: apart(1 - matrix[place][other] for other in chosen)))
    return chosen
