"""Maps from a confidence to one that can be weighed: by name, or fitted.

In a debate file `map: reconcile`, `map: {temperature: 1.7}` or `map: {histogram: [0.1, 0.4, 0.9]}`; where there is
room for a word only, `temperature:1.7` and `histogram:0.1,0.4,0.9`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import BeforeValidator, ValidationError

from moot.errors import shown
from moot.protocols.confidence.fitting import Histogram, Temperature

MapName = Literal["stated", "reconcile", "tenths"]
"""stated: as it is. reconcile: the steps of ReConcile. tenths: the nearest tenth above 0."""


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
_FITTED: Mapping[str, type[Temperature | Histogram]] = {"temperature": Temperature, "histogram": Histogram}


def mapped(confidence: float, map: "MapName | Callable[[float], float]") -> float:
    """The confidence under the map of that name, or under a map that was fitted.

    >>> mapped(0.85, "reconcile")
    0.5
    """
    return map(confidence) if callable(map) else MAPS[map](confidence)


def _read(given: Any) -> Any:
    """The map of that spelling: a name, a fitted map, or one as a debate file has it."""
    if isinstance(given, Temperature | Histogram) or (isinstance(given, str) and given in MAPS):
        return given
    name, _, figures = given.partition(":") if isinstance(given, str) else ("", "", "")
    spelled: Any = {name: figures.split(",") if name == "histogram" else figures} if figures else given
    if _is_map(spelled) and len(spelled) == 1:
        [(kind, value)] = spelled.items()
        if kind in _FITTED:
            return _fitted(str(kind), value)
    raise ValueError(f"{shown(given)} is no map: give {', '.join(MAPS)}, temperature:1.7 or histogram:0.1,0.4,0.9")


def _fitted(kind: str, value: Any) -> Temperature | Histogram:
    wanted = {"temperature": "a number above 0", "histogram": "shares from 0 to 1, one for each bin"}[kind]
    if isinstance(value, bool):
        raise ValueError(f"{kind} {value} must be {wanted}")
    try:
        return _FITTED[kind].model_validate({kind: value})
    except ValidationError as error:
        raise ValueError(f"{kind} {shown(value)} must be {wanted}") from error


def _is_map(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


Map = Annotated[MapName | Temperature | Histogram, BeforeValidator(_read)]
"""A map as a parameter: its name, a fitted map, or either as a debate file spells it."""
