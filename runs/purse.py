"""Hard caps kept by reservation: what may be spent at worst is set aside before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio

from moot.agents.records import Kind, Usage
from moot.protocols.floor.door import CapReached
from moot.protocols.tally import NANO
from moot.runs.journal import ANSWERED, Totals
from moot.runs.policy import Budget


@dataclass(frozen=True)
class Worst:
    """The most one attempt can use."""

    nano_usd: int | None
    """None where no bound is known."""
    tokens: int | None


def certain(kind: Kind | None, usage: Usage) -> bool:
    """Whether it is known what an attempt used: a model answered, or nothing is billed.

    A deadline, a broken connection or a dead process leave it open; then what was set aside stays spent.

    >>> certain("ok", Usage(estimated=True)), certain("outage", Usage(cost_nano_usd=0)), certain("crashed", Usage())
    (True, True, False)
    """
    return kind in ANSWERED or (usage.cost_nano_usd is not None and not usage.estimated)


class Purse:
    """What is spent and set aside under the caps of one debate or of many, in whole numbers."""

    def __init__(
        self, budget: Budget, *, calls: int = 0, tokens: int = 0, nano_usd: int = 0, within: "Purse | None" = None
    ) -> None:
        """Open the purse.

        Args:
            budget: Its caps.
            calls: What earlier sittings have spent, as are the next two.
            tokens: Of prompts and replies.
            nano_usd: Reservations of attempts in doubt included.
            within: A purse of many debates, which pays too.
        """
        self.budget, self.within = budget, within
        self.words = ""
        """Which cap was reached, once one was."""
        self._calls, self._tokens, self._nano_usd = calls, tokens, nano_usd
        self._started = anyio.current_time()

    def reserve(self, attempts: Sequence[Worst]) -> None:
        """Set aside the worst of all these attempts, or nothing.

        Raises:
            CapReached: A cap does not allow all of them.
        """
        if words := self._exceeded(attempts):
            self.words = words
            raise CapReached(words)
        if self.within is not None:
            self.within.reserve(attempts)
        self._calls += len(attempts)
        self._tokens += sum(worst.tokens or 0 for worst in attempts)
        self._nano_usd += sum(worst.nano_usd or 0 for worst in attempts)

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """Give back what one attempt did not use; where that is not known, nothing is given back."""
        if known:
            self._tokens += used.prompt_tokens + used.completion_tokens - (worst.tokens or 0)
            self._nano_usd += (used.cost_nano_usd or 0) - (worst.nano_usd or 0)
        if self.within is not None:
            self.within.settle(worst, used, known=known)

    def covers(self, attempts: Sequence[Worst]) -> str:
        """Whether all these would fit: empty if so, else the cap in the way."""
        further = "" if self.within is None else self.within.covers(attempts)
        return self._exceeded(attempts) or further

    @property
    def by_wave(self) -> bool:
        """Whether it keeps a cap that only waves can be held against: money, tokens, minutes."""
        cap, further = self.budget, self.within is not None and self.within.by_wave
        return further or cap.usd is not None or cap.tokens is not None or cap.minutes is not None

    def _exceeded(self, attempts: Sequence[Worst]) -> str:
        cap = self.budget
        if cap.calls is not None and self._calls + len(attempts) > cap.calls:
            return f"budget: {len(attempts)} more calls do not fit under {cap.calls}, {self._calls} are used"
        if cap.minutes is not None and anyio.current_time() - self._started >= cap.minutes * 60:
            return f"budget: {cap.minutes:g} minutes have passed"
        if cap.tokens is not None:
            worst = _total([attempt.tokens for attempt in attempts])
            if worst is None or self._tokens + worst > cap.tokens:
                return f"budget: up to {worst} more tokens do not fit under {cap.tokens}, {self._tokens} are used"
        if cap.usd is not None:
            worst = _total([attempt.nano_usd for attempt in attempts])
            if worst is None or self._nano_usd + worst > cap.usd * NANO:
                more = "an unknown amount" if worst is None else f"up to {worst / NANO:.6f} USD"
                return f"budget: {more} more does not fit under {cap.usd:g} USD, {self._nano_usd / NANO:.6f} are used"
        return ""


def purse_of_run(budget: Budget, totals: Totals) -> Purse:
    """The purse of a run, from which earlier sittings have spent."""
    return Purse(
        budget,
        calls=totals.attempts,
        tokens=totals.prompt_tokens + totals.completion_tokens,
        nano_usd=(totals.cost_nano_usd or 0) + totals.held_nano_usd,
    )


def _total(amounts: Sequence[int | None]) -> int | None:
    return None if any(amount is None for amount in amounts) else sum(amount or 0 for amount in amounts)
