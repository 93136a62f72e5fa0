"""The shipped protocols, each under the name it is known by."""

from moot.protocols.catalogue.adversarial import mad_liang
from moot.protocols.catalogue.society import du, sequential, society
from moot.protocols.catalogue.voting import self_consistency, vote

__all__ = ["du", "mad_liang", "self_consistency", "sequential", "society", "vote"]
