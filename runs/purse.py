"""Hard caps kept by reservation: what may be spent at worst is set aside before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import anyio

from moot.agents.records import Kind, Usage
from moot.logs import say
from moot.protocols.floor.door import CapReached
from moot.protocols.tally import NANO
from moot.runs.journal import ANSWERED
from moot.runs.policy import Budget

_ENDLESS = 10**15
"""Stands for a worst that is not known; under a cap on it no such call gets here."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True)
class Amounts:
    """Calls, tokens and money; added and subtracted each for itself."""

    calls: int = 0
    tokens: int = 0
    nano_usd: int = 0

    @property
    def uncounted(self) -> "Amounts":
        """The same but for the calls: what is given back of a call that was made, which stays one."""
        return Amounts(0, self.tokens, self.nano_usd)

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.calls + other.calls, self.tokens + other.tokens, self.nano_usd + other.nano_usd)

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.calls - other.calls, self.tokens - other.tokens, self.nano_usd - other.nano_usd)


class Outer(Protocol):
    """A purse of many debates, as that of one debate needs it."""

    async def reserve(self, attempts: Sequence[Worst]) -> None:
        """Set aside the worst of all these attempts, or nothing; raises `CapReached` where a cap does not allow it."""
        ...

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """Give back what one attempt did not use."""
        ...

    def covers(self, attempts: Sequence[Worst]) -> str:
        """Whether all these would fit: empty if so, else the cap in the way."""
        ...

    @property
    def caps(self) -> tuple[Budget, ...]:
        """What it keeps."""
        ...


class Purse:
    """What is spent and set aside under the caps of one debate or of many, in whole numbers."""

    def __init__(self, budget: Budget, spent: Amounts = Amounts(), within: Outer | None = None) -> None:
        """Open the purse.

        Args:
            budget: Its caps.
            spent: In earlier sittings, what is in doubt at its worst.
            within: A purse of many debates, which pays too.
        """
        self.budget, self.within = budget, within
        self.words = ""
        """Which cap was reached, once one was."""
        self._used = spent
        self._out = Amounts()
        self._settled: anyio.Event | None = None
        """Set when the next attempt is settled; there only while somebody waits for that."""
        self._started = anyio.current_time()

    async def reserve(self, attempts: Sequence[Worst]) -> None:
        """Set aside the worst of all these attempts, here and in the purse of many debates, or nothing.

        Where attempts under way may yet give back enough, it waits for them.

        Raises:
            CapReached: A cap does not allow all of them.
        """
        wanted = amounts(attempts)
        while self._exceeded(wanted, self._used):
            if words := self._exceeded(wanted, self._used - self._out):
                say("cap.reached", "warning", why=words)
                self.words = words
                raise CapReached(words)
            self._settled = self._settled or anyio.Event()
            await self._settled.wait()
        self._set_aside(wanted)
        if self.within is not None:
            try:
                await self.within.reserve(attempts)
            except BaseException as error:
                self._give_back(wanted, Amounts())
                if isinstance(error, CapReached):
                    self.words = error.words
                raise

    def settle(self, worst: Worst, used: Usage, *, known: bool) -> None:
        """Give back what one attempt did not use; where that is not known, nothing is given back."""
        aside = amounts([worst])
        spent = Amounts(1, used.prompt_tokens + used.completion_tokens, used.cost_nano_usd or 0) if known else aside
        self._give_back(aside, spent)
        if self.within is not None:
            self.within.settle(worst, used, known=known)

    def covers(self, attempts: Sequence[Worst]) -> str:
        """Whether all these would fit: empty if so, else the cap in the way."""
        full = self._exceeded(amounts(attempts), self._used)
        return full or ("" if self.within is None else self.within.covers(attempts))

    @property
    def caps(self) -> tuple[Budget, ...]:
        """What it keeps, and what the purse of many debates keeps."""
        return (self.budget, *(() if self.within is None else self.within.caps))

    @property
    def capped(self) -> bool:
        """Whether it keeps any cap."""
        return any(cap != Budget() for cap in self.caps)

    @property
    def by_wave(self) -> bool:
        """Whether it keeps a cap that only waves can be held against: money, tokens, minutes."""
        return any(cap.usd is not None or cap.tokens is not None or cap.minutes is not None for cap in self.caps)

    def _set_aside(self, wanted: Amounts) -> None:
        self._used += wanted
        self._out += wanted.uncounted

    def _give_back(self, aside: Amounts, spent: Amounts) -> None:
        self._used += spent - aside
        self._out -= aside.uncounted
        if self._settled is not None:
            self._settled.set()
            self._settled = None

    def _exceeded(self, wanted: Amounts, used: Amounts) -> str:
        cap = self.budget
        if cap.calls is not None and used.calls + wanted.calls > cap.calls:
            return f"budget: {wanted.calls} more calls do not fit under {cap.calls}, {used.calls} are used"
        if cap.minutes is not None and anyio.current_time() - self._started >= cap.minutes * 60:
            return f"budget: {cap.minutes:g} minutes have passed"
        if cap.tokens is not None and used.tokens + wanted.tokens > cap.tokens:
            return f"budget: up to {wanted.tokens} more tokens do not fit under {cap.tokens}, {used.tokens} are used"
        if cap.nano_usd is not None and used.nano_usd + wanted.nano_usd > cap.nano_usd:
            more = f"up to {wanted.nano_usd / NANO:.6f} USD more does not fit"
            mend = "" if used.calls else ": give the agents max_tokens, which bounds what is set aside, or allow more"
            return f"budget: {more} under {cap.usd:g} USD, {used.nano_usd / NANO:.6f} are used{mend}"
        return ""


def amounts(attempts: Sequence[Worst]) -> Amounts:
    """All these attempts at their worst."""
    tokens = sum(_ENDLESS if one.tokens is None else one.tokens for one in attempts)
    return Amounts(len(attempts), tokens, sum(_ENDLESS if one.nano_usd is None else one.nano_usd for one in attempts))
