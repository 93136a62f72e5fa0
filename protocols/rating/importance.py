"""Agent importance of DyLAN (arXiv:2310.02170): who the answer of a layered debate is owed to.

Every reply of a layer scores the replies it was shown, 1 to 5. Importance starts at those of the last
layer who gave the result, and flows back through the scores.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from moot.errors import DataError
from moot.protocols.answers.unquoted import tail

BEST = 5
"""Highest score; more counts as this, less than 0 as 0."""

_LISTS = re.compile(r"\[\[([^\[\]]{0,400})\]\]")
_SCORE = re.compile(r"[ \t]{0,8}([+-]?[0-9]{1,3})(?![0-9.])")


class Reply(BaseModel, frozen=True, extra="forbid"):
    """One agent's reply in a layer."""

    agent: str
    answer: str | None = None
    heard: tuple[str, ...] = ()
    """Agents of the layer before, in the order in which their replies were shown."""
    scores: tuple[float, ...] | None = None
    """What it gave each reply shown; None where none could be read."""


def peer_scores(text: str) -> tuple[float, ...] | None:
    """The scores in the last `[[4, 2, 5, 3]]` of a reply; None where there is none.

    An item that is no whole number, such as N/A, is a score of 0, so that the others keep their places.

    >>> peer_scores("The answer is (C). Scores: [[4, N/A, 5]]")
    (4.0, 0.0, 5.0)
    """
    lists = _LISTS.findall(tail(text))
    if not lists:
        return None
    found = [_SCORE.match(item) for item in lists[-1].split(",")]
    return tuple(float(score[1]) if score else 0.0 for score in found)


def score_weights(scores: Sequence[float] | None, heard: int) -> tuple[float, ...]:
    """What part of a reply's importance goes to each reply it was shown.

    Args:
        scores: One for each, clipped to [0, 5].
        heard: How many it was shown.

    Returns:
        Shares that sum to 1: by score, or equal where the scores do not fit in number or are all 0.

    >>> score_weights((5, 2, 4, 4), 4)[1], score_weights(None, 4)[1], score_weights((7, -1), 2)
    (0.13333333333333333, 0.25, (1.0, 0.0))
    """
    clipped = [min(max(score, 0.0), float(BEST)) for score in scores or ()]
    total = sum(clipped)
    if len(clipped) != heard or not total > 0:
        return (1 / heard,) * heard if heard else ()
    return tuple(score / total for score in clipped)


def importance(layers: Sequence[Sequence[Reply]], result: str | None) -> tuple[dict[str, float], ...]:
    """The importance of each agent in each layer.

    Args:
        layers: Replies, layer after layer; every reply after the first layer heard agents of the one before.
        result: The debate's answer; in the last layer those who gave it share 1 equally.

    Returns:
        Agent to importance, for each layer. Each layer sums to 1, or to 0 where nobody in the last gave the
        result. An agent's importance in the debate is its sum over layers.

    Raises:
        DataError: A reply heard somebody who had not replied in the layer before.

    >>> first = [Reply(agent="ada", answer="A"), Reply(agent="bo", answer="B")]
    >>> last = [Reply(agent="ada", answer="B", heard=("ada", "bo"), scores=(1, 4))]
    >>> importance([first, last], "B")
    ({'ada': 0.2, 'bo': 0.8}, {'ada': 1.0})
    """
    if not layers:
        return ()
    givers = [reply.agent for reply in layers[-1] if reply.answer == result]
    after = {reply.agent: (reply.agent in givers) / max(len(givers), 1) for reply in layers[-1]}
    found = [after]
    for place in range(len(layers) - 1, 0, -1):
        after = _passed_back(layers[place], after, [reply.agent for reply in layers[place - 1]])
        found.append(after)
    return tuple(reversed(found))


def team(debates: Iterable[Sequence[Mapping[str, float]]], size: int) -> tuple[str, ...]:
    """The agents most was owed to over some debates: whom to keep for the next.

    Args:
        debates: The importance of each layer of each debate, as `importance` gives it.
        size: How many to keep, at least 1.

    Returns:
        Names by importance added up over layers and debates, the greatest first; equal ones in the order in which
        they are first named.

    >>> team([({"ada": 0.2, "bo": 0.8}, {"ada": 1.0}), ({"ada": 0.1, "cy": 0.9},)], 2)
    ('ada', 'cy')
    """
    totals: dict[str, list[float]] = {}
    for layers in debates:
        for layer in layers:
            for agent, share in layer.items():
                totals.setdefault(agent, []).append(share)
    # rounded, so that sums that differ by rounding are equal
    return tuple(sorted(totals, key=lambda agent: -round(math.fsum(totals[agent]), 12))[:size])


def _passed_back(layer: Sequence[Reply], held: Mapping[str, float], before: Sequence[str]) -> dict[str, float]:
    passed = dict.fromkeys(before, 0.0)
    for reply in layer:
        shares = score_weights(reply.scores, len(reply.heard))
        for agent, share in zip(reply.heard, shares, strict=True):
            if agent not in passed:
                raise DataError(f"{reply.agent!r} heard {agent!r}, who said nothing in the layer before")
            passed[agent] += share * held[reply.agent]
    return passed
