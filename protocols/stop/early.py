"""When the rest need not be heard: an answer that leads by more than all who have not spoken.

Ballots counted one by one until then decide as all of them would; those not cast are saved.
"""

from collections import Counter
from collections.abc import Sequence


def out_of_reach(answers: Sequence[str | None], ballots: int) -> str | None:
    """The answer that wins the plurality whatever is still said.

    Args:
        answers: What has been said so far; None is an abstention.
        ballots: How many there are in all, those still to come included.

    Returns:
        None while another answer, given or not, may still catch up with it.

    >>> out_of_reach(["A", "B", "A", "A"], 5), out_of_reach(["A", "B", "A"], 5)
    ('A', None)
    """
    left = ballots - len(answers)
    leading = Counter(answer for answer in answers if answer is not None).most_common(2)
    if not leading:
        return None
    second = leading[1][1] if len(leading) > 1 else 0
    return leading[0][0] if leading[0][1] > second + left else None
