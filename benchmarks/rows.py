"""Figures beside what they are compared with, as a table or as JSON."""

import os
import platform
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel
from rich import box
from rich.console import Console
from rich.table import Table

Met = Literal["yes", "no", ""]


class Row(BaseModel, frozen=True, extra="forbid"):
    """One measured figure."""

    piece: str
    """What was measured: calls, batch, wall, start, memory, growth."""
    case: str
    """At what size."""
    subject: str
    """Who did it."""
    figure: str
    """What is counted, with its unit."""
    value: float
    baseline: float | None = None
    """The same figure of what it is compared with; None where there is nothing to compare."""
    target: str = ""
    """What it should be."""
    met: Met = ""
    """Whether it is; empty where no target is set."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over its baseline."""
        return None if not self.baseline else self.value / self.baseline


def against(limit: float, value: float, *, least: bool = False) -> Met:
    """Whether a figure keeps its target: at most the limit, or at least it.

    >>> against(0.5, 0.4), against(2000, 1500, least=True)
    ('yes', 'no')
    """
    return "yes" if (value >= limit if least else value <= limit) else "no"


def machine() -> dict[str, str]:
    """What it was measured on; how busy the machine was belongs to every figure."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return {"python": platform.python_version(), "cores": str(os.cpu_count()), "load": load}


def show(rows: Sequence[Row]) -> None:
    """Print the rows as a table."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("piece", "case", "subject", "figure"):
        table.add_column(heading)
    for heading in ("value", "baseline", "ratio"):
        table.add_column(heading, justify="right")
    for heading in ("target", "met", "note"):
        table.add_column(heading)
    previous = ""
    for row in rows:
        if previous and row.piece != previous:
            table.add_section()
        previous = row.piece
        numbers = (_short(row.value), _short(row.baseline), _short(row.ratio))
        table.add_row(row.piece, row.case, row.subject, row.figure, *numbers, row.target, row.met, row.note)
    Console(width=None if os.isatty(1) else 180).print(table)


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
