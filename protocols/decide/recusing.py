"""Recusal: a judge does not judge debaters of its own model family.

Models know their own words and favour them (arXiv:2404.13076), whatever name is written above.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from moot.agents.family import families_of
from moot.protocols.floor.seats import Seat


@dataclass(frozen=True)
class Recusal:
    """Which judges stand aside from which debaters.

    Args:
        families: Families by how names of models begin, where the names do not tell; see `family_of`.
    """

    families: Mapping[str, str] = field(default_factory=dict[str, str])

    def why(self, judge: Seat, debaters: Iterable[Seat]) -> str:
        """Why this judge must stand aside from those, in a sentence; empty where it need not."""
        own = families_of(judge.agent, self.families)
        kin = [(seat.name, shared) for seat in debaters if (shared := own & families_of(seat.agent, self.families))]
        return "" if not kin else f"{judge.name} stands aside: {kin[0][0]} is of its own family, {min(kin[0][1])}"
