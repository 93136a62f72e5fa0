"""Knowing when not to answer: a proposal is reviewed, or put to the test by false witness, and withheld if it fails.

AbstainQA of Feng et al. (arXiv:2402.00367). A debate that withholds its proposal has no answer; the proposal
stays visible as the first vote, and the trust in it as its support.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from moot.protocols.answers import space_of, worded
from moot.protocols.catalogue.voting import ALONE
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Part
from moot.protocols.floor.view import Ask, View, always
from moot.protocols.lots import lot
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.rating.abstention import Proposal
from moot.protocols.registry import protocol
from moot.protocols.transcript import Transcript, Turn

SHOWN = View(own="none", anonymous=True)
DOMAINS = ("facts about who, what, when and where", "what follows from several facts together", "common sense")
"""In which respects an agent that reviews its own proposal recalls what it knows, one after another."""
REVIEWERS = 1.0
"""The temperature of reviews; all else is sampled as the agents say."""
REVIEW = Ask(
    later="abstain_review",
    fields={"review": "what holds, what is doubtful or wrong, and why"},
    public="review",
    temperature=REVIEWERS,
)
CHALLENGE = Ask(
    first="abstain_challenge",
    later="abstain_challenge",
    fields={"paragraph": "the paragraph"},
    public="paragraph",
)
CHAIR = always("abstain_chair", confidence=True)
AGAIN = always("abstain_again")
VERDICTS = ("true", "false")


@protocol(
    "abstain_cooperate",
    source="arXiv:2402.00367",
    hears="fixed",
    decides=True,
    calls="n + 1, or 8 with one agent",
)
async def abstain_cooperate(floor: Floor) -> Outcome:
    """AbstainQA, cooperate (Feng et al. 2024): one proposes, the others review, a chair says true or false.

    The first agent proposes; on `false` its answer is withheld. Where it is alone it reviews its own
    proposal three times, each time after writing down what it knows in one respect. Reviews are
    sampled at a temperature of 1. The chair is the judge where one is seated, else the proposer; a
    chair that cannot be read withholds. Trust is the confidence it states, where the paper takes the
    probability of a token. Pitfall: reviewers of one model share its mistakes.
    """
    outcome = Outcome(rule="abstain_cooperate")
    async for _ in floor.rounds(1):
        proposal = await _proposed(floor)
        if proposal.vote is not None:
            outcome = await _reviewed(floor, proposal, proposal.vote)
    return outcome


@protocol(
    "abstain_compete",
    source="arXiv:2402.00367",
    hears="fixed",
    decides=True,
    calls="2n − 1, or 3 with one agent",
)
async def abstain_compete(floor: Floor, *, variant: Literal["paper", "reference"] = "paper") -> Outcome:
    """AbstainQA, compete (Feng et al. 2024): an answer that a paragraph for another one can move is withheld.

    The first agent answers. Each of the others, or itself where it is alone, writes a paragraph for
    another answer; where there are options that one is drawn. Told to ignore wrong information, the
    first agent answers afresh beside each paragraph; what more than half of them move is withheld. An
    answer that cannot be read counts as moved, where the released code tosses a coin. Pitfall: a weak
    challenger makes any answer look firm.

    Args:
        floor: Where it is held.
        variant: `reference` has the first agent write every paragraph, as the released code does.
    """
    outcome = Outcome(rule="abstain_compete")
    async for _ in floor.rounds(1):
        proposal = await _proposed(floor)
        if proposal.vote is not None:
            outcome = await _challenged(floor, proposal, proposal.vote, variant)
    return outcome


async def _proposed(floor: Floor) -> Turn:
    turn = await floor.speak(floor.debaters[0], view=ALONE)
    return (await floor.transcript()).turn(turn.id) or turn


async def _reviewed(floor: Floor, proposal: Turn, answer: str) -> Outcome:
    proposer, *others = floor.debaters
    if others:
        parts = [Part(seat, SHOWN, REVIEW, reads=[proposal], role="reviewer", aside=True) for seat in others]
        reviews = await floor.together(parts)
    else:
        reviews = [await _specialised(floor, proposal, domain) for domain in DOMAINS]
    chair = floor.setting.judge or proposer
    verdict = await floor.speak(
        chair, view=SHOWN, ask=CHAIR, reads=[*reviews, proposal], role="chair", aside=True, open=False,
        space=worded(VERDICTS),
    )  # fmt: skip
    sure = 1.0 if verdict.confidence is None else verdict.confidence
    trust = sure if verdict.answer == "true" else 1 - sure if verdict.answer == "false" else 0.0
    return _given(floor, "abstain_cooperate", answer, verdict.text, trust=trust, keep=verdict.answer == "true")


async def _specialised(floor: Floor, proposal: Turn, domain: str) -> Turn:
    """The proposer's own review, once it has written down what it knows in one respect."""
    seat = floor.debaters[0]
    recall = Ask(
        later="abstain_knowledge",
        values={"domain": domain},
        fields={"knowledge": "one paragraph of what you know"},
        public="knowledge",
        temperature=REVIEWERS,
    )
    known = await floor.speak(seat, view=SHOWN, ask=recall, reads=[proposal], role="specialist", aside=True)
    return await floor.speak(seat, view=SHOWN, ask=REVIEW, reads=[known, proposal], role="reviewer", aside=True)


async def _challenged(floor: Floor, proposal: Turn, answer: str, variant: str) -> Outcome:
    proposer, *others = floor.debaters
    tests = len(others) or 1
    writers = others if others and variant == "paper" else [proposer] * tests
    paragraphs = await _taken(
        floor,
        [
            Part(seat, SHOWN, CHALLENGE, reads=[proposal], role="challenger", aside=True, stance=stance)
            for seat, stance in zip(writers, _others(floor, answer, tests), strict=True)
        ],
    )
    again = await _taken(
        floor,
        [Part(proposer, SHOWN, AGAIN, reads=[one], role="challenged", aside=True, open=False) for one in paragraphs],
    )
    transcript = await floor.transcript()
    votes = [(transcript.turn(turn.id) or turn).vote for turn in again]
    moved = sum(vote != answer for vote in votes)
    said = f"{moved} of {tests} paragraphs moved the answer"
    return _given(floor, "abstain_compete", answer, said, trust=1 - moved / tests, keep=2 * moved <= tests)


async def _taken(floor: Floor, parts: Sequence[Part]) -> list[Turn]:
    """The parts at the same time, or one after another where one seat has several."""
    if len({part.seat.name for part in parts}) == len(parts):
        return await floor.together(parts)
    return [turn for part in parts for turn in await floor.together([part])]


def _others(floor: Floor, answer: str, number: int) -> list[str | None]:
    """Other answers to argue for, drawn from those there are, each once before any comes again; None leaves it open."""
    options = ("yes", "no") if floor.question.kind == "bool" else floor.question.options or ()
    left = [option for option in options if option != answer]
    left.sort(key=lambda option: lot(floor.setting.seed, floor.question.id, option))
    return [left[place % len(left)] if left else None for place in range(number)]


def _given(floor: Floor, rule: str, answer: str, words: str, *, trust: float, keep: bool) -> Outcome:
    if not keep:
        floor.stop(f"withheld: {answer}")
    return Outcome(answer=answer if keep else None, rule=rule, support={answer: trust}, rationale=words or None)


class Proposed(Protocol):
    """A debate that is over, as a result holds it."""

    @property
    def question(self) -> Question:
        """What was asked."""
        ...

    @property
    def turns(self) -> Sequence[Turn]:
        """All that was said."""
        ...

    @property
    def outcome(self) -> Outcome:
        """What it came to."""
        ...


def proposals_of(results: Iterable[Proposed]) -> list[Proposal]:
    """What `abstention` measures, of debates held with `abstain_cooperate` or `abstain_compete`.

    Args:
        results: Those whose question has no known answer, or in which nothing was proposed, are passed over.
    """
    found = list[Proposal]()
    for result in results:
        said = [turn.vote for turn in Transcript(result.turns).round(0)]
        if result.question.gold is None or not said or said[0] is None:
            continue
        trust = result.outcome.support.get(said[0])
        found.append(
            Proposal(
                right=space_of(result.question).same(said[0], result.question.gold),
                withheld=result.outcome.answer is None,
                doubt=None if trust is None else 1 - trust,
            )
        )
    return found
