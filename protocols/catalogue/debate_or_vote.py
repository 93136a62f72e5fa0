"""Debate or vote: stateless debates on three graphs, and three that let some seats keep still.

After Choi, Zhu and Li (NeurIPS 2025), who compare each with the vote of round 0. Every prompt holds the question, the
seat's own last reply and the last replies of those it hears.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from moot.protocols.decide import hub, plurality
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Copied, Part
from moot.protocols.floor.seats import Seat
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.registry import protocol
from moot.protocols.transcript import Transcript, Turn

Rounds = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]

SOURCE = "Choi, Zhu and Li, NeurIPS 2025"


@protocol("mad_decentralised", source=SOURCE, hears="fixed", calls="n · R")
async def mad_decentralised(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """Everyone hears everyone's last reply; plurality, ties by lot.

    The paper's T debate rounds are T + 1 here, where the first, independent one counts. The reference code sends
    prompts without a chat template; here every model gets its own.

    Pitfall: under the paper's model of beliefs the debate is a martingale, no better on average than its round 0.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
    """
    async for _ in floor.rounds(rounds):
        await floor.together([Part(seat, hears=floor.others(seat)) for seat in floor.debaters])
    return await _by_lot(floor)


@protocol("mad_sparse", source=SOURCE, hears="fixed", calls="n · R")
async def mad_sparse(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """Everyone hears the seat before and the seat after, in a ring; plurality, ties by lot.

    Shorter prompts than among all, at n replies a round as well. Pitfall: it agrees more slowly, so that few rounds
    compare it with a debate that has not ended.

    Args:
        floor: Where it is held; agents sit around in their order.
        rounds: Most rounds, the first independent one included.
    """
    async for _ in floor.rounds(rounds):
        await floor.together([Part(seat, hears=_beside(floor.debaters, place)) for place, seat in _placed(floor)])
    return await _by_lot(floor)


@protocol("mad_centralised", source=SOURCE, hears="fixed", calls="n · R")
async def mad_centralised(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """The hub hears everyone, everyone else the hub alone, and only the hub's answer counts.

    Pitfall: one seat's mistake is the debate's.

    Args:
        floor: Where it is held; the first agent is the hub.
        rounds: Most rounds, the first independent one included.
    """
    centre, *others = floor.debaters
    async for _ in floor.rounds(rounds):
        await floor.together([Part(centre, hears=others), *(Part(seat, hears=[centre]) for seat in others)])
    return await floor.decide(hub())


@protocol("mad_conformist", source=SOURCE, calls="n · R at most: n, and in each later round those outside the majority")
async def mad_conformist(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """Who gave the answer that leads keeps its reply as it is, without a call; all others debate.

    A *reconstruction*: the reference code leaves it out. Where answers share the lead nobody is in the majority, and
    all debate. Pitfall: who leads in round 0 is hardly ever overturned.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
    """
    async for _ in floor.rounds(rounds):
        said = await floor.transcript()
        leading = leader(said)
        keep = {turn.seat: turn for turn in said.round(-1) if leading is not None and turn.vote == leading}
        await _update(floor, keep)
    return await _by_lot(floor)


@protocol(
    "mad_follower", source=SOURCE, calls="n · R at most, n + (1 − chance) · n · (R − 1) where all agree, on average"
)
async def mad_follower(floor: Floor, *, rounds: Rounds = 3, chance: Share = 0.3) -> Outcome:
    """With some chance a seat takes over the answer that leads, without a call; else it debates.

    A *reconstruction*: the reference code leaves it out. The words taken over are those of the first seat that gave
    the answer. Draws follow from the debate's seed, the round and the seat's name, so that they repeat. Pitfall: a
    copied answer adds no evidence, yet counts in the vote.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
        chance: Of following, from 0 to 1.
    """
    async for number in floor.rounds(rounds):
        said = await floor.transcript()
        leading = leader(said)
        holders = {turn.seat: turn for turn in said.round(-1) if leading is not None and turn.vote == leading}
        first = next(iter(holders.values()), None)
        follow = {seat.name for seat in floor.debaters if _draw(floor, number, seat) < chance}
        await _update(floor, {seat: holders.get(seat, first) for seat in follow})
    return await _by_lot(floor)


def _without_gold(question: Question, *_: object) -> str | None:
    return "it must know the right answer; give the question its gold" if question.gold is None else None


@protocol(
    "mad_oracle",
    source=SOURCE,
    calls="n · R at most: n, and in each later round those who are wrong",
    refuses=_without_gold,
)
async def mad_oracle(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """Who gave the right answer keeps its reply, without a call; all others debate.

    What debate could reach if nobody were talked out of being right: an upper bound, for questions with `gold` only.
    A *reconstruction*: the reference code leaves it out. Pitfall: never
    compare it with a protocol that does not know the answer.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first independent one included.
    """
    gold = floor.question.gold
    async for _ in floor.rounds(rounds):
        said = await floor.transcript()
        answered = [turn for turn in said.round(-1) if turn.answer is not None]
        right = {turn.seat: turn for turn in answered if await floor.same(turn.answer or "", gold or "")}
        await _update(floor, right)
    return await _by_lot(floor)


def leader(said: Transcript) -> str | None:
    """The answer that most debaters gave in the last round; None where several share the lead, or nobody answered."""
    votes = said.votes(-1)
    most = max(map(len, votes.values()), default=0)
    lead = [answer for answer, names in votes.items() if len(names) == most]
    return lead[0] if len(lead) == 1 else None


async def _update(floor: Floor, taken: Mapping[str, Turn | None]) -> None:
    """A round in which each seat takes over the turn that is given for it, and debates where there is none."""
    parts = [(seat, taken.get(seat.name)) for seat in floor.debaters]
    await floor.together([Part(seat) if turn is None else Copied(seat, turn) for seat, turn in parts])


def _draw(floor: Floor, number: int, seat: Seat) -> float:
    """From 0 to below 1, by the debate's seed, the round and the seat's name."""
    named = f"{floor.setting.seed}/{number}/{seat.name}".encode()
    return int.from_bytes(hashlib.blake2b(named, digest_size=6).digest()) / 2**48


async def _by_lot(floor: Floor) -> Outcome:
    return await floor.decide(plurality(tie="random"))


def _placed(floor: Floor) -> list[tuple[int, Seat]]:
    return list(enumerate(floor.debaters))


def _beside(seats: Sequence[Seat], place: int) -> list[Seat]:
    """The neighbours in a ring, in seat order."""
    places = {(place - 1) % len(seats), (place + 1) % len(seats)} - {place}
    return [seats[beside] for beside in sorted(places)]
