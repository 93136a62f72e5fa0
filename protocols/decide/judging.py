"""Decisions by a judge who reads the last round: a verdict, scores, duels, a ranking, or a synthesis."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Annotated, Literal, cast

from pydantic import Field

from moot.protocols.answers import space_of
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.scalars import score
from moot.protocols.ballots import Ranking, ballot_of, ballot_space
from moot.protocols.decide.counting import led
from moot.protocols.decide.rule import Decision, Hearing, Tie, settled
from moot.protocols.floor.view import View, always
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.standing import Standing

JudgeForm = Literal["verdict", "pointwise", "rubric", "pairwise", "listwise"]
"""verdict: which answer is right, in one call. pointwise: a score from 1 to 10 for each answer, one
call each. rubric: such a score by each criterion, and their sum. pairwise: the better one of each two
answers. listwise: a ranking, in one call."""
RUBRIC = {
    "correctness": "how likely it is right, from 1 to 10",
    "reasons": "how well the reasons given for it hold, from 1 to 10",
    "objections": "how well it stands up to what was said against it, from 1 to 10",
}
"""Criteria of a rubric, and what the judge is told of each."""


class Judged(Decision):
    """The judge decides, as often as `size` says, each time reading the last round."""

    def __init__(
        self,
        name: str,
        view: View,
        *,
        form: JudgeForm | Literal["synthesis"] = "verdict",
        swap: bool = False,
        size: int = 1,
        tie: Tie = "none",
        spelled: Mapping[str, object] | None = None,
    ) -> None:
        self.name, self.parameters = name, dict(spelled or {})
        self._view, self._swap, self._size = view, swap, size
        self._form: JudgeForm | Literal["synthesis"] = form
        self._tie: Tie = tie

    @property
    def asks(self) -> bool:
        """Always."""
        return True

    async def decide(self, hearing: Hearing) -> Outcome:
        """Ask the judge; where nothing can be read, the debate is undecided."""
        standing = await hearing.standing()
        views = [replace(self._view, shuffled=self._view.shuffled or number > 1) for number in range(self._size)]
        if self._swap:
            views = [replace(view, backwards=backwards) for view in views for backwards in (False, True)]
        support, said = dict[str, float](), list[str]()
        for view in views:
            verdict, words = await self._asked(hearing, standing, view)
            said += [words] if words else []
            for answer, weight in verdict.items():
                support[answer] = support.get(answer, 0.0) + weight
        outcome = settled(led(support), self.name, self._tie, standing.seed)
        if (
            self._form in {"verdict", "synthesis"} and len(views) == 1
        ):  # one verdict says nothing of the others' support
            counts = {answer: float(len(names)) for answer, names in standing.votes.items()}
            outcome = outcome.model_copy(update={"support": counts})
        return outcome.model_copy(update={"rationale": "\n\n".join(said) or None})

    def tally(self, standing: Standing) -> Outcome | None:
        """None: a call would be needed."""
        return None

    async def _asked(self, hearing: Hearing, standing: Standing, view: View) -> tuple[dict[str, float], str]:
        """Support for the answers by one reading of the debate, and what the judge said."""
        answers = tuple(standing.votes)
        match self._form:
            case "verdict" | "synthesis":
                turn = await hearing.ask_judge("judge" if self._form == "verdict" else "synthesis", view=view)
                return ({turn.vote: 1.0} if turn.vote is not None else {}), turn.text
            case "pointwise":
                return await _scored(hearing, answers, view), ""
            case "rubric":
                return await _marked(hearing, answers, view), ""
            case "pairwise":
                return await _duelled(hearing, answers, view), ""
            case "listwise":
                return await _ranked(hearing, standing, answers, view)


async def _scored(hearing: Hearing, answers: Sequence[str], view: View) -> dict[str, float]:
    """The score of each answer, asked for by itself; one that cannot be read counts for nothing."""
    space = replace(space_of(Question("How good?", kind="score")), foreign=True)
    scores: dict[str, float] = {}
    for answer in answers:
        turn = await hearing.ask_judge("judge_score", options=(answer,), view=view, space=space)
        scores |= {answer: float(turn.answer)} if turn.answer is not None else {}
    return scores


async def _marked(hearing: Hearing, answers: Sequence[str], view: View) -> dict[str, float]:
    """The sum of the marks of each answer, asked for by itself; one with an unreadable mark counts for nothing."""
    ask = replace(always("judge_score"), fields=RUBRIC)
    marks: dict[str, float] = {}
    for answer in answers:
        turn = await hearing.ask_judge(ask, options=(answer,), view=view)
        read = [score((turn.fields or {}).get(criterion, "")) for criterion in RUBRIC]
        if not any(isinstance(one, Unclear) for one in read):
            marks[answer] = float(sum(Fraction(str(one)) for one in read))
    return marks


async def _duelled(hearing: Hearing, answers: Sequence[str], view: View) -> dict[str, float]:
    """Wins of each answer over the others, one duel of every two; backwards the second is named first."""
    wins = dict.fromkeys(answers, 0.0)
    for pair in combinations(answers, 2):
        turn = await hearing.ask_judge("judge_pair", options=pair[::-1] if view.backwards else pair, view=view)
        if turn.vote is not None and turn.vote in wins:
            wins[turn.vote] += 1.0
    return wins


async def _ranked(
    hearing: Hearing, standing: Standing, answers: Sequence[str], view: View
) -> tuple[dict[str, float], str]:
    """Points by the judge's ranking, as Borda gives them."""
    if len(answers) < 2:
        return dict.fromkeys(answers, 1.0), ""
    space = ballot_space("ranking", answers, space_of(standing.question))
    turn = await hearing.ask_judge("judge_rank", options=tuple(answers), view=view, space=space)
    order = cast(Ranking, ballot_of("ranking", turn.answer)).order if turn.answer is not None else ()
    return {answer: float(len(answers) - place) for place, answer in enumerate(order, 1)}, turn.text


def judge(
    *,
    form: JudgeForm = "verdict",
    swap: bool = False,
    blind: bool = False,
    shuffled: bool = False,
    words: Annotated[int, Field(ge=1)] | None = None,
    tie: Tie = "none",
) -> Decision:
    """The judge's verdict on the last round, in one call.

    Args:
        form: How it judges.
        swap: It judges twice, the second time reading everything in the opposite order; an answer
            must win both together.
        blind: Debaters go by numbers.
        shuffled: Replies come in an order drawn from the seed.
        words: Most words of one reply that it reads.
        tie: What to do with answers that share the lead.
    """
    given = {"form": form, "swap": swap, "blind": blind, "shuffled": shuffled, "words": words, "tie": tie}
    usual = {"form": "verdict", "swap": False, "blind": False, "shuffled": False, "words": None, "tie": "none"}
    view = View(own="none", anonymous=blind, shuffled=shuffled, words=words)
    return Judged("judge", view, form=form, swap=swap, tie=tie, spelled=_unusual(given, usual))


def panel(
    *, size: Annotated[int, Field(ge=1)] = 3, form: JudgeForm = "verdict", swap: bool = False, blind: bool = True
) -> Decision:
    """Several verdicts of the judge's model, each on another order of the replies; most of them decide.

    For a panel of different models seat a debate as the judge: `judge=Debate(models, protocol="vote")`.

    Args:
        size: How many verdicts.
        form: How each is reached.
        swap: Each judges twice, in both orders.
        blind: Debaters go by numbers.
    """
    given = {"size": size, "form": form, "swap": swap, "blind": blind}
    usual = {"size": 3, "form": "verdict", "swap": False, "blind": True}
    view = View(own="none", anonymous=blind, shuffled=True)
    return Judged("panel", view, form=form, swap=swap, size=size, spelled=_unusual(given, usual))


def synthesis() -> Decision:
    """One answer that the judge writes from the last round, in one call; the default for free text with a judge."""
    return Judged("synthesis", View(own="none"), form="synthesis")


def _unusual(given: Mapping[str, object], usual: Mapping[str, object]) -> dict[str, object]:
    """The parameters that are not at their usual value, as a debate file spells them."""
    return {name: value for name, value in given.items() if value != usual[name]}
