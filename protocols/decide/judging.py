"""Decisions by a judge who reads the last round: a verdict, or a synthesis."""

from moot.protocols.decide.rule import Decision, Hearing
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing


class Asked(Decision):
    """One call to the judge seat decides."""

    def __init__(self, name: str, template: str) -> None:
        self.name, self.parameters = name, {}
        self._template = template

    @property
    def asks(self) -> bool:
        """Always."""
        return True

    async def decide(self, hearing: Hearing) -> Outcome:
        """Ask the judge; no readable answer leaves the debate undecided."""
        standing = await hearing.standing()
        turn = await hearing.ask_judge(self._template)
        counts = {answer: float(len(names)) for answer, names in standing.votes.items()}
        return Outcome(answer=turn.vote, rule=self.name, support=counts, rationale=turn.text or None)

    def tally(self, standing: Standing) -> Outcome | None:
        """None: a call would be needed."""
        return None


def judge() -> Decision:
    """The judge's verdict on the last round, in one call."""
    return Asked("judge", "judge")


def synthesis() -> Decision:
    """One answer that the judge writes from the last round, in one call; the default for free text with a judge."""
    return Asked("synthesis", "synthesis")
