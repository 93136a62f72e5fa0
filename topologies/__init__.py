"""Who hears whom: graphs over seats, named, given, read from files, changing, and what they are like.

`topology(value, names)` is where a debate comes in: it makes a `Topology` of whatever says who
hears whom and seats the agents on it. An edge `u -> v` always means that v hears u.
"""

from moot.topologies import measures
from moot.topologies.catalogue import cards
from moot.topologies.changing import Adaptive, Pruned, Resampled, pruned, resampled
from moot.topologies.channels import Channel, channel, channel_of
from moot.topologies.classic import chain, complete, grid, none, ring, star, tree
from moot.topologies.drawing import draw_text
from moot.topologies.edges import Edge
from moot.topologies.files import from_file
from moot.topologies.generator import Parameter, TopologyCard
from moot.topologies.given import from_edges
from moot.topologies.graph import Topology
from moot.topologies.layered import bipartite, groups, layers
from moot.topologies.measures import (
    averaging,
    consensus_weights,
    degrees,
    density,
    diameter,
    reach,
    second_eigenvalue,
)
from moot.topologies.plotting import draw
from moot.topologies.sampled import erdos_renyi, random_regular, scale_free, small_world
from moot.topologies.schedule import PerRound, Schedule, per_round
from moot.topologies.seating import topology
from moot.topologies.settling import settles, warnings
from moot.topologies.spelling import dot, mermaid

__all__ = [
    "Adaptive",
    "Channel",
    "Edge",
    "Parameter",
    "PerRound",
    "Pruned",
    "Resampled",
    "Schedule",
    "Topology",
    "TopologyCard",
    "averaging",
    "bipartite",
    "cards",
    "chain",
    "channel",
    "channel_of",
    "complete",
    "consensus_weights",
    "degrees",
    "density",
    "diameter",
    "dot",
    "draw",
    "draw_text",
    "erdos_renyi",
    "from_edges",
    "from_file",
    "grid",
    "groups",
    "layers",
    "measures",
    "mermaid",
    "none",
    "per_round",
    "pruned",
    "random_regular",
    "reach",
    "resampled",
    "ring",
    "scale_free",
    "second_eigenvalue",
    "settles",
    "small_world",
    "star",
    "topology",
    "tree",
    "warnings",
]
