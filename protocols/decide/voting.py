"""Decisions by counting the last round's answers."""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, ParamSpec

from pydantic import Field

from moot.errors import SpecError
from moot.protocols.confidence import Map, Source, mapped
from moot.protocols.decide.pooling import log_odds
from moot.protocols.decide.rule import Decision, Tie, counted, winner
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

P = ParamSpec("P")
Weight = Annotated[float, Field(allow_inf_nan=False)]

SLACK = 1e-9
"""Shares are compared with this much slack, so that 2/3 of 3 is 2."""


def _counts(standing: Standing) -> dict[str, float]:
    return {answer: float(len(names)) for answer, names in standing.votes.items()}


@counted
def plurality(standing: Standing, *, tie: Tie = "none") -> Outcome:
    """The answer most debaters gave in the last round.

    Args:
        standing: How the debate stands.
        tie: What to do where several answers share the lead.
    """
    return winner(standing, "plurality", _counts(standing), tie)


@counted
def majority(standing: Standing, *, share: Annotated[float, Field(ge=0, lt=1)] = 0.5, tie: Tie = "none") -> Outcome:
    """The answer that more than `share` of the debaters gave in the last round.

    Args:
        standing: How the debate stands.
        share: From 0 to below 1; abstainers count among the debaters.
        tie: What to do where several answers share the lead and both pass, possible below 0.5.
    """
    return winner(standing, "majority", _counts(standing), tie, needed=share * len(standing.ballots) + SLACK)


@counted
def supermajority(standing: Standing, *, share: Annotated[float, Field(gt=0.5, le=1)] = 2 / 3) -> Outcome:
    """The answer that at least `share` of the debaters gave in the last round.

    Args:
        standing: How the debate stands.
        share: Above 0.5, at most 1; abstainers count among the debaters.
    """
    return winner(standing, "supermajority", _counts(standing), "none", needed=share * len(standing.ballots) - SLACK)


@counted
def unanimity(standing: Standing) -> Outcome:
    """The answer that every debater gave in the last round; an abstainer blocks it."""
    return winner(standing, "unanimity", _counts(standing), "none", needed=max(1, len(standing.ballots)))


def _weighing(make: Callable[P, Decision]) -> Callable[P, Decision]:
    """The rule, refused where it is told nothing to weigh by: it would be a plurality by another name."""

    @functools.wraps(make)
    def checked(*args: P.args, **parameters: P.kwargs) -> Decision:
        if not (parameters.get("weights") or parameters.get("by")):
            raise SpecError(
                "decision 'weighted' needs weights or by: write weighted?by=confidence, or "
                "{weighted: {weights: {NAME: 2}}} with the names of debaters"
            )
        return make(*args, **parameters)

    return checked


@_weighing
@counted
def weighted(
    standing: Standing,
    *,
    weights: Mapping[str, Weight] | None = None,
    by: Literal["confidence", "log_odds"] | None = None,
    source: Source = "stated",
    map: Map = "stated",
    tie: Tie = "none",
) -> Outcome:
    """The answer with most weight behind it in the last round.

    With `weights` of log(p / (1 - p)) for accuracies p this is the optimal rule for
    independent voters (Nitzan and Paroush 1982); a weight may be negative.

    Args:
        standing: How the debate stands.
        weights: Debater to weight; 1 for debaters not named.
        by: `confidence` weighs each answer by its author's confidence, `log_odds` by log((K - 1) c / (1 - c)) for
            K options (2 where there are none), which is Bayes' rule where confidence is calibrated; c counts 0.99
            at most, and less than a guess weighs against. Where there is none it weighs 0.
        source: Where confidence comes from; see `moot.protocols.confidence`.
        map: What a confidence is worth: `reconcile` takes the steps of ReConcile (arXiv:2309.13007), a fitted
            map what was found on other questions.
        tie: What to do where several answers share the lead.
    """
    given, answers = weights or {}, len(standing.question.options or ("yes", "no"))
    terms: dict[str, list[float]] = {answer: [] for answer in standing.votes}
    for turn in standing.ballots:
        if turn.vote is not None:
            sure = standing.confidence(turn, source)
            terms[turn.vote].append(given.get(turn.seat, 1.0) * (1.0 if by is None else _worth(sure, by, map, answers)))
    return winner(standing, "weighted", {answer: math.fsum(parts) for answer, parts in terms.items()}, tie)


def _worth(confidence: float | None, by: Literal["confidence", "log_odds"], map: Map, answers: int) -> float:
    """What an answer given with that confidence weighs."""
    if confidence is None:
        return 0.0
    worth = mapped(confidence, map)
    return worth if by == "confidence" else log_odds(worth, answers)


@counted
def hub(standing: Standing) -> Outcome:
    """The hub's last answer: of a star its centre, of any graph the seat with most edges."""
    answer = None if standing.hub is None else standing.answer_of(standing.hub)
    return Outcome(answer=answer, rule="hub", support=_counts(standing))


@counted
def last(standing: Standing) -> Outcome:
    """The answer of whoever spoke last."""
    ballots = standing.ballots
    return Outcome(answer=ballots[-1].vote if ballots else None, rule="last", support=_counts(standing))
