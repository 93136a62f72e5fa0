"""Maps from stated confidence to one that can be weighed, by name."""

from collections.abc import Callable, Mapping
from typing import Literal

MapName = Literal["stated", "reconcile", "tenths"]
"""stated: as it was said. reconcile: the steps of ReConcile. tenths: the nearest tenth above 0."""


def reconcile_bins(confidence: float) -> float:
    """The steps of ReConcile (arXiv:2309.13007): 1 is 1; from .9 .8; from .8 .5; above .6 .3; else .1.

    Models say high numbers whatever they know, so only the highest count for much.

    Args:
        confidence: From 0 to 1.

    >>> [reconcile_bins(stated) for stated in (1.0, 0.99, 0.9, 0.8, 0.79, 0.6, 0.0)]
    [1.0, 0.8, 0.8, 0.5, 0.3, 0.1, 0.1]
    """
    if confidence >= 1.0:
        return 1.0
    if confidence > 0.6:
        return 0.8 if confidence >= 0.9 else 0.5 if confidence >= 0.8 else 0.3
    return 0.1


def tenths(confidence: float) -> float:
    """The nearest of ten steps, from 0.1 to 1, as DebUnc (arXiv:2407.06426) puts confidence into prompts.

    >>> [tenths(stated) for stated in (0.0, 0.33, 0.87, 1.0)]
    [0.1, 0.3, 0.9, 1.0]
    """
    return max(round(10 * confidence), 1) / 10


def _stated(confidence: float) -> float:
    return confidence


MAPS: Mapping[MapName, Callable[[float], float]] = {"stated": _stated, "reconcile": reconcile_bins, "tenths": tenths}


def mapped(confidence: float, map: MapName | Callable[[float], float]) -> float:
    """The confidence under the map of that name, or under a map that was fitted.

    >>> mapped(0.85, "reconcile")
    0.5
    """
    return map(confidence) if callable(map) else MAPS[map](confidence)
