"""Answer spaces: how a question of a kind is asked for, read and compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from moot.protocols.answers.choice import Choice
from moot.protocols.answers.equality import Equality, Given, Mathematical, Same
from moot.protocols.answers.expression import expression, expression_key
from moot.protocols.answers.forms import FORMS, boxes, reply_of, without_confidence
from moot.protocols.answers.prose import short_text, text_key
from moot.protocols.answers.reading import Form, Reading, Unclear
from moot.protocols.answers.refusing import declines
from moot.protocols.answers.scalars import number, number_key, probability, score, yes_or_no
from moot.protocols.answers.trimming import VALUE_CAP, bared, folded, is_abstention, is_template
from moot.protocols.question import Question, QuestionKind

SAID_CAP = 100
"""Different answers of one reply that are looked at; more are ambiguous unread."""


@dataclass(frozen=True, eq=False)
class AnswerSpace:
    """How answers of one kind are asked for, read and compared. `space_of` makes one for a question."""

    kind: QuestionKind
    wanted: str
    """What stands for X in the line that is asked for."""
    parse: Callable[[str], str | Unclear]
    """The answer in a piece of one line, or why there is none."""
    key: Callable[[str], str]
    """A text that is the same for answers equal at sight, as their kind has it; `same=` does not change it."""
    strict: bool = True
    """Whether prose cannot pass for an answer; then more of a reply may be read for one."""
    equality: Equality | None = None
    """Compares answers whose keys differ; None where the key says all."""
    foreign: bool = False
    """Whether its answers are none of the debate's: a word about it, a ballot, a score."""

    @property
    def keyed(self) -> bool:
        """Whether equal keys are the whole of equality, so that counting needs no comparison."""
        return self.equality is None

    def ask(self) -> str:
        """The sentence of a prompt that asks for the line from which the answer is read."""
        return f"End your reply with one last line of the form `Final answer: X`, where X is {self.wanted}."

    def read(self, text: str) -> Reading:
        """The answer in a reply, or an abstention with its reason; raises for no text, in linear time.

        Only the author's own words are read, not what it quotes, and the first form that occurs decides. Several
        answers in that form must be equal, the last must be readable, and requests repeated
        (`Final answer: <letter>`) do not count.
        """
        reply = reply_of(text, strict=self.strict)
        for form, find in FORMS:
            said = dict.fromkeys(reversed(find(reply)))  # the last first, and each once
            if len(said) > SAID_CAP:
                return Reading(reason="ambiguous", form=form)
            given = [parsed for value in said if not self._repeats_request(value, parsed := self._parsed(value))]
            if form == "bare" and given and isinstance(given[0], Unclear):
                continue  # one line of prose is no attempt at an answer
            if given:
                return self._settled(given, form)
        if not text.strip():
            return Reading(reason="empty")
        return Reading(reason="refused" if declines(reply.lines) else "unparsed")

    def same(self, answer: str, other: str) -> bool:
        """Whether two answers are equal.

        Mathematics is computed where sight does not settle it, which blocks; on an event loop, `await equal(…)`.

        Raises:
            SpecError: `same=` is asynchronous and has not been awaited for this pair.
        """
        return self.key(answer) == self.key(other) if self.equality is None else self.equality.now(answer, other)

    async def equal(self, answer: str, other: str) -> bool:
        """Whether two answers are equal."""
        if self.equality is None:
            return self.key(answer) == self.key(other)
        return await self.equality.later(answer, other)

    async def classes(self, answers: Sequence[str]) -> tuple[int, ...]:
        """The class of each answer, equal answers in one; classes are numbered as they first appear.

        Where answers must be compared, each is compared with the first of each class before it; a class is
        what its first answer is equal to, so that a chain of near misses does not make one.

        >>> import anyio
        >>> anyio.run(space_of(Question("How many?", kind="number")).classes, ["3", "3.0", "4", "3"])
        (0, 0, 1, 0)
        """
        if self.equality is None:
            return _numbered([self.key(answer) for answer in answers])
        heads: list[str] = []
        classes: dict[str, int] = {}
        for answer in answers:
            if answer not in classes:
                classes[answer] = await self._class_of(answer, heads)
        return tuple(classes[answer] for answer in answers)

    def among(self, answers: Sequence[str]) -> "AnswerSpace":
        """The same space where nothing but these answers may be given.

        They are read in the form given here. Where equality takes computing, others are left for the caller to refuse.
        """
        wanted = f"{self.wanted}; choose among the candidates"
        if self.equality is not None:
            return replace(self, wanted=wanted)
        known = {self.key(answer): answer for answer in answers}

        def parse(value: str) -> str | Unclear:
            answer = self.parse(value)
            return answer if isinstance(answer, Unclear) else known.get(self.key(answer), Unclear.UNPARSED)

        return replace(self, wanted=wanted, parse=parse)

    async def _class_of(self, answer: str, heads: list[str]) -> int:
        for place, head in enumerate(heads):
            if await self.equal(head, answer):
                return place
        heads.append(answer)
        return len(heads) - 1

    def _parsed(self, value: str) -> str | Unclear:
        if len(value) > VALUE_CAP:
            return Unclear.UNPARSED
        inner = boxes(value)
        if len(inner) > 1:
            named = [self._parsed_plain(one) for one in inner[:SAID_CAP]]
            return self._settled(named, "boxed").answer or Unclear.AMBIGUOUS
        value = inner[0] if inner else value
        alone = without_confidence(value)
        parsed = self._parsed_plain(value) if self.strict else Unclear.UNPARSED
        return parsed if parsed is not Unclear.UNPARSED else self._parsed_plain(alone)

    def _parsed_plain(self, value: str) -> str | Unclear:
        if not self.strict and is_abstention(value):
            return Unclear.ABSTAINED
        parsed = self.parse(value)
        return Unclear.ABSTAINED if parsed is Unclear.UNPARSED and is_abstention(value) else parsed

    def _repeats_request(self, value: str, parsed: str | Unclear) -> bool:
        return (isinstance(parsed, Unclear) or not self.strict) and is_template(value)

    def _settled(self, given: Sequence[str | Unclear], form: Form) -> Reading:
        """What several answers in one form come to, the last of them first."""
        last = given[0]
        if isinstance(last, Unclear):
            return Reading(reason=last.value, form=form)
        keys = {self.key(answer) for answer in given if not isinstance(answer, Unclear)} if len(given) > 1 else ()
        return Reading(reason="ambiguous", form=form) if len(keys) > 1 else Reading(answer=last, form=form)


def space_of(question: Question, same: Same | None = None) -> AnswerSpace:
    """The answer space of a question.

    Args:
        question: What is debated.
        same: Replaces the equality of its kind: a function of two answers, or an asynchronous one.

    >>> space_of(Question("Which?", options=["Paris", "London"])).read("Sure.\\n**Final answer:** (B)").answer
    'London'
    """
    space = _of_kind(question)
    if same is None:
        return space
    return AnswerSpace(space.kind, space.wanted, space.parse, space.key, space.strict, Given(same))


def worded(words: Sequence[str]) -> AnswerSpace:
    """The space of a question about the debate, to be answered by one of these words.

    >>> worded(["stop", "continue"]).read("Final answer: Stop.").answer
    'stop'
    """
    known = {folded(word): word for word in words}

    def parse(value: str) -> str | Unclear:
        return known.get(folded(bared(value)), Unclear.UNPARSED)

    return AnswerSpace("choice", " or ".join(words), parse, str, foreign=True)


def group(space: AnswerSpace, answers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The answers as classes of equal ones: the first given answer of each, with the places of all.

    Blocks where mathematics must be computed; `AnswerSpace.classes` does not.

    >>> group(space_of(Question("How many?", kind="number")), ["3", "4", "3.0"])
    {'3': (0, 2), '4': (1,)}
    """
    classes: dict[str, list[int]] = {}
    firsts: dict[str, str] = {}
    for place, answer in enumerate(answers):
        if space.equality is None:
            first = firsts.setdefault(space.key(answer), answer)
        else:
            first = next((head for head in classes if space.same(head, answer)), answer)
        classes.setdefault(first, []).append(place)
    return {first: tuple(places) for first, places in classes.items()}


def _of_kind(question: Question) -> AnswerSpace:
    if question.kind == "choice":
        letter = "the letter of the option you choose"
        return AnswerSpace("choice", letter, Choice(question.options or ()).read, str)
    if question.kind == "math":
        wanted = "one mathematical expression, plain or in LaTeX"
        return AnswerSpace("math", wanted, expression, expression_key, strict=False, equality=Mathematical())
    return _SIMPLE[question.kind]


_SIMPLE: Mapping[QuestionKind, AnswerSpace] = {
    space.kind: space
    for space in (
        AnswerSpace("number", "one number, in digits and without a unit", number, number_key),
        AnswerSpace("bool", "yes or no", yes_or_no, str),
        AnswerSpace("probability", "a probability, a decimal number from 0 to 1", probability, number_key),
        AnswerSpace("score", "a score, a number from 1 to 10", score, number_key),
        AnswerSpace("text", "your answer in a few words", short_text, text_key, strict=False),
    )
}


def _numbered(keys: Sequence[str]) -> tuple[int, ...]:
    numbers: dict[str, int] = {}
    return tuple(numbers.setdefault(key, len(numbers)) for key in keys)
