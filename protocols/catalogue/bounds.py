"""What a judge makes of a question by itself: the bounds between which debates before it are to be looked for.

Without the document it can but guess; with the document it needs nobody.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moot.protocols.catalogue.arguing import READS, pooled, verdicts
from moot.protocols.floor.floor import Floor
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.registry import protocol
from moot.protocols.sides import no_pair, seated


def _unread(question: Question, parameters: Mapping[str, Any]) -> str | None:
    if question.context is None and parameters.get("document", True):
        return f"the judge is to read a document, and {question.text[:60]!r} has none: give the question its context"
    return no_pair(question)


@protocol(
    "khan_naive",
    source="arXiv:2402.06782",
    hears="none",
    judge="required",
    decides=True,
    calls="2, or 1 without the swap",
    refuses=no_pair,
)
async def khan_naive(floor: Floor, *, swap: bool = True) -> Outcome:
    """Khan et al. (2024), naive: the judge decides with nothing but the question, the lower bound of its debates.

    The debaters are seated and silent, so that a study compares the same seats. Pitfall: a judge
    that knows the document from its training is not naive; look at its share of right answers first.

    Args:
        floor: Where it is held; the orders of answers are those of `khan_sim` under the same seed.
        swap: Whether the judge is asked in both orders.
    """
    return await _alone(floor, document=False, swap=swap)


@protocol(
    "khan_expert",
    source="arXiv:2402.06782",
    hears="none",
    judge="required",
    decides=True,
    calls="2, or 1 without the swap",
    refuses=_unread,
)
async def khan_expert(floor: Floor, *, swap: bool = True) -> Outcome:
    """Khan et al. (2024), expert: the judge reads the document itself, the upper bound of its debates.

    The debaters are seated and silent. Pitfall: a bound for this judge only; debaters who read
    better than it does can lead it beyond.

    Args:
        floor: Where it is held; the orders of answers are those of `khan_sim` under the same seed.
        swap: Whether the judge is asked in both orders.
    """
    return await _alone(floor, document=True, swap=swap)


@protocol(
    "kenton_qa",
    source="arXiv:2407.04622",
    hears="none",
    judge="required",
    decides=True,
    calls="1, or 2 with the swap",
    refuses=_unread,
)
async def kenton_qa(floor: Floor, *, document: bool = False, swap: bool = False) -> Outcome:
    """Kenton et al. (2024), question answering: the judge decides alone, without or with the document.

    A *reconstruction*: no code was released. The debaters are seated and silent. Pitfall: where
    the judge alone does well, debate has little to add and may well do harm.

    Args:
        floor: Where it is held; the orders of answers are those of `kenton_debate` under the same seed.
        document: Whether the judge reads the document.
        swap: Whether the judge is asked in both orders.
    """
    return await _alone(floor, document=document, swap=swap)


async def _alone(floor: Floor, *, document: bool, swap: bool) -> Outcome:
    sides = seated(floor)
    if document:
        sides = replace(sides, judged=sides.judged.model_copy(update={"context": floor.question.context}))
    given = await verdicts(floor, sides, (), swap=swap, template="oversight_alone", view=READS)
    floor.stop("judge: ruled alone")
    return pooled(given, sides.answers)
