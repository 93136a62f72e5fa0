"""What an accuracy means in logits: the scale of the answering model, and a table of abilities.

The scale was fitted to the answers of 71 LLMs on multiple-choice questions with four options: how
often two models are wrong together, and how their being right correlates.
"""

from bisect import bisect_right
from math import exp
from typing import NamedTuple


class Spread(NamedTuple):
    """Standard deviations of one kind of belief."""

    right: float
    """About the right answer."""
    wrong: float
    """About each wrong one."""


OPTIONS = 4
"""How many options the stated accuracy is for; with fewer the same ability is right more often."""
DIFFICULTY_SD = 2.32
LURE_SD = 1.01
FAMILY_SD = Spread(0.595, 0.426)
MODEL_SD = Spread(1.25, 0.895)
MEDIAN_ACCURACY = 0.72

LOWEST, HIGHEST = 0.3, 0.97
STEP = 0.01
# fmt: off
THETAS: tuple[float, ...] = (
    -0.094, 0.025, 0.141, 0.253, 0.362, 0.468, 0.571, 0.672, 0.77, 0.867,
    0.961, 1.053, 1.144, 1.233, 1.32, 1.406, 1.491, 1.575, 1.658, 1.74,
    1.821, 1.902, 1.982, 2.061, 2.14, 2.219, 2.298, 2.376, 2.455, 2.533,
    2.612, 2.691, 2.77, 2.85, 2.93, 3.011, 3.092, 3.174, 3.258, 3.342,
    3.427, 3.514, 3.602, 3.692, 3.783, 3.877, 3.973, 4.071, 4.171, 4.275,
    4.381, 4.492, 4.606, 4.724, 4.848, 4.977, 5.113, 5.256, 5.407, 5.568,
    5.741, 5.929, 6.133, 6.36, 6.615, 6.907, 7.255, 7.687,
)
# fmt: on
"""The ability of each accuracy from `LOWEST` to `HIGHEST` in steps of `STEP`; `calibration.table` derives it."""


def model_scale(accuracy: float) -> float:
    """The factor on a model's own beliefs: better models have fewer of their own."""
    return exp(-1.78 * (accuracy - MEDIAN_ACCURACY))


def ability(accuracy: float) -> float:
    """The ability in logits of an accuracy, from the table, linear between its entries.

    Args:
        accuracy: At four options and temperature 1, from `LOWEST` to `HIGHEST`.

    >>> round(ability(0.72), 1)
    3.6
    """
    place = (accuracy - LOWEST) / STEP
    below = min(int(place), len(THETAS) - 2)
    return THETAS[below] + (place - below) * (THETAS[below + 1] - THETAS[below])


def accuracy_of(theta: float) -> float:
    """The accuracy of an ability: the table read the other way; beyond its ends, its ends."""
    above = bisect_right(THETAS, theta)
    if above in (0, len(THETAS)):
        return LOWEST if above == 0 else HIGHEST
    share = (theta - THETAS[above - 1]) / (THETAS[above] - THETAS[above - 1])
    return LOWEST + STEP * (above - 1 + share)
