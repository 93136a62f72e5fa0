"""Exact agents that average numbers: DeGroot, Friedkin-Johnsen, Hegselmann-Krause.

Sums are correctly rounded, so the order of the messages does not matter, and numbers are printed
with 17 significant digits, which is every digit a double has.
"""

from math import fsum
from typing import Annotated

from pydantic import Field, field_validator

from moot.agents.sim.draws import Draws
from moot.agents.sim.rule import Started
from moot.agents.sim.scene import Scene, Start, number_of


class Averaging(Started, frozen=True):
    """Starts from a number and moves to an average of what it knows."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """`init` at first, then the rule's average; its own answer where there is nothing to average."""
        if scene.opening:
            return _printed(number_of(scene.started(draws)))
        own, heard = number_of(scene.own), _numbers(scene)
        if own is None and not heard:
            return _printed(number_of(scene.started(draws)))
        return _printed(self.average(own, heard))

    def average(self, own: float | None, heard: list[tuple[float, float]]) -> float:
        """The next number from its own, where shown, and `(number, weight)` of each peer; not both are missing."""
        raise NotImplementedError


class DeGroot(Averaging, frozen=True):
    """The weighted mean of own and heard numbers; a heard one weighs as much as its edge, or 1."""

    own: Annotated[float, Field(ge=0, le=1e9)] = 1.0
    """Weight of its own number; 0 leaves itself out."""

    def average(self, own: float | None, heard: list[tuple[float, float]]) -> float:
        """The weighted mean."""
        return _mean(heard if own is None else [(own, self.own), *heard]) if heard or own is None else own


class FriedkinJohnsen(DeGroot, frozen=True):
    """`anchor` times DeGroot's mean plus the rest times `init`, for ever."""

    anchor: Annotated[float, Field(ge=0, le=1)]
    """How open it is to others: 1 is DeGroot, 0 never moves."""

    @field_validator("init")
    @classmethod
    def _one_number(cls, init: Start) -> Start:
        if init.number is None:
            raise ValueError("must be one number")
        return init

    def average(self, own: float | None, heard: list[tuple[float, float]]) -> float:
        """The mean, drawn back to where it started."""
        return fsum([self.anchor * super().average(own, heard), (1 - self.anchor) * (self.init.number or 0.0)])


class HegselmannKrause(Averaging, frozen=True):
    """The mean of the numbers within `eps` of its own, itself included."""

    eps: Annotated[float, Field(ge=0)]
    """Bound of confidence."""

    def average(self, own: float | None, heard: list[tuple[float, float]]) -> float:
        """The plain mean of those near enough."""
        if own is None:
            return _mean([(number, 1.0) for number, _ in heard])
        near = [(number, 1.0) for number, _ in heard if abs(number - own) <= self.eps]
        return _mean([(own, 1.0), *near])


def _numbers(scene: Scene) -> list[tuple[float, float]]:
    said = [(number_of(peer.answer), 1.0 if peer.weight is None else peer.weight) for peer in scene.reading.peers]
    return [(number, weight) for number, weight in said if number is not None]


def _mean(weighed: list[tuple[float, float]]) -> float:
    total = fsum(weight for _, weight in weighed)
    return fsum(number * weight for number, weight in weighed) / total if total else weighed[0][0]


def _printed(number: float | None) -> str | None:
    return None if number is None else f"{number:.17g}"
