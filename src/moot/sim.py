"""The simulated world: what simulated models know, for those who evaluate them."""

from moot.agents.sim import bank, truth

__all__ = ["bank", "truth"]
