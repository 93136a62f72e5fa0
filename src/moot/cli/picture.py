"""The scene as a picture for the terminal: who speaks, whom they heard, the answers of each round, the cost."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from moot.agents.cleaning import printable
from moot.cli.scene import Scene, cost_words, words_of
from moot.protocols.transcript import KEPT

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_AGENT, _ANSWER, _HEARD = 16, 22, 18
"""Widest cells."""
_NARROW, _WIDE = 60, 90
"""Columns from which there is room for who was heard, and for models."""
_AROUND = 11
"""Lines that are no rows of the table."""


def picture(scene: Scene, *, width: int = 100, height: int = 30) -> RenderableType:
    """What there is to see now, in a terminal of that size."""
    question = Text(printable(scene.question), style="bold", overflow="ellipsis")
    question.truncate(3 * width, overflow="ellipsis")
    title = Text(printable(scene.title), style="dim", no_wrap=True, overflow="ellipsis")
    rows = _seats(scene, width) if len(scene.seats) <= max(4, height - _AROUND) else _answers(scene, height, width)
    return Group(question, title, "", rows, "", _votes(scene), _foot(scene))


def _seats(scene: Scene, width: int) -> Table:
    """A row for each seat, a column for each of the last rounds."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    named = max(5, _widest(_AGENT, scene.seats))
    table.add_column("agent", no_wrap=True, min_width=named, max_width=_AGENT, overflow="ellipsis")
    if width >= _WIDE:
        table.add_column("model", no_wrap=True, max_width=_model(width), overflow="ellipsis", style="dim")
    shown = _shown_rounds(scene, width)
    for number in shown:
        table.add_column(f"round {number}", no_wrap=True, max_width=_ANSWER, overflow="ellipsis")
    if width >= _NARROW:
        table.add_column("heard", no_wrap=True, max_width=_HEARD, overflow="ellipsis", style="dim")
    for seat, model in scene.seats.items():
        cells = [_cell(scene, seat, number) for number in shown]
        models = [Text(printable(model))] if width >= _WIDE else []
        heard = [Text(_heard(scene, seat))] if width >= _NARROW else []
        table.add_row(Text(printable(seat)), *models, *cells, *heard)
    return table


def _cell(scene: Scene, seat: str, number: int) -> Text:
    turn = scene.said.get((seat, number))
    if seat in scene.speaking and number == scene.round:
        return Text(f"{SPINNER[int(scene.at_s * 8) % len(SPINNER)]} speaking", style="cyan")
    if turn is None:
        return Text("")
    if turn.status not in KEPT:
        return Text(_short(words_of(turn)), style="red")
    if (seat, number) in scene.flipped:
        return Text(f"→ {_short(words_of(turn))}", style="bold yellow")
    return Text(_short(words_of(turn)), style="magenta" if turn.round is None else "")


def _answers(scene: Scene, height: int, width: int) -> Table:
    """Where there are more seats than lines: how many gave which answer in each of the last rounds."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    shown = _shown_rounds(scene, width, beside=False)
    votes = {number: scene.votes(number) for number in shown}
    total: dict[str, int] = {}
    for given in votes.values():
        for answer, seats in given.items():
            total[answer] = total.get(answer, 0) + len(seats)
    table.add_column("answer", no_wrap=True, max_width=_ANSWER, overflow="ellipsis")
    for number in shown:
        table.add_column(f"round {number}", justify="right")
    for answer in sorted(total, key=lambda one: -total[one])[: max(3, height - _AROUND - 1)]:
        counts = [str(len(votes[number].get(answer, ()))) for number in shown]
        table.add_row(Text(_short(answer)), *counts)
    said = sum(number == scene.round for _, number in scene.said)
    table.add_row(Text(f"{said} of {len(scene.seats)} have spoken", style="dim"))
    return table


def _heard(scene: Scene, seat: str) -> str:
    return printable(", ".join(scene.speaking.get(seat) or scene.heard.get(seat, ())))


def _votes(scene: Scene) -> Text:
    """Of the last round in which there are any."""
    number = next((number for number in range(scene.round, -1, -1) if scene.votes(number)), 0)
    votes = sorted(scene.votes(number).items(), key=lambda one: -len(one[1]))
    if not votes:
        return Text("no votes yet", style="dim")
    shown = " · ".join(f"{_short(answer)} x{len(seats)}" for answer, seats in votes[:4])
    more = f" · {len(votes) - 4} more" if len(votes) > 4 else ""
    return Text(f"votes in round {number}: {shown}{more}", no_wrap=True, overflow="ellipsis")


def _foot(scene: Scene) -> Text:
    usage = scene.usage
    figures = (
        f"{len(scene.flipped)} flips · {usage.calls} calls · {usage.tokens:,} tokens · "
        f"{cost_words(usage, scene.simulated)} · {scene.at_s:.1f} s"
    )
    foot = Text(figures, style="dim")
    if scene.stopped:
        foot.append(f"\nstopped by {printable(scene.stopped)}")
    return foot


def _shown_rounds(scene: Scene, width: int, *, beside: bool = True) -> list[int]:
    """Round 0, and as many of the last ones as fit beside it."""
    used = _widest(_AGENT, scene.seats) + 2
    if beside:
        used += _widest(_HEARD, [_heard(scene, seat) for seat in scene.seats]) + 2 if width >= _NARROW else 0
        used += _widest(_model(width), scene.seats.values()) + 2 if width >= _WIDE else 0
    answers = [_short(words_of(turn)) for turn in scene.said.values()]
    fit = max(2, (width - used) // (max(10, _widest(_ANSWER - 2, answers) + 2) + 2))
    return [0, *range(max(1, scene.round + 2 - fit), scene.round + 1)]


def _model(width: int) -> int:
    """Columns for models, which give way to rounds."""
    return max(24, width // 4)


def _widest(most: int, words: Iterable[str]) -> int:
    return min(most, max(map(len, words), default=0))


def _short(words: str) -> str:
    line = " ".join(printable(words).split())
    return line if len(line) <= _ANSWER - 2 else f"{line[: _ANSWER - 3]}…"
