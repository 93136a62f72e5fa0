"""Debates in groups: words stay within a group, and others hear its counts or its summary."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.catalogue.paradigms import newest
from moot.protocols.decide import plurality
from moot.protocols.decide.counting import led
from moot.protocols.decide.rule import Tie, settled
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always, update
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.transcript import Turn

Positive = Annotated[int, Field(ge=1)]
Group = tuple[Seat, ...]


def groups_of(seats: Sequence[Seat], size: int) -> list[Group]:
    """The seats in groups of neighbours of at most `size`, as few and as equal as can be."""
    count = -(-len(seats) // size)
    starts = [group * len(seats) // count for group in range(count + 1)]
    return [tuple(seats[start:end]) for start, end in pairwise(starts)]


@protocol(
    "cmd",
    source="Wang et al., Rethinking the Bounds of LLM Reasoning, ACL 2024",
    hears="fixed",
    decides=True,
    debaters=(2, None),
    calls="n · R; in a tie n · R + ⌈n / size⌉, or n · R + 1 with a judge",
)
async def cmd(
    floor: Floor, *, rounds: Positive = 3, size: Positive = 3, variant: Literal["paper", "reference"] = "paper"
) -> Outcome:
    """CMD (Wang et al., 2024): one's own group is heard in full, of all others how many gave each answer.

    Everyone keeps its whole chat. Most answers win; in a tie the debate's judge, if one is seated, is the
    secretary who chooses among the leaders, else one representative of each group speaks once more, having
    heard the others in full, and most of them decide. Pitfall: with strong prompts the paper finds that one
    agent alone does as well.

    Args:
        floor: Where it is held; neighbours in the order of the agents make a group.
        rounds: Most rounds, the independent one included.
        size: Most members of a group; the paper seats 12 agents in groups of 3.
        variant: `reference` lets the earliest seat's answer win ties, as the released code.
    """
    groups, view = groups_of(floor.debaters, size), View(own="all", beyond="counts")
    async for _ in floor.rounds(rounds):
        await floor.together([Part(seat, view, hears=_mates(seat, group)) for group in groups for seat in group])
    secretary = variant == "paper" and floor.setting.judge is not None
    tie: Tie = "first" if variant == "reference" else "judge" if secretary else "none"
    outcome = await floor.decide(plurality(tie=tie))
    if secretary or not outcome.ties or len(groups) < 2:
        return outcome
    return await _represented(floor, [group[0] for group in groups])


def _mates(seat: Seat, group: Group) -> list[Seat]:
    return [mate for mate in group if mate.name != seat.name]


async def _represented(floor: Floor, seats: Sequence[Seat]) -> Outcome:
    """What most representatives say, once each has heard the others."""
    view = View(own="all")
    said = await floor.together(
        [Part(seat, view, hears=[one for one in seats if one != seat], aside=True, open=False) for seat in seats]
    )
    counted = await floor.transcript()
    support: dict[str, float] = {}
    for turn in said:
        vote = (counted.turn(turn.id) or turn).vote
        if vote is not None:
            support[vote] = support.get(vote, 0.0) + 1
    return settled(led(support), "representatives", "none", floor.setting.seed)


@protocol(
    "group_debate",
    source="arXiv:2409.14051",
    hears="fixed",
    debaters=(2, None),
    calls="n · R + ⌈n / size⌉ · (⌈R / stage⌉ − 1), or n · R with one group",
)
async def group_debate(floor: Floor, *, rounds: Positive = 4, stage: Positive = 2, size: Positive = 2) -> Outcome:
    """GroupDebate: groups debate among themselves, and between stages hear each other's summaries.

    A *reconstruction*: written from a description of the paper, without its text or code. Members see their
    own last reply and those of their group; in the first round of a later stage, the summaries of all other
    groups besides. The first member of a group writes its summary. Plurality of all decides. Pitfall: what a
    summary leaves out never reaches the other groups.

    Args:
        floor: Where it is held; neighbours in the order of the agents make a group.
        rounds: Most rounds, over all stages.
        stage: Rounds of a stage.
        size: Most members of a group.
    """
    groups = groups_of(floor.debaters, size)
    async for number in floor.rounds(rounds):
        opens = number > 0 and number % stage == 0 and len(groups) > 1
        summaries = await _summaries(floor, groups) if opens else []
        parts: list[Part] = []
        for group in groups:
            beyond = [turn for turn in summaries if turn.seat != group[0].name]
            ask = Ask(later="group_update") if beyond else update()
            parts += [
                Part(seat, ask=ask, reads=[*await newest(floor, _mates(seat, group), 1), *beyond]) for seat in group
            ]
        await floor.together(parts)
    return await floor.decide(plurality())


async def _summaries(floor: Floor, groups: Sequence[Group]) -> list[Turn]:
    """What each group's first member writes of its members' last replies."""
    view, ask = View(own="none"), always("group_summary")
    said = [await newest(floor, group, 1) for group in groups]
    return await floor.together(
        [
            Part(group[0], view, ask, reads=turns, role="summariser", aside=True)
            for group, turns in zip(groups, said, strict=True)
        ]
    )
