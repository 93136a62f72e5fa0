"""Councils: peers whose answers are weighed by confidence, ranked, or reviewed in pairs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.answers import worded
from moot.protocols.ballots import Ranking, ballot_of, ballot_space
from moot.protocols.confidence import Map, Source
from moot.protocols.decide import plurality, weighted
from moot.protocols.decide.counting import led
from moot.protocols.decide.ranking import mean_rank_count
from moot.protocols.decide.rule import settled
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.lots import lot
from moot.protocols.outcome import Outcome
from moot.protocols.quoting import tagged
from moot.protocols.rating import Judgment, PeerRank
from moot.protocols.rating import peer_rank as ranked
from moot.protocols.registry import protocol
from moot.protocols.stop import unanimous
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
ALONE = View(own="none", peers="none")
UNNAMED = View(own="none", anonymous=True)
SCORES = {"first": 1.0, "second": 0.0, "tie": 0.5}


@protocol(
    "reconcile",
    source="arXiv:2309.13007",
    debaters=(2, None),
    calls="n · R, or n · r where all agree after r rounds",
)
async def reconcile(
    floor: Floor,
    *,
    rounds: Rounds = 3,
    samples: Mapping[str, list[str]] | None = None,
    source: Source = "stated",
    map: Map = "reconcile",
    variant: Literal["paper", "reference"] = "paper",
) -> Outcome:
    """ReConcile (Chen et al., 2024): a round table of different models, weighed by how sure they are.

    Everyone answers alone with a confidence. Then every prompt holds the question and all last
    replies, one's own included, grouped by answer with how many stand behind each; nothing older.
    It ends when all agree. Stated confidence counts by steps, since models say high numbers
    whatever they know: 1 is 1, from .9 .8, from .8 .5, above .6 .3, else .1.

    Both variants let an unreadable reply abstain; the released code draws an answer for it.
    Pitfall: with one model in every seat there is little to reconcile.

    Args:
        floor: Where it is held.
        rounds: Most rounds, the independent one included; the code discusses twice, the paper up to three times.
        samples: Agent to explanations that once convinced it; shown to all others in every prompt.
        source: Where confidence comes from: `stated`, `logprob`, `consistency` or `stability`.
        map: What a confidence counts in the vote; prompts show it as it is.
        variant: `paper` shows every answer; `reference` the two commonest alone, and breaks ties for
            the answer of the earliest seat.
    """
    reference = variant == "reference"
    view = View(own="none", form="groups", confidence="stated", source=source, largest=2 if reference else None)
    async for _ in floor.rounds(rounds, until=unanimous()):
        await floor.together(
            [Part(seat, view, _weighing(seat, samples or {}), hears=_table(floor, seat)) for seat in floor.debaters]
        )
    return await floor.decide(weighted(by="confidence", source=source, map=map, tie="first" if reference else "none"))


def _weighing(seat: Seat, samples: Mapping[str, Sequence[str]]) -> Ask:
    """To answer in the light of what convinces the others."""
    others = [(name, text) for name, texts in samples.items() if name != seat.name for text in texts]
    shown = "".join(f"\n\n{tagged('sample', text, author=name)}" for name, text in others)
    return Ask(first="reconcile_first", later="reconcile", values={"samples": shown})


def _table(floor: Floor, seat: Seat) -> list[Seat]:
    """Whom a seat hears, and itself, in seat order."""
    names = {seat.name, *(peer.name for peer in floor.hears(seat))}
    return [peer for peer in floor.debaters if peer.name in names]


@protocol(
    "council",
    source="LLM Council, A. Karpathy",
    hears="fixed",
    judge="required",
    decides=True,
    debaters=(2, None),
    calls="2n + 1",
)
async def council(floor: Floor, *, labels: Literal["same", "shuffled"] = "same", own: bool = True) -> Outcome:
    """LLM Council: all answer, all rank the answers unnamed, and a chairman writes the reply.

    The chairman is the debate's judge. It reads the answers and the rankings with names, and is
    not bound by them: the mean rank is shown as support (how many stand behind an answer's best
    author, on average) and decides nothing.

    Pitfall: models rank their own kind of prose first; `own=false` leaves a voter's own answer out.

    Args:
        floor: Where it is held.
        labels: `same` numbers the answers alike for every voter, as the released code does;
            `shuffled` in an order drawn for each, so that being listed first helps nobody.
        own: Whether a voter ranks its own answer among the others.
    """
    async for _ in floor.rounds(1):
        await floor.together([Part(seat, ALONE) for seat in floor.debaters])
    answers = [turn for turn in (await floor.transcript()).round(0) if turn.text]
    shown = {seat.name: _listed(floor, seat, answers, labels == "shuffled", own) for seat in floor.debaters}
    rankings = await floor.together(
        [_ranking_part(floor, seat, shown[seat.name]) for seat in floor.debaters if shown[seat.name]]
    )
    read = [*answers, *(_with_names(turn, shown[turn.seat]) for turn in rankings)]
    ruling = await floor.ask_judge("council_chair", reads=read)
    ranks = mean_rank_count([_by_name(turn, shown[turn.seat]) for turn in rankings], [turn.seat for turn in answers])
    support = _best(answers, ranks.support)
    return Outcome(answer=ruling.vote, rule="council", support=support, rationale=ruling.text or None)


def _listed(floor: Floor, seat: Seat, answers: Sequence[Turn], shuffled: bool, own: bool) -> list[Turn]:
    """The answers that a voter ranks, in the order in which it is shown them."""
    listed = [turn for turn in answers if own or turn.seat != seat.name]
    return sorted(listed, key=lambda turn: lot(floor.setting.seed, seat.name, turn.seat)) if shuffled else listed


def _ranking_part(floor: Floor, seat: Seat, shown: Sequence[Turn]) -> Part:
    names = tuple(_labels(shown))
    ask = Ask(first="council_ranking", later="council_ranking", among=names)
    space = ballot_space("ranking", names, worded(names))
    return Part(seat, UNNAMED, ask, reads=shown, aside=True, open=False, space=space)


def _labels(shown: Sequence[Turn]) -> dict[str, str]:
    """The number under which an answer is shown, to its author."""
    return {f"participant-{place}": turn.seat for place, turn in enumerate(shown, 1)}


def _with_names(turn: Turn, shown: Sequence[Turn]) -> Turn:
    """A voter's reply with authors in place of numbers."""
    names = _labels(shown)
    text = re.sub(r"participant-[0-9]+", lambda found: names.get(found[0], found[0]), turn.text)
    return replace(turn, public=text)


def _by_name(turn: Turn, shown: Sequence[Turn]) -> Ranking:
    ballot = ballot_of("ranking", turn.answer) if turn.answer is not None else None
    labels = _labels(shown)
    return Ranking(order=tuple(labels[label] for label in ballot.order) if isinstance(ballot, Ranking) else ())


@protocol(
    "peer_rank",
    source="arXiv:2307.02762",
    hears="fixed",
    decides=True,
    debaters=(2, None),
    calls="n + n² · (n − 1), where everyone answers",
)
async def peer_rank(floor: Floor, *, iterations: Annotated[int, Field(ge=1)] = 5) -> Outcome:
    """PRD's peer rank (Li et al., 2023): all answer, then all review every pair of answers in both orders.

    A reviewer counts as much as it wins: win rates give weights, the worst counting nothing, and
    weights new win rates. The answer of the best peer stands; support is the win rate of an
    answer's best author. Reviews are unnamed, one's own answer is reviewed like any other, and an
    unreadable review is a tie. Who gives no answer neither reviews nor is reviewed.

    Pitfall: the paper draws its weights from many questions; those of one question are rough.

    Args:
        floor: Where it is held.
        iterations: How often weights follow from win rates.
    """
    async for _ in floor.rounds(1):
        await floor.together([Part(seat, ALONE) for seat in floor.debaters])
    answers = [turn for turn in (await floor.transcript()).round(0) if turn.vote is not None]
    judgments: list[Judgment] = []
    for first, second in permutations(answers, 2):
        judgments += await _reviews(floor, answers, first, second)
    if not judgments:
        return Outcome(answer=answers[0].vote if answers else None, rule="peer_rank")
    ranks = ranked(judgments, iterations=iterations)
    outcome = settled(led(_best(answers, ranks.win_rates)), "peer_rank", "none", floor.setting.seed)
    return outcome.model_copy(update={"rationale": _standings(ranks)})


async def _reviews(floor: Floor, answers: Sequence[Turn], first: Turn, second: Turn) -> list[Judgment]:
    """What everyone who answered says of one pair, shown in this order."""
    reviewers = {turn.seat for turn in answers}
    space = worded(tuple(SCORES))
    said = await floor.together(
        [
            Part(seat, UNNAMED, always("peer_review"), reads=[first, second], aside=True, open=False, space=space)
            for seat in floor.debaters
            if seat.name in reviewers
        ]
    )
    return [
        Judgment(reviewer=turn.seat, first=first.seat, second=second.seat, score=SCORES.get(turn.answer or "tie", 0.5))
        for turn in said
    ]


def _standings(ranks: PeerRank) -> str:
    order = sorted(ranks.win_rates, key=lambda name: -ranks.win_rates[name])
    return "; ".join(f"{name} wins {ranks.win_rates[name]:.3f}, counts {ranks.weights[name]:.3f}" for name in order)


def _best(answers: Sequence[Turn], worth: Mapping[str, float]) -> dict[str, float]:
    """Each answer with the worth of the best of those who gave it."""
    best: dict[str, float] = {}
    for turn in answers:
        if turn.vote is not None and turn.seat in worth:
            best[turn.vote] = max(best.get(turn.vote, worth[turn.seat]), worth[turn.seat])
    return best


@protocol(
    "peer_discussion",
    source="arXiv:2307.02762",
    hears="fixed",
    debaters=(2, 2),
    calls="2R, or 2r where both agree after r rounds",
)
async def peer_discussion(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """PRD's peer discussion (Li et al., 2023): two reviewers exchange their reviews until they agree.

    Both review alone; then the leading one speaks, the other replies, and so on, each keeping its
    whole chat. Where they do not come to agree, the leading reviewer's answer stands. What is
    reviewed is the question's: give it the two texts, and options such as first, second and tie.

    Pitfall: the leading reviewer tends to hold its view; seat the two the other way round as well.

    Args:
        floor: Where it is held; the first agent leads.
        rounds: Most rounds, the independent one included.
    """
    leading, other = floor.debaters
    view, ask = View(own="all"), Ask(later="peer_discussion")
    async for number in floor.rounds(rounds, until=unanimous()):
        parts = [Part(leading, view, ask, hears=[other]), Part(other, view, ask, hears=[leading])]
        for wave in [parts] if number == 0 else [[part] for part in parts]:
            await floor.together(wave)
    return await floor.decide(plurality(tie="first"))
