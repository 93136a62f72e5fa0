"""What a decision is: a named rule that makes an outcome of how a debate stands.

Most rules are pure functions; a few ask a judge. `a >> b` lets b decide where a does not.
"""

import functools
import hashlib
import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, Literal, ParamSpec, Protocol

from pydantic import JsonValue

from moot.names import arguments, plain, written
from moot.protocols.answers import AnswerSpace
from moot.protocols.ballots.records import Ballot, BallotForm
from moot.protocols.confidence import Source
from moot.protocols.decide.counting import Count, led
from moot.protocols.floor.seats import Barred, Seat
from moot.protocols.floor.view import Ask, View
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing
from moot.protocols.transcript import Turn

P = ParamSpec("P")

Tie = Literal["none", "first", "random", "judge"]
"""none: no answer, the ties are named. first: the answer given first, in seat order. random: drawn
by the debate's seed. judge: the judge picks among them."""

POOLS = frozenset(("linear_pool", "log_pool"))
"""Rules that read confidence whatever their parameters."""


class Hearing(Protocol):
    """What a decision may use: how the debate stands, and the judge."""

    @property
    def debaters(self) -> tuple[Seat, ...]:
        """Who debates, in seat order."""
        ...

    @property
    def judges(self) -> tuple[Seat, ...]:
        """Who judges, and who takes over in turn."""
        ...

    async def standing(self) -> Standing:
        """How the debate stands once every scheduled turn is done."""
        ...

    async def ask_judge(
        self,
        template: str | Ask,
        *,
        options: tuple[str, ...] = (),
        view: View = ...,
        space: AnswerSpace | None = None,
        by: Seat | None = None,
        barred: Barred = ...,
    ) -> Turn:
        """A ruling of the judge, who reads the last round; where it is of no use the next judge is asked the same.

        Args:
            template: The prompt template, or all that it is told to do.
            options: Answers to choose among; empty leaves the judge free.
            view: What it is shown.
            space: How its answer is asked for and read, where that is none of the debate's.
            by: The one judge to ask, whom no other follows.
            barred: Why a judge must stand aside; empty where it need not.
        """
        ...

    async def ballots(self, form: BallotForm, candidates: Sequence[str]) -> Mapping[str, Ballot]:
        """The ballots of all debaters, by seat; those that cannot be read are absent."""
        ...


class Decision:
    """A rule that makes an outcome of how a debate stands."""

    name: str
    parameters: Mapping[str, Any]

    @property
    def asks(self) -> bool:
        """Whether it may ask a judge."""
        return False

    @property
    def sources(self) -> frozenset[Source]:
        """Where it takes confidence from, so that debaters are asked for it."""
        return frozenset()

    @abstractmethod
    async def decide(self, hearing: Hearing) -> Outcome:
        """The outcome; its answer is None where the rule does not decide."""

    @abstractmethod
    def tally(self, standing: Standing) -> Outcome | None:
        """The outcome without any call; None where a call would be needed."""

    def spec(self) -> JsonValue:
        """The spelling in a debate file."""
        given = {name: plain(value) for name, value in self.parameters.items()}
        return (
            {self.name: given}
            if any(isinstance(value, Mapping) for value in given.values())
            else written(self.name, given)
        )

    def __rshift__(self, other: "Decision") -> "Decision":
        """Let `other` decide where this rule does not."""
        return Chain((self, other))

    def __repr__(self) -> str:
        return f"decide.{self.spec()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self.spec() == other.spec()

    def __hash__(self) -> int:
        return hash(str(self.spec()))


class Counted(Decision):
    """A pure rule."""

    def __init__(self, name: str, function: Callable[[Standing], Outcome], parameters: Mapping[str, Any]) -> None:
        self.name, self.parameters = name, parameters
        self._function = function

    @property
    def asks(self) -> bool:
        """Whether ties go to the judge."""
        return self.parameters.get("tie") == "judge"

    @property
    def sources(self) -> frozenset[Source]:
        """One, where it weighs by confidence or pools opinions."""
        weighs = self.parameters.get("by") is not None or self.name in POOLS
        return frozenset((self.parameters.get("source", "stated"),)) if weighs else frozenset()

    async def decide(self, hearing: Hearing) -> Outcome:
        """Count; where ties go to the judge and there is one, ask."""
        outcome = self._function(await hearing.standing())
        if outcome.answer is not None or not (self.asks and outcome.ties):
            return outcome
        turn = await hearing.ask_judge("tie", options=outcome.ties)
        if turn.vote not in outcome.ties:
            return outcome
        return outcome.model_copy(update={"answer": turn.vote, "ties": (), "rationale": turn.text})

    def tally(self, standing: Standing) -> Outcome | None:
        """Count; None where only the judge could break a tie."""
        outcome = self._function(standing)
        return None if outcome.answer is None and self.asks and outcome.ties else outcome


class Chain(Decision):
    """Rules in order; the first that decides, decides."""

    def __init__(self, rules: tuple[Decision, ...]) -> None:
        self.rules: tuple[Decision, ...] = tuple(part for rule in rules for part in _parts(rule))
        self.name, self.parameters = " >> ".join(rule.name for rule in self.rules), {}

    @property
    def asks(self) -> bool:
        """Whether any of them may ask a judge."""
        return any(rule.asks for rule in self.rules)

    @property
    def sources(self) -> frozenset[Source]:
        """Those of any of them."""
        return frozenset[Source]().union(*(rule.sources for rule in self.rules))

    def spec(self) -> JsonValue:
        """One line where every rule is one, else a list."""
        specs = [rule.spec() for rule in self.rules]
        return " >> ".join(map(str, specs)) if all(isinstance(spec, str) for spec in specs) else specs

    async def decide(self, hearing: Hearing) -> Outcome:
        """The first rule's outcome that has an answer, else the last one's."""
        outcome = Outcome()
        for rule in self.rules:
            outcome = await rule.decide(hearing)
            if outcome.answer is not None:
                break
        return outcome

    def tally(self, standing: Standing) -> Outcome | None:
        """As `decide`, without calls."""
        outcome: Outcome | None = Outcome()
        for rule in self.rules:
            outcome = rule.tally(standing)
            if outcome is None or outcome.answer is not None:
                break
        return outcome


def counted(function: Callable[Concatenate[Standing, P], Outcome]) -> Callable[P, Decision]:
    """Make a decision of a pure function of the standing and keyword parameters.

    The annotations of the parameters are checked when the decision is made.
    """

    @functools.wraps(function)
    def make(*args: P.args, **parameters: P.kwargs) -> Decision:
        checked = arguments(function, parameters, kind=f"decision {function.__name__!r}", skip=1)

        def apply(standing: Standing) -> Outcome:
            return function(standing, *args, **parameters)

        return Counted(function.__name__, apply, checked)

    return make


def winner(standing: Standing, rule: str, support: Mapping[str, float], tie: Tie, needed: float = -math.inf) -> Outcome:
    """The outcome of a count: the answer with most support, ties by the tie rule.

    Args:
        standing: How the debate stands.
        rule: The rule's name, for the record.
        support: Weight behind each answer, in order of first mention.
        tie: What to do with answers that share the lead.
        needed: Least support with which an answer wins.
    """
    count = led(support)
    if max(support.values(), default=0.0) < needed:
        return Outcome(rule=rule, support=dict(support), ties=count.lead if len(count.lead) > 1 else ())
    return settled(count, rule, tie, standing.seed)


def settled(count: Count, rule: str, tie: Tie, seed: int) -> Outcome:
    """The outcome of a count, ties by the tie rule; where nobody leads, no answer.

    Args:
        count: Support of each answer, and who leads.
        rule: The rule's name, for the record.
        tie: What to do with answers that share the lead; `judge` leaves them tied for the caller to ask.
        seed: Of the debate; only `random` reads it.
    """
    support, lead = count
    outcome = Outcome(rule=rule, support=dict(support), ties=lead if len(lead) > 1 else ())
    if not lead:
        return outcome
    answer = lead[0] if len(lead) == 1 or tie == "first" else _drawn(lead, seed) if tie == "random" else None
    return outcome if answer is None else outcome.model_copy(update={"answer": answer, "ties": ()})


def _drawn(answers: tuple[str, ...], seed: int) -> str:
    """One of the answers, by the seed and the answers' own text, so that relabelling seats changes nothing."""

    def lot(answer: str) -> bytes:
        return hashlib.blake2b(f"{seed}|{answer}".encode(errors="replace"), digest_size=8).digest()

    return min(answers, key=lot)


def _parts(rule: Decision) -> tuple[Decision, ...]:
    return rule.rules if isinstance(rule, Chain) else (rule,)
