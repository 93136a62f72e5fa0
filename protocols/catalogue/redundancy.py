"""Debate that stays silent where nothing new is said."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from moot.protocols.decide import plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Copied, Part
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.similarity import Similarity, SimilarityName, alike
from moot.protocols.standing import Standing
from moot.protocols.stop import tested
from moot.protocols.transcript import Turn


@protocol(
    "s2mad", source="arXiv:2502.04790", calls="n · R at most: n, and in each later round those who heard something new"
)
async def s2mad(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 3,
    similarity: SimilarityName | Similarity | None = None,
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.9,
) -> Outcome:
    """S²-MAD (2025): a seat drops what repeats its own view, and speaks only if something else has reached it.

    Redundant is a reply with the reader's own answer; with `similarity` also one as alike as `threshold`, whatever
    its answer. Who hears nothing new keeps its reply without a call, and who kept silent sends nothing; when all
    keep silent the debate is over. For groups give the topology `groups`. A *reconstruction*: neither code nor paper
    was at hand. Pitfall: a better reason for one's own answer is dropped as redundant.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        similarity: How alike replies are: `ngrams`, `words`, or a function of the texts that gives their matrix; None
            compares answers alone.
        threshold: From 0 to 1, from which on a reply is redundant.
    """
    async for _ in floor.rounds(rounds, until=quiet()):
        last = {turn.seat: turn for turn in (await floor.transcript()).round(-1)}
        parts: list[Part | Copied] = []
        for seat in floor.debaters:
            own = last.get(seat.name)
            sent = [last[peer.name] for peer in floor.hears(seat) if peer.name in last]
            fresh = [turn for turn in sent if turn.text and turn.status != "copied"]
            if own is not None and own.vote is not None:
                fresh = [turn for turn in fresh if turn.vote != own.vote]
                fresh = await _unlike(own, fresh, similarity, threshold) if similarity is not None else fresh
                parts.append(Part(seat, reads=fresh) if fresh else Copied(seat, own))
            else:
                parts.append(Part(seat, reads=fresh))
        await floor.together(parts)
    return await floor.decide(plurality())


async def _unlike(
    own: Turn, sent: Sequence[Turn], similarity: SimilarityName | Similarity, threshold: float
) -> list[Turn]:
    """Those replies that are less alike to one's own than the threshold."""
    row = (await alike([own.said, *(turn.said for turn in sent)], similarity))[0]
    return [turn for turn, value in zip(sent, row[1:], strict=True) if value < threshold]


@tested
def quiet(standing: Standing) -> str | None:
    """When nobody had anything new to answer in the last round."""
    silent = all(turn.status == "copied" for turn in standing.ballots)
    return "quiet: nobody heard anything new" if standing.ballots and silent else None
