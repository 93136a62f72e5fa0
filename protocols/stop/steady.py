"""When the spread of answers has settled: a form of adaptive stability detection (arXiv:2510.12697) for one question.

The published rule compares the distribution of right judges over a whole batch, which takes labels;
this one compares how the debaters of one question are spread over answers, which takes none.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from moot.protocols.standing import Standing
from moot.protocols.stop.rule import tested


def answer_shift(before: Mapping[str, int], after: Mapping[str, int]) -> float:
    """The largest share by which any set of answers gained or lost debaters: total variation, from 0 to 1.

    It is the greatest distance that a Kolmogorov–Smirnov test could find, however the answers are ordered.

    Args:
        before: Answer to the number who gave it; at least one.
        after: The same a round later.

    >>> answer_shift({"A": 3, "B": 1}, {"A": 2, "B": 2})
    0.25
    """
    totals = sum(before.values()), sum(after.values())
    shares = [
        (before.get(answer, 0) / totals[0], after.get(answer, 0) / totals[1])
        for answer in dict.fromkeys((*before, *after))
    ]
    return sum(max(new - old, 0.0) for old, new in shares)


@tested
def steady(
    standing: Standing,
    distance: Annotated[float, Field(gt=0, le=1)] = 0.05,
    hold: Annotated[int, Field(ge=1)] = 2,
) -> str | None:
    """When the spread of answers moved by less than `distance` in each of the last `hold` rounds.

    Unlike `stable`, debaters may trade places. A round in which nobody answered settles nothing.
    """
    transcript = standing.transcript
    if transcript.rounds <= hold:
        return None
    spreads = [
        {answer: len(names) for answer, names in transcript.votes(-1 - back).items()} for back in range(hold + 1)
    ]
    if not all(spreads):
        return None
    shifts = [answer_shift(before, after) for after, before in pairwise(spreads)]
    if max(shifts) >= distance:
        return None
    return f"steady: answers shifted by at most {max(shifts):.0%} for {hold} round{'s' * (hold > 1)}"
