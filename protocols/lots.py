"""Places in an order that is drawn: the same for the same names, whoever draws, and whenever."""

import hashlib


def lot(*parts: object) -> bytes:
    """A place in an order; of two things that one with the smaller lot comes first.

    Args:
        parts: What names the draw: the debate's seed, the question, and that which is placed.

    >>> sorted("abcd", key=lambda name: lot(1, "order", name))
    ['b', 'c', 'a', 'd']
    """
    return hashlib.blake2b("/".join(map(str, parts)).encode(errors="replace"), digest_size=8).digest()
