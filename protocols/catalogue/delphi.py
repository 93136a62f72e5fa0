"""Delphi: estimates are revised in the light of everybody's, without names."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from moot.protocols.decide import median
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.showing import numbers_in, quartiles
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.registry import protocol

NUMBERS = frozenset(("number", "probability", "score"))
REPORT = View(form="estimates", anonymous=True, shuffled=True)


def no_number(question: Question, *_: object) -> str | None:
    """Why a question cannot be answered by estimates; None where it can.

    Args:
        question: What is asked.
        _: Parameters of the protocol, none of which matters here.

    >>> no_number(Question("Tea or coffee?", options=["tea", "coffee"]))
    "estimates are numbers, and 'Tea or coffee?' is of kind 'choice': ask for a number, a probability or a score"
    """
    if question.kind in NUMBERS:
        return None
    asked = f"{question.text[:60]!r} is of kind {question.kind!r}"
    return f"estimates are numbers, and {asked}: ask for a number, a probability or a score"


@protocol(
    "delphi",
    source="Dalkey and Helmer, Management Science 9 (1963)",
    hears="fixed",
    calls="n · R at most, or n · r where the spread is small or settled after round r",
    refuses=no_number,
)
async def delphi(
    floor: Floor,
    *,
    rounds: Annotated[int, Field(ge=1)] = 3,
    spread: Annotated[float, Field(ge=0)] = 0.1,
) -> Outcome:
    """Delphi: experts estimate alone, then revise in the light of the panel's statistics and of reasons without names.

    A *reconstruction* for language models, made without code or text of a paper on it. After each round all
    are sent one report, which takes no call: median and quartiles of all estimates, their own among
    them, and everybody's words under numbers, in an order drawn for each reader. The median of the
    last round stands. Pitfall: a panel that closes ranks has not become more accurate by that.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the first estimates included.
        spread: The debate ends when the distance of the quartiles is at most this share of the median,
            or has changed by at most this share of what it was a round before.
    """
    before: Fraction | None = None
    async for _ in floor.rounds(rounds):
        ask = Ask(later="delphi")
        await floor.together([Part(seat, REPORT, ask, hears=floor.debaters) for seat in floor.debaters])
        numbers = numbers_in((await floor.transcript()).round(-1))
        width = _width(numbers)
        if words := settled(numbers, before, spread):
            floor.stop(words)
            break
        before = width
    return await floor.decide(median())


def settled(numbers: Sequence[Fraction], before: Fraction | None, spread: float) -> str | None:
    """Why another round of estimates is not worth it; None where it is.

    Args:
        numbers: The estimates of the last round.
        before: The distance of the quartiles a round earlier; None where there was none.
        spread: What counts as small, as a share.

    >>> settled([Fraction(100), Fraction(101), Fraction(99)], None, 0.1)
    'delphi: the quartiles are 1 apart, around a median of 100'
    """
    width = _width(numbers)
    if width is None or len(numbers) < 2:
        return None
    middle = quartiles(numbers)[1]
    if width <= Fraction(spread) * abs(middle):
        return f"delphi: the quartiles are {float(width):.4g} apart, around a median of {float(middle):.4g}"
    if before is not None and abs(width - before) <= Fraction(spread) * before:
        return f"delphi: the quartiles stay {float(width):.4g} apart"
    return None


def _width(numbers: Sequence[Fraction]) -> Fraction | None:
    if not numbers:
        return None
    low, _, high = quartiles(numbers)
    return high - low
