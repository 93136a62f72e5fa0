"""The five paradigms of MALLM (Becker et al., EMNLP 2025), each with the ending that it is published with."""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.catalogue.consensus import Enough, until_consensus
from moot.protocols.catalogue.electing import SIMPLE, until_vote
from moot.protocols.floor.floor import Floor
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol

SOURCE = "Becker et al., MALLM, EMNLP 2025"
Positive = Annotated[int, Field(ge=1)]
Variant = Literal["paper", "reference"]


@protocol(
    "mallm_memory", source=SOURCE, hears="fixed", debaters=(2, None), calls="n · r, where enough agree after r rounds"
)
async def mallm_memory(
    floor: Floor, *, rounds: Positive = 10, window: Positive = 2, enough: Enough = "hybrid", variant: Variant = "paper"
) -> Outcome:
    """One after another, everybody hearing everybody, each agrees with the current draft or gives a better one.

    It ends when enough agree, see the `consensus_…` protocols; else the current draft stands. Experts for the task
    are given by the agents' personas, where MALLM has a model invent three. Pitfall: later seats hear earlier ones
    already in the first round, so that there is no independent vote.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        window: How many of each peer's latest replies are shown.
        enough: Who must agree.
        variant: `reference` never finds agreement among three or more drafters, nor keeps to the window, as the
            released code.
    """
    return await until_consensus(floor, enough, "memory", rounds=rounds, window=window, variant=variant)


@protocol(
    "mallm_relay", source=SOURCE, hears="fixed", debaters=(2, None), calls="n · r, where enough agree after r rounds"
)
async def mallm_relay(
    floor: Floor, *, rounds: Positive = 10, window: Positive = 2, enough: Enough = "hybrid", variant: Variant = "paper"
) -> Outcome:
    """One after another in a circle, each hearing the seat before alone; else as `mallm_memory`.

    Pitfall: a mistake is passed on before anybody else has seen it.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        window: How many of its latest replies are shown.
        enough: Who must agree.
        variant: See `mallm_memory`.
    """
    return await until_consensus(floor, enough, "relay", rounds=rounds, window=window, variant=variant)


@protocol(
    "mallm_report", source=SOURCE, hears="fixed", debaters=(2, None), calls="n · r, where enough agree after r rounds"
)
async def mallm_report(
    floor: Floor, *, rounds: Positive = 10, window: Positive = 2, enough: Enough = "hybrid", variant: Variant = "paper"
) -> Outcome:
    """The first drafts and hears all others; they hear the first alone. Else as `mallm_memory`.

    Pitfall: everything goes through the first seat.

    Args:
        floor: Where it is held; the first agent drafts.
        rounds: Most rounds.
        window: How many of each peer's latest replies are shown.
        enough: Who must agree.
        variant: See `mallm_memory`.
    """
    return await until_consensus(floor, enough, "report", rounds=rounds, window=window, variant=variant)


@protocol(
    "mallm_debate",
    source=SOURCE,
    hears="fixed",
    debaters=(2, None),
    calls="(1 + 2 (n − 1)) · r, where enough agree after r rounds",
)
async def mallm_debate(
    floor: Floor, *, rounds: Positive = 10, window: Positive = 2, enough: Enough = "hybrid", variant: Variant = "paper"
) -> Outcome:
    """The first drafts, the others pass the draft around twice, and the first hears the last time alone.

    Only that last time counts for agreement; else as `mallm_memory`. Pitfall: the most calls of the five.

    Args:
        floor: Where it is held; the first agent drafts.
        rounds: Most rounds.
        window: How many of each peer's latest replies the first is shown.
        enough: Who must agree.
        variant: See `mallm_memory`.
    """
    return await until_consensus(floor, enough, "debate", rounds=rounds, window=window, variant=variant)


@protocol(
    "mallm_collective",
    source=SOURCE,
    hears="fixed",
    decides=True,
    debaters=(2, None),
    calls="n · r + 2n · (r − after + 1) where the vote after round r settles it, or n · r + n where one answer is left",
)
async def mallm_collective(floor: Floor, *, rounds: Positive = 10, after: Positive = 3) -> Outcome:
    """Collective refinement: all at once, each from its own last reply and all others', then a vote.

    Only the first round is independent. The vote is that of `vote_simple`. Pitfall: who all improve on each other's
    replies soon give one.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        after: Rounds before the first vote.
    """
    return await until_vote(floor, SIMPLE, "collective", rounds=rounds, after=after, window=1)
