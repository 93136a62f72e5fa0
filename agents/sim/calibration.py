"""How the accuracy table of simulated models is derived: the exact accuracy of an ability.

A model at temperature T says option k with utility U_k + T·Gumbel. The right answer's utility is
normal around its ability less the item's difficulty; a wrong one's is a Gumbel lure plus normal
family and model beliefs. So the chance of being right is one integral over convolved densities,
which this module takes on a grid; nothing here is imported when a model runs.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from moot.agents.sim.ability import (
    DIFFICULTY_SD,
    FAMILY_SD,
    LURE_SD,
    MODEL_SD,
    OPTIONS,
    model_scale,
)

Density: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]

STEP = 0.02
HALF = 40.0
_GRID: Density = np.arange(-HALF, HALF + STEP / 2, STEP)


def accuracy(theta: float, scale: float, *, options: int = OPTIONS, temperature: float = 1.0) -> float:
    """The chance of a right answer over all items.

    Args:
        theta: Ability in logits.
        scale: Factor on the model's own beliefs, `model_scale(accuracy)`.
        options: How many answers there are, at least 2.
        temperature: At least 0; 0 is greedy.
    """
    spread = np.hypot(np.hypot(DIFFICULTY_SD, FAMILY_SD.right), MODEL_SD.right * scale)
    right, rival = _densities(float(spread), scale, temperature)
    beaten: Density = np.cumsum(rival) - rival / 2
    shifted = np.interp(_GRID + theta, _GRID, beaten, left=0.0, right=1.0)
    return float(np.sum(right * shifted ** (options - 1)))


def theta_of(wanted: float) -> float:
    """The ability whose accuracy at four options and temperature 1 is `wanted`, by bisection."""
    low, high, scale = -8.0, 30.0, model_scale(wanted)
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if accuracy(middle, scale) < wanted else (low, middle)
    return (low + high) / 2


def table(accuracies: Iterable[float]) -> tuple[float, ...]:
    """The abilities of these accuracies, as `ability.THETAS` holds them."""
    return tuple(round(theta_of(wanted), 3) for wanted in accuracies)


@lru_cache(maxsize=8)
def _densities(spread: float, scale: float, temperature: float) -> tuple[Density, Density]:
    """Of the right answer's utility around its ability, and of one wrong answer's, sampling included."""
    sampling = _gumbel(temperature, 0.0)
    beliefs = _normal(float(np.hypot(FAMILY_SD.wrong, MODEL_SD.wrong * scale)))
    lure_scale = LURE_SD * np.sqrt(6) / np.pi
    lure = _gumbel(lure_scale, -np.euler_gamma * lure_scale)
    return _convolved(_normal(spread), sampling), _convolved(_convolved(lure, beliefs), sampling)


def _normal(sd: float) -> Density:
    return _normed(np.exp(-0.5 * (_GRID / sd) ** 2))


def _gumbel(scale: float, location: float) -> Density:
    if scale == 0:
        return _normed((np.abs(_GRID - location) < STEP / 2).astype(np.float64))
    z = np.clip((_GRID - location) / scale, -30.0, None)
    return _normed(np.exp(-(z + np.exp(-z))))


def _normed(density: Density) -> Density:
    total: Density = density / density.sum()
    return total


def _convolved(one: Density, other: Density) -> Density:
    size = 2 * len(_GRID)
    whole = np.fft.irfft(np.fft.rfft(one, size) * np.fft.rfft(other, size), size)
    start = len(_GRID) // 2
    return _normed(np.clip(whole[start : start + len(_GRID)], 0.0, None))
