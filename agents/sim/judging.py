"""How a simulated judge chooses among the replies it reads: a softmax over arguments.

An argument's utility is its own quality to this judge, more where its answer is right, where it is
shown first, and by length and Elo rating. Quality belongs to the argument's text, so a judge shown
the same two arguments in the other order disagrees with itself only through order and sampling.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from moot.agents.sim.bank import normalised
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws, standard_normal
from moot.agents.sim.reader import Heard, Reading
from moot.agents.sim.world import Item

JUDGES = frozenset({"judge", "moderator", "summariser"})
"""Roles that choose among what others said."""
ELO = log(10) / 400
"""Logits per point of Elo rating."""


class Verdict(NamedTuple):
    """What a judge settles on."""

    answer: str
    argument: Heard
    """The reply it finds best."""
    sure: float
    """Its belief in the answer, over all arguments for it."""


def verdict(reading: Reading, item: Item, judge: Debater, temperature: float, draws: Draws) -> Verdict | None:
    """The judge's choice, or None where no reply holds an answer.

    Args:
        reading: What the prompt tells.
        item: The question as the world knows it.
        judge: Its parameters.
        temperature: At least 0; 0 takes the best argument.
        draws: One Gumbel draw is taken per argument.
    """
    listed = () if reading.asked.form == "words" else reading.candidates
    arguments = [peer for peer in reading.peers if peer.answer is not None and (not listed or peer.answer in listed)]
    if not arguments:
        return None
    utilities = [quality(argument, item, judge) for argument in arguments]
    utilities[0] += judge.b
    noisy = [utility + temperature * draws.gumbel() for utility in utilities]
    best = arguments[noisy.index(max(noisy))]
    return Verdict(str(best.answer), best, _share(arguments, utilities, str(best.answer)))


def quality(argument: Heard, item: Item, judge: Debater) -> float:
    """How good an argument is to a judge, in logits, wherever it is shown."""
    mind = judge.mind
    taste = standard_normal("argument", mind.family, mind.model, item.id, normalised(argument.body))
    right = judge.d if item.truth is not None and argument.answer == item.truth else 0.0
    length = judge.v * log(max(len(argument.body), 1)) if judge.v else 0.0
    return judge.D / sqrt(2) * taste + right + length + ELO * judge.elo.get(argument.author, 0.0)


def preferred(shown: Sequence[Heard], item: Item, judge: Debater, temperature: float, draws: Draws) -> int:
    """The place of the reply it finds best, whether or not an answer can be read there; 0 where there is none."""
    noisy = [quality(argument, item, judge) + temperature * draws.gumbel() for argument in shown]
    if noisy:
        noisy[0] += judge.b
    return noisy.index(max(noisy)) if noisy else 0


def rating(question: str, judge: Debater, what: str, draws: Draws, gain: float = 0.0) -> int:
    """A mark from 1 to 10 for something of latent quality N(0, 1), which gains where it has the rater's own answer."""
    latent = standard_normal("rating", judge.mind.family, normalised(question), normalised(what))
    return min(max(round(5.5 + 1.6 * latent + draws.normal() + gain), 1), 10)


def _share(arguments: Sequence[Heard], utilities: Sequence[float], answer: str) -> float:
    top = max(utilities)
    masses = [exp(utility - top) for utility in utilities]
    return sum(mass for mass, argument in zip(masses, arguments, strict=True) if argument.answer == answer) / sum(
        masses
    )
