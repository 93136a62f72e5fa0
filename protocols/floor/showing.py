"""How others' turns are shown in a prompt: in their words, as answers, counted, grouped, or as statistics."""

import hashlib
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from moot.protocols.answers import AnswerSpace, value_of
from moot.protocols.confidence import mapped
from moot.protocols.floor.quotes import closed
from moot.protocols.floor.seats import JUDGE
from moot.protocols.floor.view import View
from moot.protocols.quoting import cut, quoted
from moot.protocols.transcript import Turn


@dataclass(frozen=True)
class Shown:
    """One turn that a seat is shown."""

    turn: Turn
    weight: float | None = None
    """Of the edge over which it is heard."""
    anonymous: bool = False
    """Whether that edge keeps the author's name back."""
    confidence: bool = False
    """Whether that edge lets through how sure the author was."""


@dataclass(frozen=True)
class Quotation:
    """One passage of others' words in a prompt."""

    body: str
    author: str | None = None
    round: int | None = None
    weight: float | None = None
    confidence: float | None = None
    size: int | None = None
    """How many participants stand behind it, where it is more than one message."""

    def written(self) -> tuple[str, str, str]:
        """The passage between its tags, in parts; no text can forge it."""
        given = {
            "author": self.author,
            "size": None if self.size is None else str(self.size),
            "round": None if self.round is None else str(self.round),
            "weight": None if self.weight is None else repr(self.weight),
            "confidence": None if self.confidence is None else f"{self.confidence:.2g}",
        }
        return quoted("message", cut(self.body), **{name: value for name, value in given.items() if value is not None})


def chosen(shown: Sequence[Shown], view: View, draw: str, space: AnswerSpace, own: str | None) -> list[Shown]:
    """What is left of the turns, in the order in which they are shown.

    Args:
        shown: Turns in seat order.
        view: Whether they are shuffled, and whether replies are left out by their answers.
        draw: Names the draw of the order: debate, wave and seat.
        space: Says which answers are equal.
        own: The reader's last answer.
    """
    left = list(shown)
    if view.distinct and own is not None:
        left = [one for one in left if one.turn.answer is None or space.key(one.turn.answer) != space.key(own)]
    if view.largest is not None:
        kept = {one.turn.id for group in _groups(left, space)[: view.largest] for one in group}
        left = [one for one in left if one.turn.id in kept]
    if view.shuffled:
        left.sort(key=lambda one: hashlib.blake2b(f"{draw}/{one.turn.id}".encode(), digest_size=8).digest())
    return left[::-1] if view.backwards else left


def quotations(shown: Sequence[Shown], view: View, space: AnswerSpace) -> list[Quotation]:
    """The passages in which those turns are shown."""
    if view.form == "counts":
        return [_counted(group) for group in _groups(shown, space)]
    if view.form == "groups":
        return [_together(group, view) for group in _groups(shown, space)]
    if view.form == "statistics":
        return _statistics(shown)
    before = _statistics(shown) if view.form == "estimates" else []
    places = {name: place for place, name in enumerate(dict.fromkeys(one.turn.seat for one in shown), 1)}
    return [*before, *(_alone(one, places[one.turn.seat], view) for one in shown)]


def _alone(one: Shown, place: int, view: View) -> Quotation:
    turn = one.turn
    body = closing(turn) if view.form == "answers" else shortened(turn.said, view.words)
    stated = turn.confidence if view.confidence is not None or one.confidence else None
    nameless = view.anonymous or one.anonymous
    return Quotation(
        body=body,
        author=f"participant-{place}" if nameless and turn.role != JUDGE else turn.seat,
        round=turn.round,
        weight=one.weight,
        confidence=None if stated is None else mapped(stated, view.confidence or "stated"),
    )


def _groups(shown: Sequence[Shown], space: AnswerSpace) -> list[list[Shown]]:
    """Those who gave one answer, the largest group first; abstainers are in none."""
    groups: dict[str, list[Shown]] = {}
    for one in shown:
        if one.turn.answer is not None:
            groups.setdefault(space.key(one.turn.answer), []).append(one)
    return sorted(groups.values(), key=len, reverse=True)


def _counted(group: Sequence[Shown]) -> Quotation:
    return Quotation(closing(group[0].turn), size=len(group), round=group[0].turn.round)


def _together(group: Sequence[Shown], view: View) -> Quotation:
    stated = [one.turn.confidence for one in group if one.turn.confidence is not None]
    words = [shortened(one.turn.said, view.words) for one in group]
    known = view.confidence is not None and len(stated) == len(group)
    return Quotation(
        body="\n\n".join(words),
        size=len(group),
        round=group[0].turn.round,
        confidence=statistics.fmean(mapped(one, view.confidence or "stated") for one in stated) if known else None,
    )


def _statistics(shown: Sequence[Shown]) -> list[Quotation]:
    """One passage with the median and the quartiles of those answers that are numbers."""
    numbers = numbers_in(one.turn for one in shown)
    if not numbers:
        return []
    low, middle, high = quartiles(numbers)
    body = f"Median {_plain(middle)}, quartiles {_plain(low)} and {_plain(high)}.\nFinal answer: {_plain(middle)}"
    return [Quotation(body, size=len(numbers), round=shown[0].turn.round)]


def numbers_in(turns: Iterable[Turn]) -> list[Fraction]:
    """The answers that are numbers."""
    values = [value_of(turn.answer) for turn in turns if turn.answer is not None]
    return [value for value in values if value is not None]


def quartiles(numbers: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """The lower quartile, the median and the upper quartile of at least one number, linear between those around them.

    >>> [str(value) for value in quartiles([Fraction(4), Fraction(1), Fraction(2)])]
    ['3/2', '2', '3']
    """
    ordered = sorted(numbers)
    return _quantile(ordered, 1), _quantile(ordered, 2), _quantile(ordered, 3)


def _quantile(numbers: Sequence[Fraction], quarter: int) -> Fraction:
    share = Fraction(quarter, 4)
    place = share * (len(numbers) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (place - below) * (numbers[above] - numbers[below])


def _plain(value: Fraction) -> str:
    return f"{float(value):.6g}"


def closing(turn: Turn) -> str:
    """The answer of a turn as a line of its own."""
    return f"Final answer: {turn.answer}" if turn.answer is not None else "(no answer)"


def shortened(text: str, words: int | None) -> str:
    """The text cut after so many words; a closing line with the answer is kept.

    >>> shortened("one two three", 2)
    'one two …'
    """
    if words is None:
        return text
    said = text.split(" ")
    if len(said) <= words:
        return text
    last = text.rstrip().rsplit("\n", 1)[-1]
    closing = f"\n{last}" if last.lower().startswith("final answer:") else ""
    return f"{closed(' '.join(said[:words]))} …{closing}"
