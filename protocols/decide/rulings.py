"""What one reading of the debate by a judge comes to, in each form of judging: points for answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Literal, cast

from moot.protocols.answers import space_of
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.scalars import score
from moot.protocols.ballots import Ranking, ballot_of, ballot_space
from moot.protocols.decide.recusing import Recusal
from moot.protocols.decide.rule import Hearing
from moot.protocols.floor.seats import Barred, Seat, unbarred
from moot.protocols.floor.view import View, always
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.transcript import Turn

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


@dataclass
class Points:
    """Points for answers, out of how many chances to get some, and what the judge said."""

    won: dict[str, float] = field(default_factory=dict[str, float])
    chances: dict[str, int] = field(default_factory=dict[str, int])
    """Of each answer that was put to a judge: duels, scores, places in rankings."""
    words: list[str] = field(default_factory=list[str])

    def __iadd__(self, other: "Points") -> "Points":
        for answer, points in other.won.items():
            self.won[answer] = self.won.get(answer, 0.0) + points
        for answer, chances in other.chances.items():
            self.chances[answer] = self.chances.get(answer, 0) + chances
        self.words += other.words
        return self

    def evened(self) -> dict[str, float]:
        """The points, as if every answer had had as many chances as the one with most."""
        most = max(self.chances.values(), default=0)
        return {a: won * most / n if (n := self.chances.get(a)) else won for a, won in self.won.items()}


@dataclass(frozen=True)
class Reading:
    """One reading of the debate, by the judge or by one of a panel.

    Args:
        hearing: Asks the judge.
        standing: How the debate stands.
        view: What is read.
        by: The one of a panel whose reading it is; None is the judge with its backups.
        recusal: Who stands aside from whom; None is nobody.
    """

    hearing: Hearing
    standing: Standing
    view: View
    by: Seat | None = None
    recusal: Recusal | None = None

    async def points(self, form: JudgeForm | Literal["synthesis"]) -> Points:
        """What it comes to in that form."""
        answers = tuple(self.standing.votes)
        match form:
            case "verdict" | "synthesis":
                return await self._named("judge" if form == "verdict" else "synthesis")
            case "pointwise":
                return await self._scored(answers)
            case "rubric":
                return await self._marked(answers)
            case "pairwise":
                return await self._duelled(answers)
            case "listwise":
                return await self._ranked(answers)

    async def _named(self, template: str) -> Points:
        turn = await self.hearing.ask_judge(template, view=self.view, by=self.by, barred=self._barred())
        return Points({turn.vote: 1.0} if turn.vote is not None else {}, words=_said(turn))

    async def _scored(self, answers: Sequence[str]) -> Points:
        """The score of each answer, asked for by itself; one that cannot be read counts for nothing."""
        space = replace(space_of(Question("How good?", kind="score")), foreign=True)
        points = Points()
        for answer in answers:
            barred = self._barred([answer])
            turn = await self.hearing.ask_judge(
                "judge_score", options=(answer,), view=self.view, space=space, by=self.by, barred=barred
            )
            points += _of(turn, {answer: float(turn.answer)} if turn.answer is not None else {}, [answer])
        return points

    async def _marked(self, answers: Sequence[str]) -> Points:
        """The sum of the marks of each answer, asked for by itself; one with an unreadable mark counts for nothing."""
        ask = replace(always("judge_score"), fields=RUBRIC)
        points = Points()
        for answer in answers:
            barred = self._barred([answer])
            turn = await self.hearing.ask_judge(ask, options=(answer,), view=self.view, by=self.by, barred=barred)
            read = [score((turn.fields or {}).get(criterion, "")) for criterion in RUBRIC]
            marked = not any(isinstance(one, Unclear) for one in read)
            points += _of(turn, {answer: float(sum(Fraction(str(one)) for one in read))} if marked else {}, [answer])
        return points

    async def _duelled(self, answers: Sequence[str]) -> Points:
        """Wins of each answer over the others, one duel of every two; backwards the second is named first."""
        points = Points()
        for pair in combinations(answers, 2):
            named = pair[::-1] if self.view.backwards else pair
            turn = await self.hearing.ask_judge(
                "judge_pair", options=named, view=self.view, by=self.by, barred=self._barred(pair)
            )
            won = {answer: float(answer == turn.vote) for answer in pair}
            points += _of(turn, won, pair)
        return points if len(answers) > 1 else _alone(answers)

    async def _ranked(self, answers: Sequence[str]) -> Points:
        """Points by the judge's ranking, as Borda gives them; one of a panel ranks none from which it stands aside."""
        if len(answers) < 2:
            return _alone(answers)
        barred = unbarred if self.recusal is None else self._barred()
        if self.by is not None:
            mine = tuple(answer for answer in answers if not self._barred([answer])(self.by))
            answers, barred = (mine, unbarred) if len(mine) > 1 else (answers, barred)
        space = ballot_space("ranking", answers, space_of(self.standing.question))
        turn = await self.hearing.ask_judge(
            "judge_rank", options=tuple(answers), view=self.view, space=space, by=self.by, barred=barred
        )
        order = cast(Ranking, ballot_of("ranking", turn.answer)).order if turn.answer is not None else ()
        won = {answer: float(len(answers) - place) for place, answer in enumerate(order, 1)}
        return replace(_of(turn, won, answers, chances=len(answers) - 1), words=_said(turn))

    def _barred(self, answers: Iterable[str] | None = None) -> Barred:
        """Why a judge must stand aside: one of a panel from those who gave these answers, any other from everybody."""
        recusal = self.recusal
        if recusal is None:
            return unbarred
        everybody = self.hearing.debaters
        if self.by is None or answers is None:
            return lambda judge: recusal.why(judge, everybody)
        names = {name for answer in answers for name in self.standing.votes[answer]}
        return lambda judge: recusal.why(judge, [seat for seat in everybody if seat.name in names])


def _of(turn: Turn, won: dict[str, float], answers: Iterable[str], chances: int = 1) -> Points:
    """The points that a turn gave to answers that were put to it; where every judge stood aside it was no chance."""
    return Points(words=_said(turn)) if turn.status == "skipped" else Points(won, dict.fromkeys(answers, chances))


def _said(turn: Turn) -> list[str]:
    """The judge's words, or why it stood aside."""
    return [said] if (said := turn.reason if turn.status == "skipped" else turn.text) else []


def _alone(answers: Sequence[str]) -> Points:
    """An answer without a rival needs no judge."""
    return Points(dict.fromkeys(answers, 1.0))
