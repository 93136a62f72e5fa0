"""How likely a simulated model says its tokens were: all its doubt lies in the answer.

A token is four characters, as it is billed. Everything but the answer is as good as certain, and the
tokens of the answer together have the chance that the model gave it: that of its first token, the
others follow.
"""

import json
import re
from math import log

SIZE = 4
"""Characters of a token."""
LEAST = 1e-9
"""Chance below which nothing falls; a logarithm needs an end."""
_SURENESS = re.compile(r"\nConfidence: [^\n]*\Z")
_KEY = re.compile(r'"answer": ')


def likelihoods(text: str, written: str, chance: float) -> tuple[tuple[str, float], ...]:
    """The tokens of a reply, each with its log-probability.

    Args:
        text: The reply.
        written: Its answer, as it stands there.
        chance: That it gives this answer.

    >>> likelihoods("Final answer: B", "B", 0.5)[-2:]
    (('swer', 0.0), (': B', -0.6931471805599453))
    """
    said = _SURENESS.sub("", text)
    key = _KEY.search(said)
    start = said.rfind(written) if key is None else said.find(_inside(written), key.end())
    first = start // SIZE if start >= 0 else -1
    pieces = [text[place : place + SIZE] for place in range(0, len(text), SIZE)]
    return tuple((piece, log(max(chance, LEAST)) if at == first else 0.0) for at, piece in enumerate(pieces))


def _inside(written: str) -> str:
    """The answer as it stands in JSON, without its quotation marks."""
    return json.dumps(written, ensure_ascii=False)[1:-1]
