"""Corex: three ways of working together on one question, in teams, in a chain of reviews, or before a retriever."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from moot.protocols.catalogue.marks import mark
from moot.protocols.decide.counting import led
from moot.protocols.decide.rule import settled
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.registry import protocol
from moot.protocols.transcript import Turn

ALONE = View(own="none", peers="none")
SOURCE = "arXiv:2310.00280"


@protocol(
    "corex_discuss",
    source=SOURCE,
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, None),
    calls="n · R, or n · R + 1 where the teams differ",
)
async def corex_discuss(floor: Floor, *, rounds: Annotated[int, Field(ge=1)] = 2) -> Outcome:
    """Corex, discuss (Sun et al. 2023): two teams confer, each among itself, and a judge picks between their answers.

    A *reconstruction*, made without code or text of the paper. The first half of the agents is one team, the
    rest the other; nobody hears the other team. A team's answer is that of most of its members, in a
    tie the one given first. Where both answer the same, the judge is not asked. Pitfall: a minority
    in a team is lost before the judge hears it.

    Args:
        floor: Where it is held.
        rounds: Rounds within the teams.
    """
    half = (len(floor.debaters) + 1) // 2
    blue, green = floor.debaters[:half], floor.debaters[half:]
    async for _ in floor.rounds(rounds):
        await floor.together([_member(seat, team) for team in (blue, green) for seat in team])
    said = (await floor.transcript()).round(-1)
    answers = tuple(dict.fromkeys(answer for team in (blue, green) for answer in _team_answer(said, team)))
    support = {answer: float(sum(turn.vote == answer for turn in said)) for answer in answers}
    outcome = Outcome(answer=answers[0] if len(answers) == 1 else None, rule="corex_discuss", support=support)
    if len(answers) < 2:
        return outcome
    verdict = await floor.ask_judge(always("corex_judge", blue=_names(blue), green=_names(green)), options=answers)
    return outcome.model_copy(update={"answer": verdict.vote, "rationale": verdict.text})


@protocol("corex_review", source=SOURCE, hears="fixed", decides=True, calls="n")
async def corex_review(floor: Floor) -> Outcome:
    """Corex, review (Sun et al. 2023): the first agent drafts, the others review and rewrite it one after another.

    A *reconstruction*, made without code or text of the paper. Each reads the version before it and nothing else,
    and the last version with an answer stands. Pitfall: the last reviewer can undo what all before it got right.

    Args:
        floor: Where it is held; the agents review in their order.
    """
    version: list[Turn] = []
    async for _ in floor.rounds(1):
        for seat in floor.debaters:
            turn = await floor.speak(seat, view=View(own="none"), ask=Ask(later="corex_review"), reads=version)
            version = [turn] if turn.text else version
    votes = [turn.vote for turn in await floor.transcript() if turn.vote is not None]
    support = {vote: float(votes.count(vote)) for vote in votes}
    return Outcome(answer=votes[-1] if votes else None, rule="corex_review", support=support)


@protocol("corex_retrieve", source=SOURCE, hears="fixed", judge="required", decides=True, calls="n + 1")
async def corex_retrieve(floor: Floor) -> Outcome:
    """Corex, retrieve (Sun et al. 2023): everyone answers alone, a retriever marks how faithfully.

    A *reconstruction*, made without code or text of the paper. The debate's judge is the retriever: it gives
    each reply a mark from 1 to 10 for how faithfully its answer follows from its reasons. The answer
    of the reply with the best mark stands, whoever else gave it. Pitfall: well argued is not right.
    """
    async for _ in floor.rounds(1):
        await floor.everyone(view=ALONE)
    said = (await floor.transcript()).round(0)
    ruling = await floor.ask_judge(_marking(said))
    best: dict[str, float] = {}
    for turn in said:
        given = mark(ruling, turn.seat)
        if turn.vote is not None and given is not None:
            best[turn.vote] = max(given, best.get(turn.vote, 0.0))
    return settled(led(best), "corex_retrieve", "none", floor.setting.seed)


def _member(seat: Seat, team: Sequence[Seat]) -> Part:
    return Part(seat, hears=[mate for mate in team if mate.name != seat.name])


def _team_answer(said: Sequence[Turn], team: Sequence[Seat]) -> tuple[str, ...]:
    """The answer of most of the team, in a tie the first; empty where nobody gave one."""
    names = {seat.name for seat in team}
    counts: dict[str, float] = {}
    for turn in said:
        if turn.seat in names and turn.vote is not None:
            counts[turn.vote] = counts.get(turn.vote, 0.0) + 1
    return led(counts).lead[:1]


def _names(team: Sequence[Seat]) -> str:
    return ", ".join(seat.name for seat in team)


def _marking(said: Sequence[Turn]) -> Ask:
    marks = {turn.seat: f"mark from 1 to 10 of {turn.seat}'s reply" for turn in said}
    answer = "the answer of the reply with your highest mark"
    return Ask(
        "corex_retrieve", "corex_retrieve", fields={**marks, "reason": "why, in a few sentences", "answer": answer}
    )
