"""How sure a simulated model says it is: over-confident, in steps of five per cent, weakly informative.

With `calibrated=1` it says the chance that it gives its answer, to the nearest per cent.
"""

from math import exp, log

from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.said import WORDS

STEPS = 20
"""Statements between 0 and 1: every five per cent."""


def stated_confidence(debater: Debater, believed: float, draws: Draws) -> float:
    """The confidence it states.

    Args:
        debater: Its parameters.
        believed: The chance it gives its own answer.
        draws: One normal draw is taken.
    """
    noise = draws.normal()
    if debater.calibrated:
        return believed
    bounded = min(max(believed, 1e-9), 1 - 1e-9)
    logit = debater.conf + debater.conf_slope * log(bounded / (1 - bounded)) + debater.conf_sd * noise
    return round(STEPS / (1 + exp(-logit))) / STEPS


def worded_confidence(confidence: float, form: str) -> str:
    """How it is written: `85%`, `0.85` or in words.

    >>> worded_confidence(0.85, "percent"), worded_confidence(0.85, "word")
    ('85%', 'very sure')
    """
    if form == "percent":
        return f"{confidence * 100:.0f}%"
    if form == "decimal":
        return f"{confidence:.2f}"
    return min(WORDS, key=lambda word: abs(WORDS[word] - confidence))
