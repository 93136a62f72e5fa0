"""Decisions over the whole debate: what was said in all rounds, and what was given up or taken up."""

from typing import Annotated

from pydantic import Field

from moot.protocols.decide.rule import Tie, counted, winner
from moot.protocols.decide.scoring import history_count, trajectory_scores
from moot.protocols.decide.voting import SLACK
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

Size = Annotated[float, Field(ge=0)]


@counted
def history(standing: Standing, *, tie: Tie = "none") -> Outcome:
    """The answer given most often over all rounds, as in FORD (arXiv:2305.11595).

    FORD breaks ties for what was said first: `tie="first"`.

    Args:
        standing: How the debate stands.
        tie: What to do where several answers share the lead.
    """
    return winner(standing, "history", history_count(history_of(standing)), tie)


@counted
def trajectory(
    standing: Standing,
    *,
    first: Size = 20.0,
    left: Size = 25.0,
    joined: Size = 30.0,
    kept: Size = 20.0,
    per_contributor: bool = False,
    tie: Tie = "none",
) -> Outcome:
    """The answer with the best score over the debate: stated, kept or taken up earns, given up costs.

    Free-MAD (arXiv:2509.11035), which draws lots in a tie; the constants are those of an independent
    implementation. What happens in round r, from 0, counts 1 / (r + 1).

    Args:
        standing: How the debate stands.
        first: Earned by a debater's first answer.
        left: Lost by an answer that a debater gives up.
        joined: Earned by an answer that a debater takes up instead.
        kept: Earned by an answer that a debater keeps.
        per_contributor: Divide each score by the number of debaters who ever gave the answer.
        tie: What to do where several answers share the lead.
    """
    scores = trajectory_scores(
        history_of(standing), first=first, left=left, joined=joined, kept=kept, per_contributor=per_contributor
    )
    return winner(standing, "trajectory", scores, tie)


@counted
def hybrid(
    standing: Standing,
    *,
    early: Annotated[int, Field(ge=0)] = 5,
    share: Annotated[float, Field(gt=0.5, le=1)] = 0.75,
) -> Outcome:
    """What all agree on in the first rounds, later what at least `share` of them agree on.

    The hybrid consensus of MALLM (arXiv:2502.19130).

    Args:
        standing: How the debate stands.
        early: Rounds in which unanimity is asked for.
        share: Above 0.5, at most 1, asked for afterwards; abstainers count among the debaters.
    """
    counts = {answer: float(len(names)) for answer, names in standing.votes.items()}
    needed = needed_share(standing.transcript.rounds, early=early, share=share) * len(standing.ballots) - SLACK
    return winner(standing, "hybrid", counts, "none", needed=max(1, needed))


def needed_share(rounds: int, *, early: int = 5, share: float = 0.75) -> float:
    """The share of debaters that a hybrid consensus takes after so many rounds.

    >>> needed_share(5), needed_share(6)
    (1.0, 0.75)
    """
    return 1.0 if rounds <= early else share


def history_of(standing: Standing) -> dict[str, list[str | None]]:
    """Seat to its answers, round by round from the first."""
    rounds = [
        {turn.seat: turn.vote for turn in standing.transcript.round(number)}
        for number in range(standing.transcript.rounds)
    ]
    seats = dict.fromkeys(seat for votes in rounds for seat in votes)
    return {seat: [votes.get(seat) for votes in rounds] for seat in seats}
