"""The early stop of DyLAN (arXiv:2310.02170): more than two thirds of a layer agree, checked after each reply.

The rest of the layer need not speak: nothing they say can change what the layer agrees on.
"""

from collections import Counter
from collections.abc import Sequence

from moot.protocols.standing import Standing
from moot.protocols.stop.rule import tested


def byzantine_agreement(answers: Sequence[str | None], layer: int, *, nothing_agrees: bool = False) -> str | None:
    """The answer that more than floor(2n/3) of a layer share, once that many have given it.

    Args:
        answers: What has been said in the layer so far; None is an abstention.
        layer: n, how many speak in the whole layer.
        nothing_agrees: Whether replies without an answer agree with each other, as in the reference code.

    Returns:
        The answer; "" where those without an answer agree and that counts; None while nothing is agreed on.

    >>> byzantine_agreement(["A", "B", "A"], 4), byzantine_agreement(["A", "A", "A"], 4)
    (None, 'A')
    """
    counts = Counter(answer for answer in answers if answer is not None or nothing_agrees)
    leading = counts.most_common(1)
    if not leading or leading[0][1] <= 2 * layer // 3:
        return None
    return leading[0][0] or ""


@tested
def byzantine(standing: Standing) -> str | None:
    """When more than floor(2n/3) of the n debaters of the round gave the same answer."""
    answers = [turn.vote for turn in standing.ballots]
    agreed = byzantine_agreement(answers, len(answers))
    if agreed is None:
        return None
    return f"byzantine: {answers.count(agreed)} of {len(answers)} answered {agreed}"
