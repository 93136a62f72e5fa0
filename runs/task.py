"""Debates of one run, to be conducted in this process or elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from moot.protocols.tally import Tally
from moot.runs.holding import Listener, begun, held
from moot.runs.journal import DebateRow, Journal
from moot.runs.nesting import Cast
from moot.runs.purse import Purse
from moot.runs.result import Result
from moot.runs.spec import Spec


class Ending(Protocol):
    """How a debate ended, as far as a run counts it."""

    @property
    def status(self) -> str:
        """One word."""
        ...

    @property
    def usage(self) -> Tally:
        """What it used."""
        ...


Hold = Callable[[DebateRow], Awaitable[Ending]]
"""Holds one debate and puts down how it ended."""


@dataclass(frozen=True)
class Task:
    """What the debates of a run share."""

    debate: Spec
    cast: Cast
    journal: Journal
    purse: Purse
    """Of the whole run."""
    listen: Listener | None = None
    keep: Callable[[Result], None] | None = None
    """Given every result as it is put down; only where debates are conducted in this process."""

    async def hold(self, row: DebateRow) -> Result:
        """Hold a debate in this process."""
        spent = await begun(self.debate, row, self.cast, self.journal)
        paying = Purse(self.debate.budget, spent, self.purse)
        result = await held(self.debate, row, self.cast, self.journal, paying, listen=self.listen)
        if self.keep is not None:
            self.keep(result)
        return result
