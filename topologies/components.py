"""Which seats can talk each other round: classes of mutual influence, and their periods.

`heard[v]` are the seats v hears. A class is closed when its members hear no one outside it:
what it holds, nobody else can change.
"""

from collections.abc import Sequence
from math import gcd

Rows = Sequence[Sequence[int]]


def closed_classes(heard: Rows) -> list[tuple[int, ...]]:
    """The closed classes, in seat order; linear in the edges.

    >>> closed_classes([[], [0], [1, 3], []])
    [(0,), (3,)]
    """
    member = classes(heard)
    open_ones = {member[v] for v, row in enumerate(heard) for u in row if member[u] != member[v]}
    seats: dict[int, list[int]] = {}
    for v, name in enumerate(member):
        if name not in open_ones:
            seats.setdefault(name, []).append(v)
    return [tuple(members) for members in seats.values()]


def classes(heard: Rows) -> list[int]:
    """For every seat a number that it shares with exactly those who hear it and whom it hears, along paths.

    >>> classes([[1], [0], [1]])
    [0, 0, 2]
    """
    hearers: list[list[int]] = [[] for _ in heard]
    for v, row in enumerate(heard):
        for u in row:
            hearers[u].append(v)
    member = [-1] * len(heard)
    # Kosaraju: in the reverse order of finishing, whoever is reached against the edges is of one class.
    for root in reversed(_finishing(heard)):
        waiting = [root] if member[root] < 0 else []
        while waiting:
            v = waiting.pop()
            if member[v] < 0:
                member[v] = root
                waiting.extend(u for u in hearers[v] if member[u] < 0)
    return member


def period(heard: Rows, members: Sequence[int]) -> int:
    """The greatest common divisor of the lengths of a class's circles; 1 for a seat alone.

    >>> period([[1], [0]], [0, 1])
    2
    """
    level = {members[0]: 0}
    waiting = [members[0]]
    for v in waiting:
        for u in heard[v]:
            if u not in level:
                level[u] = level[v] + 1
                waiting.append(u)
    return gcd(*(level[v] + 1 - level[u] for v in members for u in heard[v])) or 1


def _finishing(heard: Rows) -> list[int]:
    """Seats in the order in which a search along `heard` is done with them."""
    done: list[int] = []
    met = [False] * len(heard)
    for root in range(len(heard)):
        if met[root]:
            continue
        met[root] = True
        path = [(root, iter(heard[root]))]
        while path:
            v, rest = path[-1]
            onward = next((u for u in rest if not met[u]), None)
            if onward is None:
                done.append(v)
                path.pop()
            else:
                met[onward] = True
                path.append((onward, iter(heard[onward])))
    return done
