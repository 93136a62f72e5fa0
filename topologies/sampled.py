"""Random graphs, drawn by networkx with a given seed, so that the same spelling is the same graph.

networkx promises no equal draws across its versions: `Topology.fingerprint` tells whether two
machines drew the same graph.
"""

from moot.topologies.generator import check, generator
from moot.topologies.graph import Topology
from moot.topologies.networks import from_network, networkx


@generator(edges="nk", example="small_world?k=4&p=0.1&seed=1")
def small_world(n: int, k: int = 4, p: float = 0.1, *, seed: int = 0) -> Topology:
    """A circle of near neighbours in which some edges lead elsewhere (Watts and Strogatz).

    Args:
        n: Seats, more than k.
        k: Neighbours of a seat before rewiring, even: k/2 on each side.
        p: Share of edges that are led elsewhere, from 0 to 1.
        seed: Of the draw.

    Raises:
        SpecError: A parameter is out of range.

    >>> small_world(10, p=0.0).heard_by(0)
    (1, 2, 8, 9)
    """
    check(2 <= k < n and k % 2 == 0, f"small_world: k={k} must be even, at least 2 and below the {n} seats")
    _check_share("small_world", p)
    return from_network(networkx().watts_strogatz_graph(n, k, p, seed=seed))


@generator(edges="2m(n-m)", example="scale_free?m=2&seed=1")
def scale_free(n: int, m: int = 2, *, seed: int = 0) -> Topology:
    """A few seats are heard by many: each newcomer links to those already well linked (Barabási and Albert).

    Args:
        n: Seats, more than m.
        m: Edges of each newcomer, at least 1.
        seed: Of the draw.

    Raises:
        SpecError: m is out of range.

    >>> scale_free(10).size
    32
    """
    check(1 <= m < n, f"scale_free: m={m} must be at least 1 and below the {n} seats")
    return from_network(networkx().barabasi_albert_graph(n, m, seed=seed))


@generator(edges="nd", example="random_regular?d=3&seed=1")
def random_regular(n: int, d: int = 3, *, seed: int = 0) -> Topology:
    """Everyone hears equally many others, drawn at random.

    Args:
        n: Seats, more than d; n·d is even.
        d: How many others each seat hears.
        seed: Of the draw.

    Raises:
        SpecError: d is out of range, or n·d is odd.

    >>> {len(random_regular(10, 4).heard_by(seat)) for seat in range(10)}
    {4}
    """
    check(0 <= d < n, f"random_regular: d={d} must be at least 0 and below the {n} seats")
    check(n * d % 2 == 0, f"random_regular: {n} seats of d={d} do not pair up, make one of them even")
    # Drawing a nearly complete regular graph takes networkx minutes; drawing what is left out does not.
    if 4 * d <= 3 * n:
        return from_network(networkx().random_regular_graph(d, n, seed=seed))
    return from_network(networkx().complement(networkx().random_regular_graph(n - 1 - d, n, seed=seed)))


@generator(edges="about p·n(n-1)", example="erdos_renyi?p=0.3&seed=1")
def erdos_renyi(n: int, p: float = 0.5, *, seed: int = 0, directed: bool = False) -> Topology:
    """Every two seats are linked with the same probability (Erdős and Rényi).

    Args:
        n: Seats.
        p: Probability of an edge, from 0 to 1.
        seed: Of the draw.
        directed: Each direction is drawn by itself.

    Raises:
        SpecError: p is out of range.

    >>> erdos_renyi(5, 1.0).size
    20
    """
    _check_share("erdos_renyi", p)
    return from_network(networkx().gnp_random_graph(n, p, seed=seed, directed=directed))


def _check_share(name: str, p: float) -> None:
    check(0 <= p <= 1, f"{name}: p={p} must be from 0 to 1")
