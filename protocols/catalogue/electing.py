"""Discussions that end with a vote, after Kaesberg et al. (arXiv:2502.19130).

Each debater is asked for its final answer, and all vote on the answers given; a tie takes the discussion into another
round. Which way they discuss is a parameter, see `paradigms`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.answers import AnswerSpace
from moot.protocols.ballots import Ranking, ballot_of, ballot_space
from moot.protocols.catalogue.paradigms import PARADIGMS, ParadigmName
from moot.protocols.decide.counting import Count, led
from moot.protocols.decide.elections import elected
from moot.protocols.decide.ranking import borda_count
from moot.protocols.decide.rule import settled
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.transcript import Turn

SOURCE = "arXiv:2502.19130"
CALLS = "n · r + 2n · (r − after + 1) where the vote after round r settles it, or n · r + n where one answer is left"
PLACES = 5
"""Most places of a ranking that earn points."""
Positive = Annotated[int, Field(ge=1)]
Variant = Literal["paper", "reference"]


@dataclass(frozen=True)
class Voting:
    """A way to vote on answers."""

    name: str
    template: str
    space: Callable[[AnswerSpace, Sequence[str]], AnswerSpace]
    """How a vote on these answers is asked for and read."""
    count: Callable[[Sequence[str], Sequence[str]], Count]
    """Counts votes, as read, on these answers."""


def _simple(votes: Sequence[str], answers: Sequence[str]) -> Count:
    support = {answer: float(sum(vote == answer for vote in votes)) for answer in answers}
    return led(support) if votes else Count(support, ())


def _approval(votes: Sequence[str], answers: Sequence[str]) -> Count:
    return elected("approval", [ballot_of("approval", vote) for vote in votes], answers)


def _cumulative(votes: Sequence[str], answers: Sequence[str]) -> Count:
    return elected("cumulative", [ballot_of("points", vote) for vote in votes], answers)


def _ranked(votes: Sequence[str], answers: Sequence[str]) -> Count:
    ballots = [ballot_of("ranking", vote) for vote in votes]
    return borda_count([one for one in ballots if isinstance(one, Ranking)], answers, top=min(PLACES, len(answers)))


SIMPLE = Voting("vote_simple", "ballot_one", lambda space, answers: space.among(answers), _simple)
APPROVAL = Voting(
    "vote_approval", "ballot_approval", lambda space, answers: ballot_space("approval", answers, space), _approval
)
CUMULATIVE = Voting(
    "vote_cumulative", "ballot_points", lambda space, answers: ballot_space("points", answers, space), _cumulative
)
RANKED = Voting(
    "vote_ranked", "ballot_ranking", lambda space, answers: ballot_space("ranking", answers, space), _ranked
)


async def until_vote(
    floor: Floor,
    voting: Voting,
    paradigm: ParadigmName,
    *,
    rounds: int,
    after: int,
    window: int,
    variant: Variant = "paper",
) -> Outcome:
    """Discusses, votes after `after` rounds, and where the vote is tied discusses on and votes again.

    Args:
        floor: Where it is held.
        voting: How they vote.
        paradigm: How they discuss.
        rounds: Most rounds.
        after: Rounds before the first vote; one that ends sooner votes all the same.
        window: How many of each peer's latest replies are shown.
        variant: `reference` shows all replies, whatever the window.
    """
    outcome, voted = Outcome(), 0
    shown = None if variant == "reference" else window
    async for number in floor.rounds(rounds):
        await PARADIGMS[paradigm](floor, shown)
        if number + 1 >= after:
            outcome, voted = await _vote(floor, voting), number + 1
            if outcome.answer is not None:
                floor.stop(f"vote: {outcome.answer}")
                return outcome
    return outcome if voted else await _vote(floor, voting)


async def _vote(floor: Floor, voting: Voting) -> Outcome:
    """Final answers, and a vote on them unless they are all one."""
    final = await _cast(floor, always("final_answer"), floor.setting.space)
    answers = tuple(dict.fromkeys(turn.vote for turn in final if turn.vote is not None))
    if len(answers) < 2:
        support = {answer: float(sum(turn.vote == answer for turn in final)) for answer in answers}
        return Outcome(answer=answers[0] if answers else None, rule=voting.name, support=support)
    ask = Ask(first=voting.template, later=voting.template, among=answers)
    cast = await _cast(floor, ask, voting.space(floor.setting.space, answers))
    votes = [turn.vote for turn in cast if turn.vote is not None]
    return settled(voting.count(votes, answers), voting.name, "none", floor.setting.seed)


async def _cast(floor: Floor, ask: Ask, space: AnswerSpace) -> list[Turn]:
    """Everyone says something that is no part of the discussion, having read all last replies, its own too."""
    view, hears = View(own="none"), floor.debaters
    said = await floor.together(
        [Part(seat, view, ask, hears, role="voter", aside=True, open=False, space=space) for seat in floor.debaters]
    )
    counted = await floor.transcript()
    return [counted.turn(turn.id) or turn for turn in said]


@protocol("vote_simple", source=SOURCE, hears="fixed", decides=True, debaters=(2, None), calls=CALLS)
async def vote_simple(
    floor: Floor,
    *,
    rounds: Positive = 10,
    after: Positive = 3,
    paradigm: ParadigmName = "memory",
    window: Positive = 2,
    variant: Variant = "paper",
) -> Outcome:
    """Discusses for three rounds; then all give their final answers and each votes for one of them.

    A tie takes them into another round; where the rounds run out in a tie, nothing is decided. Pitfall: each round
    before the vote costs n calls and brings the answers closer.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        after: Rounds before the first vote.
        paradigm: How they discuss; `debate` takes 1 + 2 (n - 1) calls a round.
        window: How many of each peer's latest replies are shown in the discussion.
        variant: `reference` shows all replies, whatever the window, as the released code.
    """
    return await until_vote(floor, SIMPLE, paradigm, rounds=rounds, after=after, window=window, variant=variant)


@protocol("vote_approval", source=SOURCE, hears="fixed", decides=True, debaters=(2, None), calls=CALLS)
async def vote_approval(
    floor: Floor,
    *,
    rounds: Positive = 10,
    after: Positive = 3,
    paradigm: ParadigmName = "memory",
    window: Positive = 2,
    variant: Variant = "paper",
) -> Outcome:
    """As `vote_simple`, but each approves of as many answers as it finds good enough.

    Pitfall: models approve of much, and ties are frequent.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        after: Rounds before the first vote.
        paradigm: How they discuss.
        window: How many of each peer's latest replies are shown in the discussion.
        variant: See `vote_simple`.
    """
    return await until_vote(floor, APPROVAL, paradigm, rounds=rounds, after=after, window=window, variant=variant)


@protocol("vote_cumulative", source=SOURCE, hears="fixed", decides=True, debaters=(2, None), calls=CALLS)
async def vote_cumulative(
    floor: Floor,
    *,
    rounds: Positive = 10,
    after: Positive = 3,
    paradigm: ParadigmName = "memory",
    window: Positive = 2,
    variant: Variant = "paper",
) -> Outcome:
    """As `vote_simple`, but each deals out ten points among the answers.

    Pitfall: a ballot with more points than there are is not counted.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        after: Rounds before the first vote.
        paradigm: How they discuss.
        window: How many of each peer's latest replies are shown in the discussion.
        variant: See `vote_simple`.
    """
    return await until_vote(floor, CUMULATIVE, paradigm, rounds=rounds, after=after, window=window, variant=variant)


@protocol("vote_ranked", source=SOURCE, hears="fixed", decides=True, debaters=(2, None), calls=CALLS)
async def vote_ranked(
    floor: Floor,
    *,
    rounds: Positive = 10,
    after: Positive = 3,
    paradigm: ParadigmName = "memory",
    window: Positive = 2,
    variant: Variant = "paper",
) -> Outcome:
    """As `vote_simple`, but each ranks the answers: the first place earns as many points as there are, at most five.

    Pitfall: points by place reward what is second best to all.

    Args:
        floor: Where it is held.
        rounds: Most rounds.
        after: Rounds before the first vote.
        paradigm: How they discuss.
        window: How many of each peer's latest replies are shown in the discussion.
        variant: See `vote_simple`.
    """
    return await until_vote(floor, RANKED, paradigm, rounds=rounds, after=after, window=window, variant=variant)
