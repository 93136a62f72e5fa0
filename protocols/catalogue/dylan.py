"""Layers of agents that score each other, stop as soon as enough agree, and lose their weakest.

What a debate owes to each of its agents, and whom to keep for the next, follow from its result.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Protocol

from pydantic import Field

from moot.protocols.answers import worded
from moot.protocols.ballots import Ranking, ballot_of, ballot_space
from moot.protocols.decide import plurality
from moot.protocols.decide.counting import led
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.lots import lot
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.rating import Reply, importance, peer_scores, team
from moot.protocols.registry import protocol
from moot.protocols.stop.byzantine import byzantine_agreement
from moot.protocols.transcript import Transcript, Turn

Variant = Literal["paper", "reference"]
LAYER = View(own="none", anonymous=True)
"""The replies that are named, by number: nobody is told which one is its own."""
KEPT = 2
"""Agents that go on after the ranking."""
RANKED = 2
"""The layer, from 0, before which agents are first ranked."""
SCORING = Ask(first="answer", later="dylan_update")


class Layered(Protocol):
    """A debate that is over, as a result holds it."""

    @property
    def turns(self) -> Sequence[Turn]:
        """All that was said."""
        ...

    @property
    def answer(self) -> str | None:
        """What it came to."""
        ...

    @property
    def question(self) -> Question:
        """What was debated."""
        ...

    @property
    def seed(self) -> int:
        """From which every order was drawn."""
        ...


@protocol(
    "dylan",
    source="arXiv:2310.02170",
    hears="fixed",
    decides=True,
    calls="n · R at most; with more than three agents from R = 3 on 2n + 1 + 2 (R − 2), "
    "or n · R + R − 2 where no ranking can be read",
)
async def dylan(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 3, variant: Variant = "paper") -> Outcome:
    """DyLAN of Liu et al. (2024): layers that score the layer before and end as soon as two thirds agree.

    In each layer the agents speak one after another in an order drawn anew. Each reads the whole
    layer before, shuffled and unmarked, and nothing older; it answers and scores every reply from 1
    to 5. After each reply the debate ends if more than ⌊2n/3⌋ of the layer share an answer; the
    rest are not heard. Before the third layer, where more than three are left, a ranker keeps the
    best two: the judge where one is seated, else the first agent; where it cannot be read all go on.
    The plurality of the last layer is the answer. `importance_of` says what is owed to whom, and
    `team_of` whom to keep. Pitfall: scores show what readers like, so a shared mistake is important.

    Args:
        floor: Where it is held.
        rounds: Most layers.
        variant: `reference` does as the released code: replies without an answer agree with each
            other, the first agent's answer wins a tie, and the ranker's choice is taken as places in
            the shuffled order, which keeps any two.
    """
    active, layer = list(floor.debaters), tuple[Turn, ...]()
    async for number in floor.rounds(rounds):
        active.sort(key=lambda seat: lot(_draw(floor), number, seat.name))
        if number >= RANKED and len(active) > KEPT + 1:
            active = await _best(floor, layer, active, variant)
        if await _layer_agrees(floor, active, layer, number, variant):
            break
        layer = (await floor.transcript()).round(number)
    return await _outcome(floor, variant)


async def _layer_agrees(
    floor: Floor, active: Sequence[Seat], before: Sequence[Turn], number: int, variant: str
) -> bool:
    """One layer, one after another, ended early where enough share an answer."""
    size = len(active) if number >= RANKED else len(floor.debaters)
    for seat in active:
        reads = shown_to(seat.name, before, _draw(floor), number)
        await floor.speak(seat, view=LAYER, ask=SCORING, reads=reads)
        said = [turn.vote for turn in (await floor.transcript()).round(number)]
        agreed = byzantine_agreement(said, size, nothing_agrees=variant == "reference")
        if agreed is not None:
            count = said.count(agreed or None)
            floor.stop(f"byzantine: {count} of {size} answered {agreed or 'nothing'}")
            return True
    return False


async def _best(floor: Floor, layer: Sequence[Turn], order: Sequence[Seat], variant: str) -> list[Seat]:
    """The two that the ranker finds best, in the order drawn; all where it says nothing that can be read."""
    reads = shown_to("", layer, _draw(floor), layer[0].round)
    names = [f"participant-{place}" for place in range(1, len(reads) + 1)]
    ranking = await floor.speak(
        floor.setting.judge or floor.debaters[0],
        view=LAYER,
        ask=Ask(first="dylan_rank", later="dylan_rank", among=tuple(names)),
        reads=reads,
        role="ranker",
        aside=True,
        open=False,
        space=ballot_space("ranking", names, worded(names)),
    )
    ballot = None if ranking.answer is None else ballot_of("ranking", ranking.answer)
    if not isinstance(ballot, Ranking):
        return list(order)
    best = {reads[names.index(name)].seat for name in ballot.order[:KEPT]}
    if variant == "reference":
        places = {place for place, seat in enumerate(floor.debaters) if seat.name in best}
        return [seat for place, seat in enumerate(order) if place in places]
    return [seat for seat in order if seat.name in best]


async def _outcome(floor: Floor, variant: str) -> Outcome:
    found = await plurality().decide(floor)
    if variant == "reference":
        said = {turn.seat: turn.vote for turn in (await floor.standing()).ballots}
        answer = first_of_most([said[seat.name] for seat in floor.debaters if seat.name in said])
        found = found.model_copy(update={"answer": answer, "ties": ()})
    return found.model_copy(update={"rule": "dylan"})


def first_of_most(said: Sequence[str | None]) -> str | None:
    """The most frequent of a layer's answers as the reference code finds it, where having none may win.

    Args:
        said: In seat order; the first that shares the lead wins.

    >>> first_of_most(["B", "A", "A", "B"]), first_of_most(["A", None, None])
    ('B', None)
    """
    return led(Counter(answer or "" for answer in said)).lead[0] or None


def shown_to(reader: str, layer: Sequence[Turn], draw: str, number: int | None) -> list[Turn]:
    """The replies of a layer in the order in which a reader of the next is shown them.

    Args:
        reader: Its seat.
        layer: The turns of the layer before; those without text are not shown.
        draw: Names the debate's draws.
        number: Of the reader's layer.
    """
    return sorted((turn for turn in layer if turn.text), key=lambda turn: lot(draw, number, reader, turn.seat))


def importance_of(result: Layered) -> tuple[dict[str, float], ...]:
    """What the answer of a DyLAN debate is owed to each agent, layer after layer; nothing where there is no answer.

    Args:
        result: Of a debate held with `dylan`. Each layer sums to 1.
    """
    layers, before = list[list[Reply]](), tuple[Turn, ...]()
    draw = f"{result.seed}/{result.question.id}"
    for number, turns in Transcript(result.turns).by_round.items():
        layers.append([_reply(turn, shown_to(turn.seat, before, draw, number)) for turn in turns])
        before = turns
    if result.answer is None:
        return tuple({reply.agent: 0.0 for reply in layer} for layer in layers)
    return importance(layers, result.answer)


def team_of(results: Iterable[Layered], size: int) -> tuple[str, ...]:
    """The agents that most was owed to over some DyLAN debates: whom to keep for the next.

    Args:
        results: Of debates held with `dylan`.
        size: How many to keep, at least 1.

    Returns:
        Their names, the most important first.
    """
    return team(map(importance_of, results), size)


def _reply(turn: Turn, shown: Sequence[Turn]) -> Reply:
    return Reply(
        agent=turn.seat, answer=turn.vote, heard=tuple(one.seat for one in shown), scores=peer_scores(turn.text)
    )


def _draw(floor: Floor) -> str:
    return f"{floor.setting.seed}/{floor.question.id}"
