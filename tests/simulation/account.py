"""A journal that adds up as it is told: what is spent and set aside, at every instant, against every cap."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import anyio

from moot import Budget
from moot.agents.provider.usage import worst
from moot.agents.records import Completion
from moot.runs.journal import Intent, MemoryJournal
from moot.runs.purse import certain


@dataclass
class Account:
    """What one debate or one run has used, its open attempts at their worst."""

    cap: Budget
    calls: int = 0
    tokens: int = 0
    nano_usd: int = 0

    def add(self, *, calls: int = 0, tokens: int = 0, nano_usd: int = 0) -> str:
        """Put it down; which cap is exceeded now, empty if none."""
        self.calls, self.tokens, self.nano_usd = self.calls + calls, self.tokens + tokens, self.nano_usd + nano_usd
        cap = self.cap
        over = [
            cap.calls is not None and self.calls > cap.calls,
            cap.tokens is not None and self.tokens > cap.tokens,
            cap.usd is not None and self.nano_usd > cap.usd * 1e9,
        ]
        return f"{self} is over its cap" if any(over) else ""


class Watched(MemoryJournal):
    """A journal in memory that keeps accounts of its own.

    Args:
        each: Caps of every debate.
        whole: Caps of the run.
    """

    def __init__(self, each: Budget, whole: Budget) -> None:
        super().__init__(now=anyio.current_time)
        self.exceeded: list[str] = []
        self._accounts: defaultdict[str, Account] = defaultdict(lambda: Account(each))
        self._accounts[""] = Account(whole)
        self._open: dict[tuple[str, str], int] = {}
        """Tokens set aside for the attempt at a call that is under way."""

    async def intend(self, intents: Sequence[Intent]) -> None:
        """See `Journal.intend`."""
        for intent in intents:
            request = intent.request
            most = worst(request.messages, request.max_tokens or 0)
            self._open[intent.debate_id, intent.call_id] = most.prompt + most.reply
            self._add(intent, calls=1, tokens=most.prompt + most.reply, nano_usd=intent.reserved_nano_usd)
        await super().intend(intents)

    async def settle(self, intent: Intent, completion: Completion) -> None:
        """See `Journal.settle`."""
        usage, aside = completion.usage, self._open.pop((intent.debate_id, intent.call_id))
        if certain(completion.kind, usage):
            tokens = usage.prompt_tokens + usage.completion_tokens - aside
            self._add(intent, tokens=tokens, nano_usd=(usage.cost_nano_usd or 0) - intent.reserved_nano_usd)
        await super().settle(intent, completion)

    def _add(self, intent: Intent, **amounts: int) -> None:
        told = [self._accounts[id].add(**amounts) for id in (intent.debate_id, "")]
        self.exceeded += filter(None, told)
