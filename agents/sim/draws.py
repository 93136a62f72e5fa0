"""Randomness by name: every draw is a hash of what it is for, so it needs no state and no order.

A latent (how hard a question is, what a model family tends to believe) is one hash of its name. A
reply takes a stream of draws from one key. Both are the same in every process and on every machine.
"""

from hashlib import blake2b
from math import log
from statistics import NormalDist
from struct import Struct

_EIGHT = Struct("<8Q")
_ONE = Struct("<Q")
_NORMAL = NormalDist()


def hashed(*parts: str) -> bytes:
    """32 bytes that stand for these texts, in this order."""
    digest = blake2b(digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


def chance(*parts: str) -> float:
    """A number strictly between 0 and 1 that stands for these texts.

    >>> chance("world", "0") == chance("world", "0") != chance("world", "1")
    True
    """
    return _unit(_ONE.unpack_from(hashed(*parts))[0])


def standard_normal(*parts: str) -> float:
    """A draw from N(0, 1) that stands for these texts."""
    return _NORMAL.inv_cdf(chance(*parts))


class Draws:
    """A stream of random numbers that depends on its key alone.

    >>> Draws(b"key").uniform() == Draws(b"key").uniform()
    True
    """

    __slots__ = ("_block", "_key", "_left", "_taken")

    def __init__(self, key: bytes) -> None:
        self._key, self._block, self._taken = key[:64], 0, 8
        self._left: tuple[int, ...] = ()

    def uniform(self) -> float:
        """The next number strictly between 0 and 1."""
        if self._taken == 8:
            digest = blake2b(_ONE.pack(self._block), key=self._key).digest()
            self._left, self._taken, self._block = _EIGHT.unpack(digest), 0, self._block + 1
        self._taken += 1
        return _unit(self._left[self._taken - 1])

    def gumbel(self) -> float:
        """The next draw from the standard Gumbel distribution, whose argmax is a softmax sample."""
        return -log(-log(self.uniform()))

    def normal(self) -> float:
        """The next draw from N(0, 1)."""
        return _NORMAL.inv_cdf(self.uniform())

    def below(self, n: int) -> int:
        """The next whole number in [0, n)."""
        return int(self.uniform() * n)


def _unit(bits: int) -> float:
    return ((bits >> 11) + 0.5) * 2.0**-53
