"""How an argument comes about before it is said: drafts of the right length, the best of them, a critique, a rewrite.

After Khan et al. (arXiv:2402.06782). Nobody but the side itself and the judge it tries them on ever
reads a draft; what becomes of all of it is said without a further call.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from moot.protocols.answers import worded
from moot.protocols.catalogue.arguing import LONGEST, argument, held, verdicts
from moot.protocols.floor.floor import Floor
from moot.protocols.floor.part import Copied, Part, Rested
from moot.protocols.floor.view import Ask, always
from moot.protocols.sides import Side, Sides
from moot.protocols.transcript import Turn

SHORTEST = 70
"""Words of an argument, below which it is sampled again."""
CRITICS = 0.6
"""The temperature of critiques in the reference code, where debaters have 0.4 and the judge 0."""
USEFUL = ("yes", "no")
CRITIQUE = Ask(
    first="oversight_critique",
    later="oversight_critique",
    fields={"critique": "what is weak or missing in the draft, and how to mend it"},
    public="critique",
    temperature=CRITICS,
)


@dataclass(frozen=True)
class Care:
    """How much is done for one argument.

    Args:
        best_of: Drafts that are made of it; of several the one is taken after which the judge, who is asked
            about each, holds the side's answer most firmly.
        worst: Whether that is the least persuasive one, as in some experiments of the reference code.
        critiques: Critiques of the draft; it is rewritten by the one that its critic is surest of.
        resamples: How often a text is sampled again whose length is not that of an argument.
    """

    best_of: int = 1
    worst: bool = False
    critiques: int = 0
    resamples: int = 0

    @property
    def drafts(self) -> bool:
        """Whether an argument is drafted before it is said."""
        return self.best_of > 1 or self.critiques > 0 or self.resamples > 0


PLAIN = Care()


async def arguments(
    floor: Floor, sides: Sides, speaking: Sequence[Side], said: Sequence[Turn], care: Care = PLAIN
) -> list[Turn]:
    """The next argument of each of these sides, all at once, each having read what was said."""
    return await crafted(floor, sides, [argument(sides, side, said) for side in speaking], care)


async def exchange(
    floor: Floor, sides: Sides, said: Sequence[Turn], *, in_turn: bool, care: Care = PLAIN
) -> list[Turn]:
    """One argument of each side: all at once, or the second having heard the first."""
    if not in_turn:
        return await arguments(floor, sides, sides.sides, said, care)
    new = list[Turn]()
    for side in sides.sides:
        new += await arguments(floor, sides, [side], [*said, *new], care)
    return new


async def crafted(floor: Floor, sides: Sides, parts: Sequence[Part], care: Care = PLAIN) -> list[Turn]:
    """The turns of these parts, with as much care as is wanted.

    Args:
        floor: Where it is held.
        sides: Who argues for what.
        parts: Arguments to be made, each with all that was said before it to read.
        care: How they come about.
    """
    if not care.drafts:
        return await floor.together(parts)
    offered = [await _sampled(floor, parts, care.resamples) for _ in range(care.best_of)]
    texts = [
        await _favourite(floor, sides, part, own, worst=care.worst)
        for part, own in zip(parts, zip(*offered, strict=True), strict=True)
    ]
    if care.critiques:
        texts = await _rewritten(floor, parts, texts, care)
    return await floor.together(
        [
            Rested(part.seat, "no draft could be used") if text is None else Copied(part.seat, text)
            for part, text in zip(parts, texts, strict=True)
        ]
    )


async def _sampled(floor: Floor, parts: Sequence[Part], resamples: int) -> list[Turn]:
    """A text of each part, made again while its length is wrong; the last one that can be used stands."""
    asides = [replace(part, aside=True, open=False) for part in parts]
    texts = await floor.together(asides)
    for _ in range(resamples):
        wrong = [place for place, text in enumerate(texts) if not fits(text)]
        if not wrong:
            break
        for place, text in zip(wrong, await floor.together([asides[place] for place in wrong]), strict=True):
            texts[place] = text if text.status == "ok" else texts[place]
    return texts


def fits(text: Turn) -> bool:
    """Whether a public argument has the length of one: 70 to 150 words."""
    return SHORTEST <= len((text.fields or {}).get("argument", "").split()) <= LONGEST


async def _favourite(floor: Floor, sides: Sides, part: Part, drafts: Sequence[Turn], *, worst: bool) -> Turn | None:
    """The draft that persuades the judge most; None where there is none to read."""
    usable = [draft for draft in drafts if draft.status == "ok"]
    if len(drafts) == 1 or not usable:
        return usable[0] if usable else None
    scored = [(await _persuaded(floor, sides, part, draft), draft) for draft in usable]
    return sorted(scored, key=lambda one: one[0], reverse=not worst)[0][1]


async def _persuaded(floor: Floor, sides: Sides, part: Part, draft: Turn) -> float:
    """How firmly the judge would hold a side's answer after that."""
    read = [*(part.reads or ()), draft]
    turn = (await verdicts(floor, sides, read, swap=False, template="oversight_preference"))[0]
    return 0.5 if turn.vote is None else held(str(turn.vote), turn.confidence, sides.answers)[str(part.stance)]


async def _rewritten(
    floor: Floor, parts: Sequence[Part], drafts: Sequence[Turn | None], care: Care
) -> list[Turn | None]:
    """The drafts as they are after the best critique of each; one whose rewriting fails stays as it was."""
    there = [(part, draft) for part, draft in zip(parts, drafts, strict=True) if draft is not None]
    critiques = [
        await floor.together([_criticising(part, [draft], CRITIQUE) for part, draft in there])
        for _ in range(care.critiques)
    ]
    best = await _best(floor, there, critiques)
    rewrites = [
        replace(part, ask=replace(part.ask, first="oversight_rewrite", later="oversight_rewrite"),
                reads=(*(part.reads or ()), draft, critique))
        for (part, draft), critique in zip(there, best, strict=True)
        if critique.text
    ]  # fmt: skip
    made = {text.seat: text for text in await _sampled(floor, rewrites, care.resamples) if text.status == "ok"}
    return [None if draft is None else made.get(draft.seat, draft) for draft in drafts]


async def _best(
    floor: Floor, there: Sequence[tuple[Part, Turn]], critiques: Sequence[Sequence[Turn]]
) -> Sequence[Turn]:
    """Of each side's critiques the one of which its critic is surest that it helps."""
    if len(critiques) == 1:
        return critiques[0]
    ask, words = always("oversight_worth", confidence=True), worded(USEFUL)
    sure = [
        await floor.together(
            [
                replace(_criticising(part, [draft, critique], ask), open=False, space=words)
                for (part, draft), critique in zip(there, round, strict=True)
            ]
        )
        for round in critiques
    ]
    return [
        max(zip(own, worth, strict=True), key=lambda one: (one[0].text != "", _worth(one[1])))[0]
        for own, worth in zip(zip(*critiques, strict=True), zip(*sure, strict=True), strict=True)
    ]


def _criticising(part: Part, reads: Sequence[Turn], ask: Ask) -> Part:
    """The side's own model as its critic, who knows what the side knows."""
    read = (*(part.reads or ()), *reads)
    return Part(part.seat, part.view, ask, reads=read, role="critic", aside=True, question=part.question)


def _worth(turn: Turn) -> float:
    """How sure a critic is that a critique helps, in place of the probability of a token."""
    sure = 1.0 if turn.confidence is None else turn.confidence
    return sure if turn.answer == "yes" else 1 - sure if turn.answer == "no" else 0.5
