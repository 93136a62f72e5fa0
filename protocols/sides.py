"""Two answers that are debated against each other, and what orders are drawn for them.

Who defends which answer, who is quoted first and in which order the answers are listed must not
decide a debate, so each of these orders is drawn from the seed, apart from the others.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from moot.errors import SpecError
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.seats import Seat
from moot.protocols.question import Question

Pair = tuple[str, str]


def pair_of(question: Question, seed: int | str) -> Pair:
    """The two answers of a question that can be defended against each other.

    Two options, or yes and no; of more options the right one, where it is known, and another that is drawn.

    Args:
        question: What is debated.
        seed: Draws the wrong one of several options.

    Raises:
        SpecError: The question has no two such answers.

    >>> pair_of(Question("Tea or coffee?", options=["tea", "coffee"]), 7)
    ('tea', 'coffee')
    """
    if (why := no_pair(question)) is not None:
        raise SpecError(why)
    options = _answers(question)
    if len(options) == 2:
        return options[0], options[1]
    wrong = [option for option in options if option != question.gold]
    return str(question.gold), wrong[_draw(seed, question, "wrong") % len(wrong)]


def no_pair(question: Question, *_: object) -> str | None:
    """Why a question has no two answers that can be defended against each other; None where it has.

    Args:
        question: What is debated.
        _: Parameters of the protocol, none of which matters here.

    >>> no_pair(Question("How many?", kind="number"))
    "two sides need two answers to defend, and 'How many?' is of kind 'number': ask for yes or no, or give two options"
    """
    options = _answers(question)
    if len(options) == 2 or question.gold in options:
        return None
    has = f"has {len(options)} options and no gold" if options else f"is of kind {question.kind!r}"
    text = f"{question.text[:60]!r} {has}"
    return f"two sides need two answers to defend, and {text}: ask for yes or no, or give two options"


@dataclass(frozen=True)
class Side:
    """A seat and the answer that it defends."""

    seat: Seat
    stance: str
    name: str
    """What it goes by in every prompt of those who speak; the judge may be shown other numbers."""


@dataclass(frozen=True)
class Sides:
    """The sides, in the order in which they are quoted and speak."""

    sides: tuple[Side, ...]
    answers: Pair
    """Those two, in the order in which the judge sees them."""
    asked: Question
    """The question as it is put to those who speak: with the two answers in an order of their own."""
    judged: Question
    """The question as it is put to the judge: with the two answers in its order, without the document."""

    @property
    def swapped(self) -> bool:
        """Whether the side that is quoted first defends the answer that debaters see listed second."""
        return self.sides[0].stance != _answers(self.asked)[0]


def seated(floor: Floor) -> Sides:
    """Who defends what: seats, answers and both listings in drawn orders.

    The draw is by the seats' names, so that the order in which agents are given does not matter.
    """
    question, seed = floor.question, _seed(floor)
    pair = pair_of(question, seed)
    seats = sorted(floor.debaters, key=lambda seat: _draw(seed, question, f"seat {seat.name}"))
    stances = _turned(pair, _draw(seed, question, "stances"))
    return _sides(floor, list(zip(seats, stances, strict=False)), pair)


def opposed(floor: Floor, seat: Seat, chosen: str) -> Sides:
    """The same where one seat has chosen its answer and any other defends the other one."""
    question, seed = floor.question, _seed(floor)
    pair = pair_of(question, seed)
    other = pair[1] if chosen == pair[0] else pair[0]
    stances = [(one, chosen if one is seat else other) for one in floor.debaters]
    drawn = sorted(stances, key=lambda side: _draw(seed, question, f"seat {side[0].name}"))
    return _sides(floor, drawn, pair)


def asked_of(floor: Floor) -> Question:
    """The question as it is put to those who speak."""
    seed = _seed(floor)
    pair = pair_of(floor.question, seed)
    return _listing(floor.question, _turned(pair, _draw(seed, floor.question, "answers")))


def turned(question: Question) -> Question:
    """The question with its options listed the other way round."""
    return _listing(question, (question.options or ())[::-1])


def _sides(floor: Floor, sides: Sequence[tuple[Seat, str]], pair: Pair) -> Sides:
    listed = _turned(pair, _draw(_seed(floor), floor.question, "judge"))
    return Sides(
        tuple(Side(seat, stance, f"participant-{place}") for place, (seat, stance) in enumerate(sides, 1)),
        answers=listed,
        asked=asked_of(floor),
        judged=_listing(floor.question, listed).model_copy(update={"context": None}),
    )


def _answers(question: Question) -> Sequence[str]:
    return ("yes", "no") if question.kind == "bool" else question.options or ()


def _listing(question: Question, options: Sequence[str]) -> Question:
    return question if question.options is None else question.model_copy(update={"options": tuple(options)})


def _turned(pair: Pair, draw: int) -> Pair:
    return pair if draw % 2 else (pair[1], pair[0])


def _seed(floor: Floor) -> str:
    """What orders are drawn from: every trial of a question has its own."""
    return f"{floor.setting.seed}/{floor.setting.trial}"


def _draw(seed: int | str, question: Question, what: str) -> int:
    digest = hashlib.blake2b(f"{seed}/{question.id}/{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
