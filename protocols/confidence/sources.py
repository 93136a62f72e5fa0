"""Where confidence comes from: what is stated, what comes back in samples or rounds, or how likely the words were."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from moot.agents.tokens import Tokens
from moot.protocols.transcript import Turn

Source = Literal["stated", "consistency", "stability", "logprob"]
"""stated: what the debater says, when asked. consistency: the share of `SAMPLES` replies to the same prompt that
give the turn's answer, which takes as many calls. stability: the share of the seat's rounds in which it kept its
answer. logprob: the probability of the tokens of its answer, of models that tell it."""

SAMPLES = 5
"""Replies that consistency is read from, the turn's own among them."""


def confidence_of(turn: Turn, source: Source, answers: Sequence[str | None]) -> float | None:
    """How sure the author of a turn was, by that source.

    Args:
        turn: What it said.
        source: Where to take it from.
        answers: The author's answers of all rounds up to this turn, equal answers in one form; only stability
            looks at them.

    Returns:
        From 0 to 1; None where the source tells nothing: nothing was stated, sampled or weighed, or there is no
        earlier round.
    """
    match source:
        case "stated":
            return turn.confidence
        case "consistency":
            return turn.consistency
        case "logprob":
            return turn.likelihood
        case "stability":
            return stability(answers)


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


def likelihood(tokens: Tokens, start: int, end: int) -> float:
    """The probability of a passage, given what stands before it: the product of the probabilities of its tokens.

    The sequence probability of ConfMAD (arXiv:2509.14034) over the answer alone, since the reasons before it are
    given. It is not taken to the power of 1 / length: of an option's letter there is one token, and a long answer
    may be likely only if each of its tokens is.

    Args:
        tokens: With their log-probabilities.
        start: Place of the passage's first character in the tokens' joined text.
        end: Place after its last; a token that it shares counts whole.

    >>> round(likelihood((("Final answer:", -0.7), (" 4", -0.5), ("08", -0.2), (".", -3.0)), 14, 17), 4)
    0.4966
    """
    place, logprobs = 0, list[float]()
    for text, logprob in tokens:
        if place < end and place + len(text) > start:
            logprobs.append(logprob)
        place += len(text)
    return math.exp(math.fsum(logprobs))
