"""The simulated world: what simulated models know, for those who evaluate them."""

from moot.agents.sim import bank, truth
from moot.protocols.question import Question

__all__ = ["bank", "questions", "truth"]


def questions(domain: str | None = None) -> tuple[Question, ...]:
    """The questions of the bundled bank, with their right answers.

    Args:
        domain: Only those of one domain.
    """
    return tuple(
        Question(item.question, kind=item.kind, options=item.options, gold=item.answer, domain=item.domain)
        for item in bank(domain)
    )
