"""Every error moot raises on purpose, as one tree.

    MootError
    ├── UsageError               what was asked cannot be done as asked (exit code 2)
    │   ├── UnknownNameError     no model, protocol, topology, rule or key of that name
    │   ├── SeatingError         agents and seats do not fit
    │   ├── SpecError            a value of the debate is wrong
    │   ├── CapabilityError      a model lacks what is needed of it
    │   ├── CredentialError      a provider's key is missing
    │   ├── PriceError           a limit on money over a model whose price is unknown
    │   └── RuntimeStartError    the place where LLMs should live cannot be reached
    ├── DataError                a file or record cannot be used (exit code 5)
    │   ├── QuestionError        a question, or a file of questions
    │   ├── GraphFileError       a graph file
    │   └── StoreError           a store
    │       ├── StoreBusyError   another process writes to it
    │       ├── SpecChangedError the name belongs to a run with another spec
    │       └── DriftError       code and record differ
    ├── BudgetError              a hard cap would be exceeded (exit code 4)
    └── TestingError             the testing kit caught something
        ├── ScriptError          a scripted LLM heard an unexpected call, or lines were left
        └── ForbiddenCallError   a call to a real provider where none is allowed

Facts are positional arguments and attributes; the sentence is made in `__str__`, so that
every error crosses process borders unchanged.
"""

import difflib
from collections.abc import Iterable

_MOST_SHOWN = 80


def shown(value: object) -> str:
    """A value as sentences show it: on one line, cut where it is long.

    >>> shown("two\\nlines"), shown([1])
    ("'two\\\\nlines'", '[1]')
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


class MootError(Exception):
    """Root of everything moot raises on purpose."""


class UsageError(MootError):
    """What was asked cannot be done as asked; the sentence says what would mend it."""


class UnknownNameError(UsageError):
    """No thing of that kind has that name.

    Attributes:
        kind: What was looked up, for example "topology".
        name: The name that was given.
        known: The names there are.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, str(name), tuple(known)  # a key of a mapping may be anything
        super().__init__(kind, self.name, self.known)

    @property
    def nearest(self) -> str | None:
        """The known name most like the given one, or None where none is near."""
        return next(iter(difflib.get_close_matches(self.name, self.known, n=1, cutoff=0.5)), None)

    def __str__(self) -> str:
        if self.nearest is not None:
            return f"no {self.kind} {self.name!r}: did you mean {self.nearest!r}?"
        return f"no {self.kind} {self.name!r}: there are {', '.join(self.known) or 'none'}"


class _Sentence(MootError):  # noqa: N818  (it is never raised itself)
    """An error whose single fact is its sentence."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)

    def __str__(self) -> str:
        return self.sentence


class SeatingError(_Sentence, UsageError):
    """Agents and seats do not fit: too many, too few, twice the same name."""


class SpecError(_Sentence, UsageError):
    """A value of the debate is wrong; the sentence names it and the mend."""


class CapabilityError(UsageError):
    """A model lacks what is needed of it.

    Attributes:
        agent: The seat.
        model: Its model.
        need: What is needed, for example "logprobs".
        by: What needs it, for example "protocol 'fused'".
    """

    def __init__(self, agent: str, model: str, need: str, by: str) -> None:
        self.agent, self.model, self.need, self.by = agent, model, need, by
        super().__init__(agent, model, need, by)

    def __str__(self) -> str:
        return (
            f"{self.by} needs {self.need}, which {self.model!r} of agent {self.agent!r} does not offer: "
            "seat another model, or do without"
        )


class CredentialError(UsageError):
    """A provider's key is missing from the environment.

    Attributes:
        model: The model that needs it.
        variables: The environment variables of which one must be set.
    """

    def __init__(self, model: str, variables: Iterable[str]) -> None:
        self.model, self.variables = model, tuple(variables)
        super().__init__(model, self.variables)

    def __str__(self) -> str:
        return f"no API key for {self.model!r}: set {' or '.join(self.variables)}"


class PriceError(UsageError):
    """A limit on money was set over a model whose price is unknown.

    Attributes:
        model: The model.
        limit: What was set.
    """

    def __init__(self, model: str, limit: str = "a money cap") -> None:
        self.model, self.limit = model, limit
        super().__init__(model, limit)

    def __str__(self) -> str:
        return (
            f"the price of {self.model!r} is unknown, so {self.limit} cannot be kept: give "
            "Agent(price=(usd per million prompt tokens, usd per million reply tokens))"
        )


class RuntimeStartError(_Sentence, UsageError):
    """The place where LLMs should live cannot be started or reached."""


class DataError(_Sentence):
    """A file or record cannot be used as it is."""


class QuestionError(DataError):
    """A question, or a file of questions, cannot be used."""


class GraphFileError(DataError):
    """A graph file cannot be used."""


class StoreError(DataError):
    """A store cannot be used."""


class StoreBusyError(StoreError):
    """Another process is writing to the store."""


class SpecChangedError(StoreError):
    """The name belongs to a stored run with another spec; the sentence names the difference."""


class DriftError(StoreError):
    """Code and record differ: a debate that is held again from its record is not the one on record.

    Attributes:
        debate_id: The debate.
        seat: Who took the first turn that differs; a path where it sits in a debate in a seat. None
            where all turns are equal, and what became of them is not.
        turn: How many turns it had had before.
        round: None for turns that belong to no round.
        difference: What differs: one sentence, and below it a few lines of what there was and is.
    """

    def __init__(self, debate_id: str, seat: str | None, turn: int | None, round: int | None, difference: str) -> None:
        self.debate_id, self.seat, self.turn, self.round, self.difference = debate_id, seat, turn, round, difference
        MootError.__init__(self, debate_id, seat, turn, round, difference)

    def __str__(self) -> str:
        place = [self.seat, f"turn {self.turn}"] if self.seat is not None else []
        place += [f"round {self.round}"] if self.round is not None else []
        return f"debate {', '.join([repr(self.debate_id), *place])}: {self.difference}"


class BudgetError(_Sentence):
    """A hard cap would be exceeded."""


class TestingError(MootError):
    """Raised by the testing kit."""

    __test__ = False


class ScriptError(_Sentence, TestingError):
    """A scripted LLM heard an unexpected call, or lines were left unsaid."""


class ForbiddenCallError(TestingError):
    """A call to a real provider was tried where none is allowed.

    Attributes:
        model: The model that would have been called.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__(model)

    def __str__(self) -> str:
        return f"a real call to {self.model!r} was tried where calls are forbidden"
