"""Hard caps kept by reservation: what may be spent at worst is set aside before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio

from moot.agents.records import Usage
from moot.protocols.floor.door import CapReached
from moot.protocols.tally import NANO
from moot.runs.policy import Budget


@dataclass(frozen=True)
class Worst:
    """The most one attempt can use."""

    nano_usd: int | None
    """None where no bound is known."""
    tokens: int | None


class Purse:
    """What is spent and set aside under the caps of one debate or of many, in whole numbers."""

    def __init__(self, budget: Budget, *, calls: int = 0, tokens: int = 0, nano_usd: int = 0) -> None:
        """Open the purse; the amounts are what earlier sittings have spent."""
        self.budget = budget
        self._calls, self._tokens, self._nano_usd = calls, tokens, nano_usd
        self._started = anyio.current_time()

    def reserve(self, attempts: Sequence[Worst]) -> None:
        """Set aside the worst of all these attempts, or nothing.

        Raises:
            CapReached: A cap does not allow all of them.
        """
        if words := self._exceeded(attempts):
            raise CapReached(words)
        self._calls += len(attempts)
        self._tokens += sum(worst.tokens or 0 for worst in attempts)
        self._nano_usd += sum(worst.nano_usd or 0 for worst in attempts)

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """Give back what one attempt did not use; where that is not known, nothing is given back."""
        if known:
            self._tokens += used.prompt_tokens + used.completion_tokens - (worst.tokens or 0)
            self._nano_usd += (used.cost_nano_usd or 0) - (worst.nano_usd or 0)

    def covers(self, attempts: Sequence[Worst]) -> str:
        """Whether all these would fit: empty if so, else the cap in the way."""
        return self._exceeded(attempts)

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


def _total(amounts: Sequence[int | None]) -> int | None:
    return None if any(amount is None for amount in amounts) else sum(amount or 0 for amount in amounts)
