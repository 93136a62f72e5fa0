"""Debates that evaluate: scores for answers that are compared, a score under criticism, a ruling on a risk."""

from collections.abc import Sequence
from statistics import fmean
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols import stop
from moot.protocols.answers import worded
from moot.protocols.catalogue.marks import mark
from moot.protocols.decide import last, majority, plurality, trimmed_mean
from moot.protocols.decide.counting import led
from moot.protocols.decide.rule import settled
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.outcome import Outcome
from moot.protocols.question import LETTERS
from moot.protocols.registry import protocol
from moot.protocols.transcript import Turn

Rounds = Annotated[int, Field(ge=1)]
Variant = Literal["paper", "reference"]
WHOLE = View(own="all", peers="all")
NUMBERS = frozenset(("number", "probability", "score"))
WORDS = ("satisfied", "dissatisfied")


@protocol("chateval_one_by_one", source="arXiv:2308.07201", hears="fixed", decides=True, calls="n · R")
async def chateval_one_by_one(floor: Floor, *, rounds: Rounds = 2, variant: Variant = "paper") -> Outcome:
    """ChatEval (Chan et al. 2023), one after another: each has read all that was said, and at last scores the options.

    The options of the question are the replies to compare. In its last turn everyone gives each a score
    from 1 to 10; the option of the best mean wins. A question without options is answered itself: the
    mean of numbers, else the plurality. Give the agents different personas. Pitfall: one order of the
    options favours what stands first; hold it in both.

    Args:
        floor: Where it is held.
        rounds: Turns of each agent.
        variant: Who is asked for scores in the end: `paper` everyone, `reference` the last speaker
            only, as where the released code counts single turns up to the last one.
    """
    async for number in floor.rounds(rounds):
        for seat in floor.debaters:
            scores = number == rounds - 1 and (variant == "paper" or seat is floor.debaters[-1])
            await floor.speak(seat, view=WHOLE, ask=_evaluation(floor, scores), hears=floor.others(seat))
    return await _best_scored(floor, "chateval_one_by_one")


@protocol("chateval_simultaneous", source="arXiv:2308.07201", hears="fixed", decides=True, calls="n · R")
async def chateval_simultaneous(floor: Floor, *, rounds: Rounds = 2, variant: Variant = "paper") -> Outcome:
    """ChatEval (Chan et al. 2023), all at once: each has read the rounds before, and at last scores the options.

    Scores and outcome are those of `chateval_one_by_one`. Pitfall: agents with the same persona tend to
    repeat each other.

    Args:
        floor: Where it is held.
        rounds: Turns of each agent.
        variant: When scores are asked for and counted: `paper` in the last round, `reference` in
            the last n, as where the released code counts rounds for turns.
    """
    async for number in floor.rounds(rounds):
        ask = _evaluation(floor, _scores(floor, number, rounds, variant))
        await floor.together([Part(seat, WHOLE, ask, hears=floor.others(seat)) for seat in floor.debaters])
    return await _best_scored(floor, "chateval_simultaneous")


@protocol("chateval_summary", source="arXiv:2308.07201", hears="fixed", decides=True, calls="n · R + n · (R − 1)")
async def chateval_summary(floor: Floor, *, rounds: Rounds = 2, variant: Variant = "paper") -> Outcome:
    """ChatEval (Chan et al. 2023) with summaries: all at once, each with a summary in place of what was said.

    After every round but the last each agent sums up, for itself, the round and its summary before;
    in the next it reads nothing else. Scores and outcome are those of `chateval_one_by_one`. Pitfall:
    what a summary leaves out is lost to the debate.

    Args:
        floor: Where it is held.
        rounds: Turns of each agent.
        variant: As in `chateval_simultaneous`.
    """
    summaries: dict[str, Sequence[Turn]] = {}
    async for number in floor.rounds(rounds):
        ask = _evaluation(floor, _scores(floor, number, rounds, variant))
        alone = View(own="none", peers="none")
        said = await floor.together([Part(seat, alone, ask, reads=summaries.get(seat.name)) for seat in floor.debaters])
        if number + 1 < rounds:
            notes = await floor.together([_summary(seat, said) for seat in floor.debaters])
            summaries = {note.seat: [note] for note in notes}
    return await _best_scored(floor, "chateval_summary")


@protocol(
    "devils_advocate",
    source="arXiv:2405.09935",
    hears="fixed",
    debaters=(2, 2),
    calls="2R − 1, or 2r where the critic is satisfied in round r",
)
async def devils_advocate(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """DEBATE (Kim et al. 2024): a scorer answers until a critic, told to find fault whatever it reads, finds none.

    A *reconstruction*, made without code or text of the paper. Its commander, who keeps all that was said
    and passes it on, is the floor itself and takes no call: scorer and critic each keep their chat.
    The scorer's last answer stands. Pitfall: a critic who must object talks a good scorer out of a right score.

    Args:
        floor: Where it is held; the first agent is the scorer, the second the critic.
        rounds: Most answers of the scorer.
    """
    scorer, critic = floor.debaters
    chat, criticism = View(own="all"), list[Turn]()
    objecting = Ask(first="devils_critic", later="devils_critic", among=WORDS)
    async for number in floor.rounds(rounds):
        answer = await floor.speak(scorer, view=chat, ask=Ask(later="devils_score"), reads=criticism)
        if number + 1 == rounds:
            continue
        verdict = await floor.speak(
            critic, view=chat, ask=objecting, reads=[answer], role="critic", aside=True, open=False, space=worded(WORDS)
        )
        if verdict.answer == WORDS[0]:
            floor.stop("critic: no fault is left")
            break
        criticism = [verdict]
    return await floor.decide(last())


@protocol(
    "madra",
    source="arXiv:2511.21460",
    hears="fixed",
    judge="required",
    debaters=(2, None),
    calls="n · R + R − 1 at most, or n · r + r − 1 where all agree in round r",
)
async def madra(floor: Floor, *, rounds: Rounds = 3) -> Outcome:
    """MADRA (2025): assessors who lean to caution and to permission argue, an evaluator marks their arguments.

    A *reconstruction*, made without code or text of the paper. Every other agent leans to caution, from the
    first. The debate's judge is the evaluator: after each round it marks every argument, and all read
    the marks with the others' words. They go on until all agree; else the majority decides, which an
    even number may not have. Pitfall: leanings are given, so an odd number of assessors tips the scales.

    Args:
        floor: Where it is held; put a question of yes or no, such as whether an instruction is safe to follow.
        rounds: Most rounds.
    """
    leanings = [always("madra_caution"), always("madra_permission")]
    said, marks = list[Turn](), list[Turn]()
    async for number in floor.rounds(rounds):
        parts = [
            Part(seat, ask=leanings[place % 2], reads=[*(turn for turn in said if turn.seat != seat.name), *marks])
            for place, seat in enumerate(floor.debaters)
        ]
        said = await floor.together(parts)
        if words := stop.unanimous().test(await floor.standing()):
            floor.stop(words)
            break
        if number + 1 < rounds:
            marks = [await _marks(floor, said)]
    return await floor.decide(majority())


def _evaluation(floor: Floor, scores: bool) -> Ask:
    """To discuss or, in the end, to score; only options can be scored."""
    options = floor.question.options
    if not scores or options is None:
        return always("chateval_discuss")
    wanted = {f"score_{letter}": f"your score of {letter}, a whole number from 1 to 10" for letter in LETTERS}
    named = dict(list(wanted.items())[: len(options)])
    reason, answer = "why, in a few sentences", "the letter of the option with your highest score"
    return Ask("chateval_score", "chateval_score", fields={"reason": reason, **named, "answer": answer})


def _scores(floor: Floor, number: int, rounds: int, variant: Variant) -> bool:
    return number >= rounds - (1 if variant == "paper" else len(floor.debaters))


def _summary(seat: Seat, said: Sequence[Turn]) -> Part:
    return Part(seat, ask=always("chateval_sum"), reads=said, role="summariser", aside=True)


async def _best_scored(floor: Floor, rule: str) -> Outcome:
    """The option with the best mean score; where nothing was scored, the mean or the plurality of answers."""
    options = floor.question.options or ()
    turns = [turn for turn in await floor.transcript() if turn.round is not None]
    cards = [card for turn in turns if (card := _card(turn, len(options)))]
    if not cards:
        return await floor.decide(trimmed_mean(share=0) if floor.question.kind in NUMBERS else plurality())
    means = {option: fmean(card[place] for card in cards) for place, option in enumerate(options)}
    return settled(led(means), rule, "none", floor.setting.seed)


def _card(turn: Turn, size: int) -> list[float]:
    """The scores of a turn in the order of the options; empty where one is missing or none from 1 to 10."""
    marks = [mark(turn, f"score_{letter}") for letter in LETTERS[:size]]
    known = [value for value in marks if value is not None]
    return known if len(known) == size else []


async def _marks(floor: Floor, said: Sequence[Turn]) -> Turn:
    wanted = "marks from 1 to 10 for logic, sense of risk, evidence and clarity, in this order"
    fields = {turn.seat: f"{wanted}, for {turn.seat}'s argument" for turn in said}
    ask = Ask("madra_marks", "madra_marks", fields=fields)
    return await floor.speak(floor.judge, view=View(own="none"), ask=ask, hears=(), reads=said, aside=True)
