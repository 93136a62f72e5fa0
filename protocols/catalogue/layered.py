"""Layers of agents, each reading the layer before, and an aggregator at the end."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from moot.protocols.catalogue.voting import ALONE
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.registry import Seating, protocol
from moot.protocols.transcript import Turn

REFERENCES = View(own="none", anonymous=True)
"""The replies that are named, by number: nobody is told which one is its own."""
AGGREGATE = Ask(first="answer", later="aggregate")
Samples = Annotated[int, Field(ge=1)]


@protocol(
    "moa",
    source="arXiv:2406.04692",
    hears="fixed",
    judge="required",
    decides=True,
    calls="n · R + 1",
)
async def moa(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 3) -> Outcome:
    """Mixture-of-Agents of Wang et al. (2024): layers of proposers that read the layer before, then an aggregator.

    Nothing but the layer before is shown, as numbered references among which an agent's own is not
    marked. The aggregator is the debate's judge. The reference code puts the references into the
    system prompt; here they are quoted beside the question. It seats six proposers at a
    temperature of 0.7, which is for the agents to say. Pitfall: a weak proposer lowers the
    whole; compare `self_moa` at the same number of calls.

    Args:
        floor: Where it is held.
        rounds: Layers of proposers; the aggregator comes on top.
    """
    layer, ask = list[Turn](), Ask(first="answer", later="moa_propose")
    async for _ in floor.rounds(rounds):
        layer = await floor.together([Part(seat, REFERENCES, ask, reads=layer) for seat in floor.debaters])
    return await closed(floor, await aggregated(floor, floor.judge, layer), "moa")


@protocol(
    "self_moa",
    source="arXiv:2502.00674",
    hears="fixed",
    decides=True,
    debaters=(1, 1),
    copies="samples",
    calls="samples + 1",
)
async def self_moa(floor: Floor, *, samples: Samples = 6) -> Outcome:
    """Self-MoA of Li et al. (2025): one model answers several times, and its answers are merged in one call.

    The aggregator is the judge where one is seated, else the agent itself. *Reconstruction*: the
    paper's text and code were not at hand. Pitfall: at temperature 0 all samples are the same.

    Args:
        floor: Where it is held.
        samples: How often the agent answers.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    layer = (await floor.transcript()).round(-1)
    return await closed(floor, await aggregated(floor, _aggregator(floor), layer), "self_moa")


def _without_room(given: Seating) -> str | None:
    kept, window = given.parameters["kept"], given.parameters["window"]
    if kept < window:
        return None
    return f"kept={kept} leaves no room for samples in a window of {window}: set kept={window - 1} or less"


@protocol(
    "self_moa_seq",
    source="arXiv:2502.00674",
    hears="fixed",
    decides=True,
    debaters=(1, 1),
    copies="samples",
    calls="samples + 1 + ⌈(samples − window) / (window − kept)⌉, or samples + 1 where the window holds all",
    unfit=_without_room,
)
async def self_moa_seq(
    floor: Floor,
    *,
    samples: Samples = 12,
    window: Annotated[int, Field(ge=2)] = 6,
    kept: Annotated[int, Field(ge=1)] = 3,
) -> Outcome:
    """Self-MoA-Seq of Li et al. (2025): samples are merged a few at a time, the synthesis carried along.

    The first call merges a window full of samples, each further one the synthesis so far and the
    next samples, so that a prompt never holds more than `window` replies. *Reconstruction*: the
    paper's text and code were not at hand; window and places are those that others report of it.
    Pitfall: a mistake of an early synthesis is carried to the end.

    Args:
        floor: Where it is held.
        samples: How often the agent answers.
        window: Most replies that one call merges.
        kept: Places of the window that the synthesis takes: it is shown so often, which favours it over samples.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    left = [turn for turn in (await floor.transcript()).round(-1) if turn.text]
    carried = list[Turn]()
    while True:
        fits = window - len(carried)
        merged = await aggregated(floor, _aggregator(floor), [*carried, *left[:fits]])
        carried = [merged] * kept if merged.text else carried  # a lost synthesis leaves the one before it
        left = left[fits:]
        if not left:
            break
    return await closed(floor, merged, "self_moa_seq")


async def aggregated(floor: Floor, seat: Seat, reads: Sequence[Turn]) -> Turn:
    """One reply made of several."""
    return await floor.speak(
        seat, view=REFERENCES, ask=AGGREGATE, reads=reads, role="summariser", aside=True, open=False
    )


async def closed(floor: Floor, turn: Turn, rule: str) -> Outcome:
    """The outcome where one turn is the answer; its answer in the form that its equals have."""
    transcript = await floor.transcript()
    found = transcript.turn(turn.id) or turn
    support = {answer: float(len(names)) for answer, names in transcript.votes().items()}
    return Outcome(answer=found.vote, rule=rule, support=support, rationale=found.text or None)


def _aggregator(floor: Floor) -> Seat:
    """The judge where one is seated, else the first copy of the agent."""
    return floor.setting.judge or floor.debaters[0]
