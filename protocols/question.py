"""What is debated: a text, the kind of answer it takes, and the right answer where one is known."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Self, get_args

from pydantic import BaseModel

from moot.errors import QuestionError
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.scalars import number, probability, score

QuestionKind = Literal["choice", "number", "math", "bool", "text", "probability", "score"]
"""choice: one of the options. number: a number, equal by value. math: an expression, equal by
mathematics. bool: yes or no. text: a short line. probability: from 0 to 1. score: from 1 to 10."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Question(BaseModel, frozen=True, extra="forbid"):
    """What is debated."""

    text: str
    """The question itself."""
    kind: QuestionKind
    """What kind of answer it takes."""
    options: tuple[str, ...] | None = None
    """What may be chosen: 2 to 26 different texts. Letters are presentation only."""
    context: str | None = None
    """A document the question is about; views may hide it from some seats."""
    gold: str | None = None
    """The right answer; of a choice, the option's text."""
    id: str
    """Names the question in a run."""
    domain: str | None = None
    """A label for tables."""

    def __init__(
        self,
        text: str,
        *,
        kind: QuestionKind | None = None,
        options: Sequence[str] | None = None,
        context: str | None = None,
        gold: str | int | float | bool | None = None,
        id: str | None = None,
        domain: str | None = None,
    ) -> None:
        """Check the question and fill in what follows from the rest.

        Args:
            text: The question itself.
            kind: None means `choice` where options are given, else `text`.
            options: What may be chosen.
            context: A document the question is about.
            gold: The right answer. Of a choice: the exact option first, then its letter,
                then its index from 0. Of another kind: read as an answer of that kind is.
            id: Defaults to a hash of kind, text, options and context.
            domain: A label for tables.

        Raises:
            QuestionError: The text is empty, or kind, options and gold do not go together.
        """
        chosen = kind or ("choice" if options else "text")
        listed = None if options is None else tuple(str(option) for option in options)
        _validate(text, chosen, listed)
        super().__init__(
            text=text,
            kind=chosen,
            options=listed,
            context=context,
            gold=_gold(gold, chosen, listed),
            id=id or _identity(chosen, text, listed, context),
            domain=domain,
        )

    @classmethod
    def of(cls, question: "str | Question") -> "Question":
        """The question itself, or a plain text as a question."""
        return question if isinstance(question, Question) else cls(question)

    def renamed(self, id: str) -> Self:
        """The same question under another id."""
        return self.model_copy(update={"id": id})


def _validate(text: str, kind: str, options: tuple[str, ...] | None) -> None:
    if not text.strip():
        raise QuestionError("the question is empty: give it a text")
    if kind not in get_args(QuestionKind):
        raise QuestionError(f"no answer kind {kind!r}: there are {', '.join(get_args(QuestionKind))}")
    if kind == "choice":
        if options is None or not 2 <= len(options) <= len(LETTERS):
            raise QuestionError(f"a choice takes 2 to 26 options, not {len(options or ())}: {text[:60]!r}")
        if len({option.strip() for option in options}) < len(options) or not all(o.strip() for o in options):
            raise QuestionError(f"the options must be different and not empty: {text[:60]!r}")
    elif options is not None:
        raise QuestionError(f"a question of kind {kind!r} takes no options: {text[:60]!r}")


_YES: frozenset[str] = frozenset({"yes", "y", "true", "t", "1"})
_NO: frozenset[str] = frozenset({"no", "n", "false", "f", "0"})


def _yes_or_no(given: str) -> str | Unclear:
    word = given.strip().casefold()
    return "yes" if word in _YES else "no" if word in _NO else Unclear.UNPARSED


_READ: Mapping[str, Callable[[str], str | Unclear]] = {
    "bool": _yes_or_no,
    "number": number,
    "probability": probability,
    "score": score,
}


def _gold(gold: str | int | float | bool | None, kind: str, options: tuple[str, ...] | None) -> str | None:
    """The right answer in the form in which answers of that kind are compared."""
    if gold is None:
        return None
    given = str(gold)
    if kind in _READ:
        read = _READ[kind](given)
        if isinstance(read, Unclear):
            raise QuestionError(f"the right answer {given!r} is no answer of kind {kind!r}: write it as one")
        return read
    if options is None or given in options:
        return given
    if len(given) == 1 and given.upper() in LETTERS[: len(options)]:
        return options[LETTERS.index(given.upper())]
    if given.isdecimal() and int(given) < len(options):
        return options[int(given)]
    raise QuestionError(f"the right answer {given!r} is no option, letter or index of {', '.join(options)}")


def _identity(kind: str, text: str, options: tuple[str, ...] | None, context: str | None) -> str:
    parts = [kind, text, *(options or ()), context or ""]
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return f"q{digest.hexdigest()}"
