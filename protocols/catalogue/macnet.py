"""Work handed on along a graph: a critic on every edge, an actor at every node, only the artefact passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from moot.protocols.catalogue.layered import closed
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.lots import lot
from moot.protocols.outcome import Outcome
from moot.protocols.registry import Seating, protocol
from moot.protocols.transcript import Turn
from moot.topologies import Topology

SHOWN = View(own="none")
CRITIC = Ask(
    later="macnet_critique",
    fields={"critique": "what is wrong, weak or missing in the draft, and how to mend it"},
    public="critique",
)
REWRITE = Ask(first="answer", later="macnet_rewrite")
JOIN = Ask(first="answer", later="macnet_join")
POOL = 4
"""Drafts that the reference code joins at most."""


def _cyclic(given: Seating) -> str | None:
    if not given.topology.static:
        return "the graph must stay the same: give one graph, not a schedule"
    try:
        generations(given.topology)
    except CycleError as error:
        names = given.topology.labels or range(given.topology.seats)
        seats: Sequence[int] = error.args[1]
        circle = " > ".join(str(names[seat]) for seat in seats)
        mend = "give edges that lead one way only, as in topology='chain?directed=true'"
        return f"drafts would go round in a circle, {circle}: {mend}"
    return None


def generations(topology: Topology) -> list[tuple[int, ...]]:
    """Seats in waves: each comes after all those it hears, as early as it can.

    Raises:
        CycleError: There is a circle; its second argument names the seats on it.

    >>> generations(Topology(4, [(0, 1), (0, 2), (1, 3), (2, 3)]))
    [(0,), (1, 2), (3,)]
    """
    sorter = TopologicalSorter({seat: topology.heard_by(seat) for seat in range(topology.seats)})
    sorter.prepare()
    waves = list[tuple[int, ...]]()
    while sorter.is_active():
        ready = sorter.get_ready()
        waves.append(tuple(sorted(ready)))
        sorter.done(*ready)
    return waves


@protocol(
    "macnet",
    source="arXiv:2406.07155",
    decides=True,
    graph="chain?directed=true",
    unfit=_cyclic,
    calls="s + 2e + j with sources s, edges e and j seats that hear several, "
    "or s + 2e + j + 1 where several are heard by nobody",
)
async def macnet(floor: Floor, *, variant: Literal["paper", "reference"] = "paper") -> Outcome:
    """MacNet of Qian et al. (2025): drafts travel along an acyclic graph and are criticised on every edge.

    Seats that hear nobody draft alone. Along each edge a critic reads the draft that comes in, and
    the seat at its end rewrites it; a seat with several edges joins its rewritten drafts into one.
    The draft of the last seat is the answer; several are joined, by the judge where one is seated.
    Only drafts travel, never the talk about them, so a prompt stays as small as the edges into a
    seat. A critic speaks with the model of the seat at the edge's end. Pitfall: a long chain
    forgets what an early draft knew, so give deep graphs several ways.

    Args:
        floor: Where it is held.
        variant: `paper` joins all drafts, at the agents' own temperatures; `reference` does as the
            released code: temperature falls with depth, from 1 where drafts begin to 0 where they
            end, and of more than four drafts four are joined, drawn here.
    """
    drafts = dict[int, Turn]()
    graph, reference = floor.setting.topology, variant == "reference"
    waves = generations(graph)
    async for _ in floor.rounds(1):
        for depth, wave in enumerate(waves):
            drafts |= await _generation(floor, wave, drafts, _way(depth, len(waves) - 1) if reference else _Way())
    sinks = [drafts[seat] for seat in range(graph.seats) if not graph.hearers_of(seat)]
    if len(sinks) == 1:
        return await closed(floor, sinks[0], "macnet")
    part = (_way(1, 1) if reference else _Way()).joining(floor, floor.setting.judge or floor.debaters[-1], sinks)
    joined = (await floor.together([replace(part, role="summariser", aside=True, open=False)]))[0]
    return await closed(floor, joined, "macnet")


@dataclass(frozen=True)
class _Way:
    """How drafts are dealt with at one depth."""

    temperature: float | None = None
    """None leaves it to the agents."""
    pool: int | None = None
    """Most drafts that are joined; None is all."""

    def criticising(self, seat: Seat, draft: Turn) -> Part:
        """What is wrong with a draft that comes in."""
        return Part(seat, SHOWN, self._cooled(CRITIC), reads=[draft], role="critic", aside=True)

    def rewriting(self, seat: Seat, draft: Turn, critique: Turn, *, only: bool) -> Part:
        """The draft made anew: the seat's turn of the round where it is the only one, else something to be joined."""
        return Part(seat, SHOWN, self._cooled(REWRITE), reads=[draft, critique], aside=not only)

    def joining(self, floor: Floor, seat: Seat, drafts: Sequence[Turn]) -> Part:
        """One draft made of several."""
        drawn = sorted(drafts, key=lambda turn: lot(floor.setting.seed, floor.question.id, turn.id))[: self.pool]
        reads = [turn for turn in drafts if turn in drawn]
        return Part(seat, SHOWN, self._cooled(JOIN), reads=reads)

    def _cooled(self, ask: Ask) -> Ask:
        return replace(ask, temperature=self.temperature)


def _way(depth: int, deepest: int) -> _Way:
    """How the reference code deals with drafts at that depth."""
    return _Way(1 - depth / max(deepest, 1), POOL)


async def _generation(floor: Floor, wave: Sequence[int], drafts: Mapping[int, Turn], way: _Way) -> dict[int, Turn]:
    """The drafts of seats whose incoming drafts are there: edge by edge, all seats at the same time."""
    graph = floor.setting.topology
    incoming = {place: [drafts[source] for source in graph.heard_by(place)] for place in wave}
    usable = {place: [draft for draft in came if draft.text] for place, came in incoming.items()}
    rewritten: dict[int, list[Turn]] = {place: [] for place in wave}
    done = dict[int, Turn]()
    for edge in range(max(map(len, usable.values()))):
        there = [place for place in wave if len(usable[place]) > edge]
        critics = await floor.together([way.criticising(floor.debaters[place], usable[place][edge]) for place in there])
        parts = [
            way.rewriting(floor.debaters[place], usable[place][edge], critique, only=len(usable[place]) == 1)
            for place, critique in zip(there, critics, strict=True)
        ]
        for place, draft in zip(there, await floor.together(parts), strict=True):
            if draft.round is not None:
                done[place] = draft
            rewritten[place].append(draft)
    left = [place for place in wave if place not in done]
    if not left:
        return done
    joined = await floor.together([way.joining(floor, floor.debaters[place], rewritten[place]) for place in left])
    return done | dict(zip(left, joined, strict=True))
