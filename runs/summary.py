"""Many results in a few figures: how they ended, how often they were right, what they took."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moot.protocols.tally import Tally
from moot.runs.result import Result

_Z = 1.959963984540054
"""Of a two-sided interval of 95 %."""


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """From 0 to 1; NaN of none."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval, 95 % (doi 10.1080/01621459.1927.10502953).

        >>> tuple(round(bound, 3) for bound in Share(8, 10).interval)
        (0.49, 0.943)
        """
        if not self.of:
            return 0.0, 1.0
        shrunk = 1 + _Z**2 / self.of
        middle = (self.value + _Z**2 / (2 * self.of)) / shrunk
        half = _Z / shrunk * math.sqrt(self.value * (1 - self.value) / self.of + _Z**2 / (4 * self.of**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits} of {self.of} ({self.value:.1%}, 95 % interval {low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class Summary:
    """A run in figures."""

    statuses: Mapping[str, int]
    """How many debates ended in each status."""
    correct: Share
    """Of the debates whose right answer is known; no answer is not correct."""
    first_vote: Share
    """The same of the vote of round 0, the free baseline; no vote or a tie is not correct."""
    flips: int
    usage: Tally
    """Walls added up."""
    simulated: bool
    """Whether any answer came from a simulated or scripted model."""

    def __str__(self) -> str:
        ended = ", ".join(f"{count} {status}" for status, count in self.statuses.items()) or "nothing held"
        lines = [f"{ended}{' (simulated)' if self.simulated else ''}"]
        if self.correct.of:
            lines += [f"correct: {self.correct}", f"first vote: {self.first_vote}"]
        cost = self.usage.cost_usd
        paid = "cost unknown" if cost is None else f"{cost:.4f} USD"
        return "\n".join([*lines, f"{self.flips} flips, {self.usage.calls} calls, {self.usage.tokens} tokens, {paid}"])


def summed_up(results: Iterable[Result]) -> Summary:
    """The figures of those results."""
    statuses: Counter[str] = Counter()
    known = right = first = flips = 0
    usage, simulated = Tally(), False
    for result in results:
        statuses[result.status] += 1
        flips += len(result.flips)
        usage += result.usage
        simulated |= result.simulated
        if result.correct is not None:
            known += 1
            right += result.correct
            first += _first_right(result)
    return Summary(
        statuses=dict(sorted(statuses.items())),
        correct=Share(right, known),
        first_vote=Share(first, known),
        flips=flips,
        usage=usage,
        simulated=simulated,
    )


def _first_right(result: Result) -> bool:
    return result.first_vote is not None and bool(result.right(result.first_vote))
