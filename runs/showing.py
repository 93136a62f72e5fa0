"""A result as a table: an agent a row, a round a column. For the terminal, and for a notebook."""

from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from moot.agents.cleaning import printable
from moot.protocols.transcript import Turn
from moot.runs.result import Result

_STYLES = {"decided": "bold green", "degraded": "bold yellow", "undecided": "bold yellow", "failed": "bold red"}
_LONGEST = 60
"""Of an answer in a cell."""


def rendered(result: Result) -> RenderableType:
    """The result for `rich`: the answers by round, then what they came to."""
    table = Table(title=_text(result.question.text, style="bold"), title_justify="left", header_style="dim")
    table.add_column("agent")
    for number in range(result.rounds):
        table.add_column(f"round {number}")
    for seat, cells in _rows(result):
        table.add_row(_text(seat), *(_text(cell, "yellow" if changed else "") for cell, changed in cells))
    head, *rest = str(result).split("\n")
    return Group(table, _text(head, _STYLES[result.status]), *(_text(line) for line in rest))


def as_html(result: Result) -> str:
    """The same as HTML without scripts, every word of it escaped."""
    heads = "".join(f"<th>round {number}</th>" for number in range(result.rounds))
    rows = "".join(
        f"<tr><th>{_safe(seat)}</th>{''.join(_cell(words, changed) for words, changed in cells)}</tr>"
        for seat, cells in _rows(result)
    )
    head, *rest = str(result).split("\n")
    lines = f"<b>{_safe(head)}</b><br>" + "<br>".join(_safe(line) for line in rest)
    caption = f"<caption style='text-align:left'><b>{_safe(result.question.text)}</b></caption>"
    return f"<table>{caption}<thead><tr><th>agent</th>{heads}</tr></thead><tbody>{rows}</tbody></table><p>{lines}</p>"


def _rows(result: Result) -> list[tuple[str, list[tuple[str, bool]]]]:
    """For each seat what it answered in each round, and whether that was new."""
    changed = {(flip.agent, flip.round) for flip in result.flips}
    said = {(turn.seat, turn.round): _said(turn) for turn in result.turns if turn.round is not None}
    rounds = range(result.rounds)
    return [(seat, [(said.get((seat, n), ""), (seat, n) in changed) for n in rounds]) for seat in result.seats]


def _said(turn: Turn) -> str:
    words = turn.vote if turn.vote is not None else f"({turn.reason or turn.status})"
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _cell(words: str, changed: bool) -> str:
    return f"<td>{'<b>' * changed}{_safe(words)}{'</b>' * changed}</td>"


def _safe(words: str) -> str:
    return escape(printable(words))


def _text(words: str, style: str = "") -> Text:
    return Text(printable(words), style=style)
