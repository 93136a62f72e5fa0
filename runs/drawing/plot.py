"""Debates by matplotlib: the graph of each round, and the flow of opinions over all of them.

Colours are those of Okabe and Ito, which the colour-blind can tell apart; shapes say the same again.
"""

from typing import Any, Literal

from moot.agents.cleaning import printable
from moot.errors import UnknownNameError
from moot.runs.drawing.flows import Flows, flows
from moot.runs.result import Result
from moot.topologies.plotting import INK, draw_nodes, figure, positions

Kind = Literal["both", "graph", "flow"]
KINDS: tuple[Kind, ...] = ("both", "graph", "flow")

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LONGEST = 32
_BAR = 0.08
_ACROSS = 4
"""Graphs side by side."""

Look = tuple[str, str]


def plot(result: Result, kind: Kind = "both", *, round: int | None = None) -> Any:
    """A picture of a debate.

    Args:
        result: The debate.
        kind: `graph`: who heard whom in each round, coloured by answer. `flow`: how many held which answer, round by
            round, and who went where. `both`: one above the other.
        round: One round's graph; None is all.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: There is no such kind, or matplotlib is not installed.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of plot", kind, KINDS)
    went = flows(result)
    rounds = range(result.rounds) if round is None else [round]
    across, down = min(max(len(rounds), 1), _ACROSS), -(-len(rounds) // _ACROSS)
    graphs, flow = (0 if kind == "flow" else down), int(kind != "graph")
    made = figure(3.2 * max(across, 2), 3.2 * graphs + 3.4 * flow)
    grid = made.add_gridspec(graphs + flow, across)
    places = _places(result) if graphs else []
    for place, number in enumerate(rounds if graphs else ()):
        _graph(made.add_subplot(grid[place // _ACROSS, place % _ACROSS]), result, number, went, places)
    if flow:
        _flow(made.add_subplot(grid[graphs, :]), went)
    made.suptitle(_short(result.question.text, 70), fontweight="bold", parse_math=False)
    return made


def look(answer: str | None, went: Flows) -> Look:
    """Colour and shape of an answer; what comes after the eighth, and no answer, are grey."""
    place = went.answers.index(answer) if answer in went.answers else len(COLOURS)
    return (INK, "o") if answer is None or place >= len(COLOURS) else (COLOURS[place], MARKERS[place])


def _places(result: Result) -> list[tuple[float, float]]:
    """Where debaters stand in every round: by all that was heard."""
    place = {seat: index for index, seat in enumerate(result.seats)}
    heard = dict.fromkeys(result.graph().edges())
    return positions(len(place), [(place[u], place[v]) for u, v in heard if u in place and v in place])


def _graph(ax: Any, result: Result, number: int, went: Flows, places: list[tuple[float, float]]) -> None:
    place = {seat: index for index, seat in enumerate(result.seats)}
    heard = result.graph(number).edges()
    edges = [(place[u], place[v]) for u, v in dict.fromkeys(heard) if u in place and v in place]
    votes = {turn.seat: turn.vote for turn in result.transcript.round(number)}
    labels = {index: f"{seat}: {_short(votes.get(seat) or '–', 14)}" for seat, index in place.items()}
    looks = [look(votes.get(seat), went) for seat in result.seats]
    draw_nodes(ax, places, edges, labels, looks)
    ax.set_title(f"round {number}")


def _flow(ax: Any, went: Flows) -> None:
    """An alluvial chart: a bar of answers for each round, and bands between them."""
    for number, held in enumerate(went.held):
        base = 0
        for answer in went.answers:
            count = held.get(answer, 0)
            if count:
                colour, _ = look(answer, went)
                ax.bar(number, count, 2 * _BAR, bottom=base, color=colour, edgecolor="white", zorder=3)
                if number in {0, len(went.held) - 1}:
                    _named(ax, answer, number, base + count / 2, first=number == 0 and len(went.held) > 1)
            base += count
    for number, moved in enumerate(went.went):
        _bands(ax, number, moved, went)
    ax.set_xticks(range(len(went.held)), [f"round {number}" for number in range(len(went.held))])
    ax.set_ylabel("debaters")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.margins(x=0.25)
    ax.spines[["top", "right"]].set_visible(False)


def _bands(ax: Any, number: int, moved: Any, went: Flows) -> None:
    out, into = _bases(went.held[number], went), _bases(went.held[number + 1], went)
    for before in went.answers:
        for after in went.answers:
            count = moved.get((before, after), 0)
            if count:
                _band(ax, number, (out[before], into[after], count), look(before, went)[0])
                out[before] += count
                into[after] += count


def _band(ax: Any, number: int, heights: tuple[float, float, int], colour: str) -> None:
    low, then, count = heights
    steps = [step / 20 for step in range(21)]
    eased = [step * step * (3 - 2 * step) for step in steps]
    xs = [number + _BAR + step * (1 - 2 * _BAR) for step in steps]
    lows = [low + (then - low) * ease for ease in eased]
    ax.fill_between(xs, lows, [y + count for y in lows], color=colour, alpha=0.35, linewidth=0)


def _bases(held: Any, went: Flows) -> dict[str | None, float]:
    bases, base = dict[str | None, float](), 0.0
    for answer in went.answers:
        bases[answer] = base
        base += held.get(answer, 0)
    return bases


def _named(ax: Any, answer: str | None, number: int, height: float, *, first: bool) -> None:
    words = "no answer" if answer is None else _short(answer)
    offset, side = (-1.6 * _BAR, "right") if first else (1.6 * _BAR, "left")
    ax.text(number + offset, height, words, ha=side, va="center", parse_math=False)


def _short(text: str, most: int = _LONGEST) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
