"""What a debate came to: an answer or none, how it was reached, and who was of another mind."""

from pydantic import BaseModel


class Fallback(BaseModel, frozen=True, extra="forbid"):
    """The best there is where a debate reached no answer; never counted as its answer."""

    answer: str
    label: str
    """Where it comes from, for example `first vote`."""


class Outcome(BaseModel, frozen=True, extra="forbid"):
    """What a debate came to."""

    answer: str | None = None
    """None where the rule did not decide."""
    rule: str = ""
    """The rule that decided, or the last that did not."""
    support: dict[str, float] = {}
    """Weight behind each answer."""
    ties: tuple[str, ...] = ()
    """Answers that shared the lead where no tie rule was named."""
    dissent: tuple[str, ...] = ()
    """Debaters whose last answer was another one."""
    rationale: str | None = None
    """The judge's or summariser's words."""
    fallback: Fallback | None = None
    """Beside no answer, where the debate is undecided or failed."""
