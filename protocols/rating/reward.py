"""What a judge earns who states a probability after each round and ends the debate.

The rule of the human debates of Michael et al. (2023, arXiv:2311.08702): a logarithmic score, less a cost for going on.
"""

import math
from collections.abc import Sequence

PENALTY = 0.05
"""Cost of one more round, in bits."""


def judge_reward(probability: float, continues: int, *, penalty: float = PENALTY) -> float:
    """The judge's reward in bits: log2 of the probability it gave the right answer, less the rounds it asked for.

    Args:
        probability: Of the right answer in the judge's last word, from 0 to 1.
        continues: How often the judge went on instead of ending the debate.
        penalty: Cost of going on once.

    Returns:
        At most 0; minus infinity where the right answer was ruled out.

    >>> judge_reward(0.5, 2)
    -1.1
    """
    return (math.log2(probability) if probability > 0 else -math.inf) - penalty * continues


def judged_right(distribution: Sequence[float], correct: int) -> bool:
    """Whether the right answer got more probability than every other; a tie is not right.

    >>> judged_right([0.3, 0.7], 1), judged_right([0.5, 0.5], 1)
    (True, False)
    """
    return all(distribution[correct] > p for place, p in enumerate(distribution) if place != correct)
