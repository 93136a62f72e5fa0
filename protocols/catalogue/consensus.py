"""Discussions that end when enough agree, after Kaesberg et al. (arXiv:2502.19130).

Which way they draft together is a parameter, see `paradigms`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.catalogue.paradigms import PARADIGMS, ParadigmName
from moot.protocols.decide import Decision, hybrid, last, majority, supermajority, unanimity
from moot.protocols.floor.floor import Floor
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.standing import Standing
from moot.protocols.stop.rule import Stop, Tested

SOURCE = "arXiv:2502.19130"
Rounds = Annotated[int, Field(ge=1)]
Window = Annotated[int, Field(ge=1)]
Variant = Literal["paper", "reference"]

ENOUGH: Mapping[str, Decision] = {
    "majority": majority(),
    "super": supermajority(share=0.66),
    "unanimity": unanimity(),
    "hybrid": hybrid(),
}
"""What a consensus is, by name."""
Enough = Literal["majority", "super", "unanimity", "hybrid"]


async def until_consensus(
    floor: Floor, enough: Enough, paradigm: ParadigmName, *, rounds: int, window: int, variant: Variant
) -> Outcome:
    """Drafts until enough agree, asked after each round; else the current draft, whoever gave it, stands.

    Args:
        floor: Where it is held.
        enough: Who must agree.
        paradigm: How they draft together.
        rounds: Most rounds.
        window: How many of each peer's latest replies are shown.
        variant: `reference` shows all replies, whatever the window, and of three or more drafters never finds that
            they agree.
    """
    rule, reference = ENOUGH[enough], variant == "reference"
    blind = reference and len(floor.debaters) > 2
    async for _ in floor.rounds(rounds, until=None if blind else _agreed(rule)):
        await PARADIGMS[paradigm](floor, None if reference else window)
    return await floor.decide(last() if blind else rule >> last())


def _agreed(rule: Decision) -> Stop:
    """Ends a debate that the rule decides."""

    def test(standing: Standing) -> str | None:
        outcome = rule.tally(standing)
        return f"consensus by {rule.name}: {outcome.answer}" if outcome and outcome.answer is not None else None

    return Tested("consensus", test, {"by": rule.name})


@protocol(
    "consensus_majority",
    source=SOURCE,
    hears="fixed",
    debaters=(2, None),
    calls="n · r, where more than half agree after r rounds",
)
async def consensus_majority(
    floor: Floor,
    *,
    rounds: Rounds = 10,
    paradigm: ParadigmName = "memory",
    window: Window = 2,
    variant: Variant = "paper",
) -> Outcome:
    """Drafts until more than half of the debaters agree.

    Agreement is asked for after whole rounds. Where the rounds run out, the current draft stands. Pitfall: the first
    draft is agreed with easily.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        paradigm: How they draft together; `debate` takes 1 + 2 (n - 1) calls a round.
        window: How many of each peer's latest replies are shown.
        variant: `reference` never finds agreement among three or more drafters, nor keeps to the window, as the
            released code.
    """
    return await until_consensus(floor, "majority", paradigm, rounds=rounds, window=window, variant=variant)


@protocol(
    "consensus_super", source=SOURCE, hears="fixed", debaters=(2, None), calls="n · r, where 66 % agree after r rounds"
)
async def consensus_super(
    floor: Floor,
    *,
    rounds: Rounds = 10,
    paradigm: ParadigmName = "memory",
    window: Window = 2,
    variant: Variant = "paper",
) -> Outcome:
    """Drafts until at least 66 % of the debaters agree; else as `consensus_majority`.

    Pitfall: two of three are enough.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        paradigm: How they draft together.
        window: How many of each peer's latest replies are shown.
        variant: See `consensus_majority`.
    """
    return await until_consensus(floor, "super", paradigm, rounds=rounds, window=window, variant=variant)


@protocol(
    "consensus_unanimity",
    source=SOURCE,
    hears="fixed",
    debaters=(2, None),
    calls="n · r, where all agree after r rounds",
)
async def consensus_unanimity(
    floor: Floor,
    *,
    rounds: Rounds = 10,
    paradigm: ParadigmName = "memory",
    window: Window = 2,
    variant: Variant = "paper",
) -> Outcome:
    """Drafts until all debaters agree; else as `consensus_majority`.

    Pitfall: one that cannot be read or convinced takes the debate to its last round.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        paradigm: How they draft together.
        window: How many of each peer's latest replies are shown.
        variant: See `consensus_majority`.
    """
    return await until_consensus(floor, "unanimity", paradigm, rounds=rounds, window=window, variant=variant)


@protocol(
    "consensus_hybrid",
    source=SOURCE,
    hears="fixed",
    debaters=(2, None),
    calls="n · r, where enough agree after r rounds",
)
async def consensus_hybrid(
    floor: Floor,
    *,
    rounds: Rounds = 10,
    paradigm: ParadigmName = "memory",
    window: Window = 2,
    variant: Variant = "paper",
) -> Outcome:
    """Drafts until all agree, after the fifth round until at least 75 % do; else as `consensus_majority`.

    Pitfall: three debaters or fewer must always be of one mind.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        paradigm: How they draft together.
        window: How many of each peer's latest replies are shown.
        variant: See `consensus_majority`.
    """
    return await until_consensus(floor, "hybrid", paradigm, rounds=rounds, window=window, variant=variant)
