"""Confidence that nobody states: read off how often an answer comes back."""

from collections.abc import Sequence
from itertools import pairwise


def consistency(samples: Sequence[str | None]) -> dict[str, float]:
    """The share of samples that gave each answer, in order of first mention.

    The share of the commonest one is the confidence of self-consistency (arXiv:2203.11171). Samples without
    an answer count among all.

    Args:
        samples: Answers of one seat to one prompt, equal answers in one form.

    >>> consistency(["tea", "milk", "tea", None])
    {'tea': 0.5, 'milk': 0.25}
    """
    counts: dict[str, int] = {}
    for answer in samples:
        if answer is not None:
            counts[answer] = counts.get(answer, 0) + 1
    return {answer: count / len(samples) for answer, count in counts.items()}


def stability(answers: Sequence[str | None]) -> float | None:
    """The share of a seat's rounds after the first in which it kept its answer.

    Confidence as Exchange-of-Thought takes it (EMNLP 2023), from how often an answer changed. An abstention keeps
    nothing, on either side of a step.

    Args:
        answers: The seat's answer of each round, from the first.

    Returns:
        From 0 to 1; None where there is one round or none, which tells nothing.

    >>> stability(["tea", "tea", "milk"]), stability(["tea"])
    (0.5, None)
    """
    steps = list(pairwise(answers))
    return sum(old is not None and old == new for old, new in steps) / len(steps) if steps else None
