"""Decisions by ballot: the answers of the last round stand, every debater votes, one call each."""

from moot.protocols.decide.elections import ELECTIONS, ElectionName
from moot.protocols.decide.rule import Decision, Hearing, Tie, settled
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing


class Elected(Decision):
    """An election among the answers of the last round; one that stands alone needs no ballot."""

    def __init__(self, name: ElectionName, tie: Tie) -> None:
        self.name, self._election = name, ELECTIONS[name]
        self.parameters = {} if tie == "none" else {"tie": tie}
        self._tie: Tie = tie

    @property
    def asks(self) -> bool:
        """Only where a judge breaks ties."""
        return self._tie == "judge"

    async def decide(self, hearing: Hearing) -> Outcome:
        """Hold the election."""
        standing = await hearing.standing()
        candidates = tuple(standing.votes)
        if len(candidates) < 2:
            support = {answer: float(len(names)) for answer, names in standing.votes.items()}
            return Outcome(answer=candidates[0] if candidates else None, rule=self.name, support=support)
        ballots = await hearing.ballots(self._election.form, candidates)
        outcome = settled(self._election.count(ballots.values(), candidates), self.name, self._tie, standing.seed)
        if outcome.answer is None and outcome.ties and self._tie == "judge":
            turn = await hearing.ask_judge("tie", options=outcome.ties)
            return outcome.model_copy(update={"answer": turn.vote, "rationale": turn.text or None})
        return outcome

    def tally(self, standing: Standing) -> Outcome | None:
        """None: calls would be needed."""
        return None


def borda(*, tie: Tie = "none") -> Decision:
    """Every debater ranks the answers; of m answers the first of a ranking gets m - 1 points, the last none."""
    return Elected("borda", tie)


def mean_rank(*, tie: Tie = "none") -> Decision:
    """Every debater ranks the answers; the lowest mean rank wins."""
    return Elected("mean_rank", tie)


def condorcet(*, tie: Tie = "none") -> Decision:
    """Every debater ranks the answers; the answer that beats each other one wins, by Schulze's chains if none does."""
    return Elected("condorcet", tie)


def stv(*, tie: Tie = "none") -> Decision:
    """Every debater ranks the answers; the weakest goes and its votes pass on, until one has most of them."""
    return Elected("stv", tie)


def approval(*, tie: Tie = "none") -> Decision:
    """Every debater names all answers that are good enough; the one named most often wins."""
    return Elected("approval", tie)


def cumulative(*, tie: Tie = "none") -> Decision:
    """Every debater deals out 10 points; the answer with most points wins."""
    return Elected("cumulative", tie)
