"""What rules come to over a whole store, as a table: how often right against what it would have cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from moot.agents.cleaning import printable
from moot.protocols.tally import Tally
from moot.runs.result import Result
from moot.runs.summary import Share

Ended = Result | str
"""What a debate comes to under a rule, or why that is not on record."""
_HEADS = ("decide", "stop", "correct", "95 %", "decided", "rounds", "calls", "tokens", "USD")


@dataclass(frozen=True)
class Row:
    """A decision with a stop rule, over all debates. Without a figure where one of them cannot be told."""

    decide: str
    stop: str
    debates: int
    missing: int
    """Debates of which it cannot be told."""
    reason: str | None
    """Why not, of most of them."""
    correct: Share | None
    """Of the debates whose right answer is known; no answer is not correct."""
    decided: Share | None
    """Debates that have an answer."""
    rounds: float | None
    """Held on average."""
    usage: Tally | None
    """What all debates together would have used."""

    @property
    def why(self) -> str:
        """Why it has no figures; empty where it has."""
        return "" if self.reason is None else f"not told: {self.reason} ({self.missing} of {self.debates})"

    @property
    def cells(self) -> tuple[str, ...]:
        """As a table shows it, without why it has no figures."""
        if self.correct is None or self.decided is None or self.usage is None:
            return self.decide, self.stop
        cost = self.usage.cost_usd
        low, high = self.correct.interval
        right = (f"{self.correct.value:.1%}", f"{low:.0%} to {high:.0%}") if self.correct.of else ("unknown", "")
        figures = (f"{self.decided.value:.1%}", f"{self.rounds:.2f}", f"{self.usage.calls}", f"{self.usage.tokens}")
        return self.decide, self.stop, *right, *figures, "unknown" if cost is None else f"{cost:.4f}"


@dataclass
class Sum:
    """The debates of one row, added up."""

    debates: int = 0
    known: int = 0
    right: int = 0
    simulated: bool = False
    decided: int = 0
    rounds: int = 0
    usage: Tally = field(default_factory=Tally)
    reasons: Counter[str] = field(default_factory=Counter[str])

    def add(self, ended: Ended) -> None:
        """Add one."""
        self.debates += 1
        if isinstance(ended, str):
            self.reasons[ended] += 1
            return
        self.known += ended.correct is not None
        self.right += ended.correct is True
        self.simulated |= ended.simulated
        self.decided += ended.answer is not None
        self.rounds += ended.rounds
        self.usage += ended.usage

    def row(self, decide: str, stop: str) -> Row:
        """The row they make."""
        told = self.debates > 0 and not self.reasons
        return Row(
            decide=decide,
            stop=stop,
            debates=self.debates,
            missing=self.reasons.total(),
            reason=None if told else next((why for why, _ in self.reasons.most_common(1)), "no debate has ended"),
            correct=Share(self.right, self.known) if told else None,
            decided=Share(self.decided, self.debates) if told else None,
            rounds=self.rounds / self.debates if told else None,
            usage=self.usage if told else None,
        )


@dataclass(frozen=True)
class Redecided:
    """A table of rules over the debates of a run."""

    run: str
    debates: int
    """That had ended."""
    skipped: int
    """That had not."""
    simulated: bool
    """Whether any answer came from a simulated or scripted model."""
    rows: tuple[Row, ...]
    """Every decision with every stop rule."""

    def plain(self) -> list[dict[str, Any]]:
        """The rows as JSON values."""
        return [_plain(row) for row in self.rows]

    def __str__(self) -> str:
        lines = [_HEADS, *((*row.cells, *([row.why] if row.why else [])) for row in self.rows)]
        full = [cells for cells in lines if len(cells) == len(_HEADS)]
        widths = [max(len(cells[at]) for cells in (full if at > 1 else lines)) for at in range(len(_HEADS))]
        shown = [self._head, *(_line(cells, widths) for cells in lines)]
        return printable("\n".join(shown))

    def __rich__(self) -> Any:
        """As `rich` prints it."""
        from rich.box import SIMPLE  # here, since a program that reads the rows needs none of it
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        title = Text(printable(self._head))
        table = Table(title=title, title_justify="left", header_style="dim", box=SIMPLE, padding=(0, 1, 0, 0))
        table.add_column("decide\nstop", overflow="fold")  # one below the other, for both may be long
        for head in _HEADS[2:]:
            table.add_column(head, justify="right", no_wrap=True)
        for row in self.rows:
            decide, stop, *figures = (printable(cell) for cell in row.cells)
            table.add_row(Text(f"{decide}\n{stop}"), *figures)
        notes = [f"{row.decide}, {row.stop}: {row.why}" for row in self.rows if row.why]
        return Group(table, *(Text(printable(note), style="dim") for note in notes))

    @property
    def _head(self) -> str:
        skipped = f", {self.skipped} have not ended" if self.skipped else ""
        return f"run {self.run}: {self.debates} debates{skipped}{' (simulated)' if self.simulated else ''}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)).rstrip()


def _plain(row: Row) -> dict[str, Any]:
    correct, decided, usage = row.correct, row.decided, row.usage
    return {
        **{key: value for key, value in asdict(row).items() if key not in {"correct", "decided", "usage"}},
        "correct": None if correct is None or not correct.of else _share(correct),
        "decided": None if decided is None else _share(decided),
        "calls": None if usage is None else usage.calls,
        "tokens": None if usage is None else usage.tokens,
        "cost_usd": None if usage is None else usage.cost_usd,
    }


def _share(share: Share) -> dict[str, float]:
    low, high = share.interval
    return {"hits": share.hits, "of": share.of, "value": share.value, "low": low, "high": high}
