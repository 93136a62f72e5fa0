"""Tokens of a reply, each with how likely the model held it to be."""

import math
from collections.abc import Sequence

from moot.agents.cleaning import clean

Tokens = tuple[tuple[str, float], ...]
"""Text and natural logarithm of the probability, given all that came before, of each token in order."""

LAST = 128
"""Tokens that are kept of a reply: its answer stands at its end, and a journal holds millions of replies."""


def last_tokens(tokens: Sequence[tuple[str, float]]) -> Tokens:
    """The last of them, safe to store; none at all where one is no probability, for then none can be relied on.

    >>> last_tokens([("Final answer: ", 0.0), ("B", -0.12345678901)])
    (('Final answer: ', 0.0), ('B', -0.123456789))
    >>> last_tokens([("B", math.nan)])
    ()
    """
    kept = tokens[-LAST:]
    if not all(math.isfinite(logprob) for _, logprob in kept):
        return ()
    return tuple((clean(text), min(round(logprob, 9), 0.0)) for text, logprob in kept)
