"""A debate as Mermaid or DOT text: a box for each round, a node for each turn, an arrow to whoever was shown it."""

from collections.abc import Sequence

from moot.agents.cleaning import printable
from moot.protocols.transcript import Turn
from moot.runs.result import Result
from moot.topologies.spelling import Arc, Nodes, dot_text, mermaid_text

_LONGEST = 40


def mermaid(result: Result) -> str:
    """The debate as a Mermaid flowchart."""
    return mermaid_text(*_parts(result))


def dot(result: Result) -> str:
    """The debate in DOT."""
    return dot_text(*_parts(result))


def _parts(result: Result) -> tuple[list[Nodes], list[Arc]]:
    ids = {turn.id: f"t{place}" for place, turn in enumerate(result.turns)}
    groups = [_group(f"round {number}", turns, ids) for number, turns in result.transcript.by_round.items()]
    others = [turn for turn in result.turns if turn.round is None]
    if others:
        groups.append(_group("beside the rounds", others, ids))
    arcs = [Arc(ids[id], ids[turn.id]) for turn in result.turns for id in turn.heard if id in ids]
    return groups, arcs


def _group(title: str, turns: Sequence[Turn], ids: dict[str, str]) -> Nodes:
    return Nodes(title, {ids[turn.id]: f"{turn.seat}: {_answer(turn)}" for turn in turns})


def _answer(turn: Turn) -> str:
    words = printable(turn.vote or turn.reason or turn.status)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
