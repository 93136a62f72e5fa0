"""What every exact agent is: a record of parameters with one function of the scene."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from moot.agents.sim.draws import Draws
from moot.agents.sim.scene import Init, Scene, Start


class Rule(BaseModel, frozen=True, extra="forbid"):
    """A rule's parameters; every field is a parameter of its name."""

    model_config = ConfigDict(allow_inf_nan=False)

    world: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Which world is true; only the oracle asks."""
    pack: str | None = None
    """A JSONL file of truths beside the bundled bank; only the oracle asks."""

    @property
    def start(self) -> Start | None:
        """What `init=` says, where the rule has it."""
        return None

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The answer of this turn, or None for a reply without one."""
        raise NotImplementedError


class Started(Rule, frozen=True):
    """A rule whose first turn comes from `init=`."""

    init: Init
    """An answer, a number, or a distribution such as `A:0.6,B:0.4`."""

    @property
    def start(self) -> Start | None:
        """What `init=` says."""
        return self.init
