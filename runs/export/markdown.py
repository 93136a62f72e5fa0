"""Debates as Markdown, for a paper's appendix or an issue: what was asked, voted and said, round by round.

Words of models stand in fenced blocks, or escaped, so that nothing in them is read as Markdown or HTML.
"""

import re
from collections.abc import Iterator, Sequence

from moot.agents.cleaning import printable
from moot.protocols.transcript import Turn
from moot.runs.result import Result

_ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$@-])")
_TICKS = re.compile(r"`+")


def markdown(result: Result) -> str:
    """One debate."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    question = result.question
    yield f"## {_inline(question.text)}"
    yield ""
    if question.options is not None:
        yield from (f"{place}. {_inline(option)}" for place, option in enumerate(question.options, 1))
        yield ""
    yield from (f"* {_inline(line)}" for line in str(result).split("\n"))
    if question.gold is not None:
        yield f"* right answer: {_inline(question.gold)}"
    yield f"* {_inline(result.protocol)} on {_inline(result.topology)}, seed {result.seed}, `{result.debate_id}`"
    yield ""
    yield from _votes(result)
    for title, turns in _parts(result):
        yield f"### {title}"
        yield ""
        for turn in turns:
            yield from _said(turn)


def _votes(result: Result) -> Iterator[str]:
    """Who answered what in each round."""
    if not result.rounds:
        return
    rounds = range(result.rounds)
    votes = {(turn.seat, turn.round): turn.vote or f"({turn.reason or turn.status})" for turn in result.turns}
    yield f"| agent | {' | '.join(f'round {number}' for number in rounds)} |"
    yield f"|---|{'---|' * len(rounds)}"
    for seat in result.seats:
        yield f"| {_inline(seat)} | {' | '.join(_inline(votes.get((seat, number), '')) for number in rounds)} |"
    yield ""


def _parts(result: Result) -> Iterator[tuple[str, Sequence[Turn]]]:
    for number, turns in result.transcript.by_round.items():
        yield f"Round {number}", turns
    others = [turn for turn in result.turns if turn.round is None]
    if others:
        yield "Beside the rounds", others


def _said(turn: Turn) -> Iterator[str]:
    heard = f", having heard {', '.join(turn.heard)}" if turn.heard else ""
    role = "" if turn.role == "debater" else f" as {turn.role}"
    yield f"**{_inline(turn.seat)}**{role}{_inline(heard)}"
    yield ""
    text = printable(turn.text) or f"({turn.reason or turn.status})"
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    yield from (f"{fence}text", text, fence, "")


def _inline(text: str) -> str:
    r"""A text on one line, with nothing in it that Markdown or HTML would act on.

    >>> print(_inline("<b>*A*</b>"))
    \<b\>\*A\*\</b\>
    """
    return _ACTIVE.sub(r"\\\1", " ".join(printable(text).split()))
