"""What exact checks share: ballots with a known tally, and tolerances that follow from the sample."""

from collections.abc import Callable, Sequence
from math import sqrt

import pytest

from moot import Debate, Question, Result, decide

SIGMAS = 4.5
"""Statistics may be off by that many standard errors: once in 150 000 comparisons by chance."""
CHOICES = ("tea", "coffee", "milk", "water", "juice", "cocoa", "soda", "cider", "broth", "whey")


def tally(ballots: str, rule: decide.Decision | None = None) -> float:
    """The chance that "A" wins where each letter is cast by a zealot; a dot is a reply without an answer.

    A tie counts as an even draw among those who lead.
    """
    named = Question("What to drink?", options=CHOICES, gold="A")
    agents = [f"sim/exact-zealot?init={'A:0' if letter == '.' else letter}" for letter in ballots]
    debate = Debate(agents, protocol="vote", decide=rule, quorum=1, policy={"reasks": 0}, seed=1)
    outcome = debate.run(named, runtime="local").outcome
    if outcome.answer is None:
        return (named.gold in outcome.ties) / max(len(outcome.ties), 1)
    return float(outcome.answer == named.gold)


def near(share: float, samples: int) -> object:
    """Equal to a share, as far as so many independent samples can tell."""
    return pytest.approx(share, abs=SIGMAS * sqrt(share * (1 - share) / samples))


def letters(result: Result, round: int) -> str:
    """What each seat said in a round, as letters."""
    options = result.question.options or ()
    said = [turn.vote for turn in result.transcript.round(round)]
    return "".join("." if vote is None else "ABCDEFGHIJ"[options.index(vote)] for vote in said)


@pytest.fixture(scope="session", name="tally")
def _tally() -> Callable[..., float]:
    return tally


@pytest.fixture(scope="session", name="near")
def _near() -> Callable[[float, int], object]:
    return near


@pytest.fixture(scope="session", name="letters")
def _letters() -> Callable[[Result, int], str]:
    return letters


Shares = Sequence[tuple[str, float]]
