"""A Pólya urn: six speak in turn, each drawing from what it believes and has heard from all before it."""

from collections import Counter

from moot import Debate, Question
from moot.protocols import sequential

ASKED = Question("Tea or coffee?", options=["tea", "coffee"])
KNOWN = (0.03333, 0.08571, 0.14286, 0.19048, 0.21429, 0.20000, 0.13333)
"""The chance of 0 to 6 times tea, beta-binomial for 3 and 2."""
DEBATES = 350
BOUND = 31.0
"""Chi-squared with 6 degrees of freedom exceeds it once in 40 000 times."""


def test_the_number_of_equal_answers_is_beta_binomial() -> None:
    models = ["sim/exact-dcm?init=A:0.6,B:0.4&a0=5&own=1"] * 6
    found = Counter[int]()
    for seed in range(DEBATES):
        result = Debate(models, "complete", sequential(rounds=1), seed=seed).run(ASKED, runtime="local")
        found[sum(turn.answer == "tea" for turn in result.transcript.round(0))] += 1
    off = sum((found[count] - DEBATES * share) ** 2 / (DEBATES * share) for count, share in enumerate(KNOWN))
    assert off < BOUND
    # and it is no binomial: tails are this heavy only where what was said is remembered
    assert found[0] + found[6] > 2 * DEBATES * (0.6**6 + 0.4**6)
