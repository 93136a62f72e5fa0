"""What is true in the simulated world, and what else a model might say instead.

A question is known by its text and the set of its options, never by letters or order. Its truth
stands for what training would have taught: a user's pack, the bundled bank, what can be worked
out, and for everything else an answer drawn by hash, the same for all models of one world.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Protocol, runtime_checkable

from moot.agents.sim.bank import BankItem, lookup, normalised
from moot.agents.sim.draws import chance
from moot.agents.sim.kinds import answer_in, same_key
from moot.agents.sim.lures import lures
from moot.agents.sim.solvers import solve

STANCES = ("strongly against", "against", "in between", "in favour", "strongly in favour")
"""What can be said on open text, where nothing is true."""
PROBABILITIES = ("0.05", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95")
"""What is said where a probability is asked for."""
WRONG = 3
"""Wrong answers that come to mind where a question offers none: with the truth, four."""


@runtime_checkable
class Asked(Protocol):
    """A question as far as its truth is concerned; `moot.Question` is one."""

    @property
    def text(self) -> str:
        """The question."""
        ...

    @property
    def kind(self) -> str:
        """What kind of answer it takes."""
        ...

    @property
    def options(self) -> Sequence[str] | None:
        """What may be chosen."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Item:
    """A question as the simulated world knows it."""

    id: str
    """Stands for its text and the set of its options."""
    kind: str
    answers: tuple[str, ...]
    """What comes to mind."""
    truth: str | None
    """The right one among them; None where nothing is true."""
    domain: str | None
    difficulty: float | None
    """In logits; None where it is drawn from the item's identity."""
    places: tuple[float, ...] | None
    """Where each answer lies on a scale, where they lie on one."""


def truth(question: "str | Asked", options: Sequence[str] | None = None, *, world: int = 0) -> str | None:
    """The right answer in the simulated world, for evaluators; models never see it in a prompt.

    Args:
        question: A question, or its text.
        options: What may be chosen, where the question is given as text.
        world: Which world; a simulated model names its own by `?world=`.

    Returns:
        Of a choice the option's text; None for open text, probabilities and scores nobody was taught.

    >>> truth("What is 17 * 24?")
    '408'
    """
    if isinstance(question, str):
        return item_of(question, "choice" if options else "text", _tuple(options), world, None).truth
    return item_of(question.text, question.kind, _tuple(options or question.options), world, None).truth


@lru_cache(maxsize=4096)
def item_of(stem: str, kind: str, options: tuple[str, ...] | None, world: int, pack: str | None) -> Item:
    """The item that a question asks.

    Args:
        stem: The question's text.
        kind: What kind of answer it takes.
        options: What may be chosen, in any order.
        world: Which world.
        pack: A user's own pack, asked first.
    """
    taught = lookup(stem, options, pack=pack)
    identity = "\x1f".join([normalised(stem), "\x1e".join(sorted(map(normalised, options or ())))])
    name = f"{world}\x1f{identity}"
    right = _taught(taught, kind, options) or _solved(stem, kind, options) or _drawn(name, kind, options)
    answers = options or _answers(right, kind, name, taught, stem)
    return Item(
        id=name,
        kind=kind,
        answers=answers,
        truth=right,
        domain=None if taught is None else taught.domain,
        difficulty=None if taught is None else taught.difficulty,
        places=_places(kind, answers) if right is None else None,
    )


def _taught(item: BankItem | None, kind: str, options: tuple[str, ...] | None) -> str | None:
    return None if item is None else _fitted(item.answer, kind, options)


def _solved(stem: str, kind: str, options: tuple[str, ...] | None) -> str | None:
    if kind in {"probability", "score"}:
        return None
    answer = solve(stem, options)
    return None if answer is None else _fitted(answer, kind, options)


def _fitted(answer: str, kind: str, options: tuple[str, ...] | None) -> str | None:
    """The answer in the question's normal form; of a choice, the option with that text."""
    if options is None:
        return answer_in(answer, kind, None)
    key = normalised(answer)
    return next((option for option in options if normalised(option) == key), None)


def _drawn(name: str, kind: str, options: tuple[str, ...] | None) -> str | None:
    """The truth of the hash world."""
    choices = options or {"bool": ("yes", "no")}.get(kind)
    if choices is not None:
        return max(choices, key=lambda option: (chance("truth", name, normalised(option)), option))
    return str(2 + int(chance("truth", name) * 997)) if kind in {"number", "math"} else None


def _answers(right: str | None, kind: str, name: str, taught: BankItem | None, stem: str) -> tuple[str, ...]:
    if kind == "bool":
        return ("yes", "no")
    if right is None:
        return {
            "probability": PROBABILITIES,
            "score": tuple(str(score) for score in range(1, 11)),
        }.get(kind, STANCES)
    others = () if taught is None or taught.options is None else taught.options
    return right, *_different(right, kind, [*others, *lures(right, kind, name, taught, stem)])[:WRONG]


def _different(right: str, kind: str, others: Iterable[str]) -> list[str]:
    """The others in normal form, each once, without the right answer."""
    met = {same_key(right, kind)}
    kept: list[str] = []
    for other in others:
        form = answer_in(other, kind, None)
        if form is not None and (key := same_key(form, kind)) not in met:
            met.add(key)
            kept.append(form)
    return kept


def _places(kind: str, answers: tuple[str, ...]) -> tuple[float, ...] | None:
    """Where answers lie on their scale: a stance from -1 to 1, a probability in logits, a score as it is."""
    if answers == STANCES:
        return tuple(index / 2 - 1 for index in range(len(STANCES)))
    if kind == "probability":
        return tuple(log(float(answer) / (1 - float(answer))) for answer in answers)
    return tuple(float(answer) for answer in answers) if kind == "score" else None


def _tuple(options: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(options) if options else None
