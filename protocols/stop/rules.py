"""Stop rules: agreement, stability, limits."""

from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.confidence import Source
from moot.protocols.decide.voting import SLACK
from moot.protocols.standing import Standing
from moot.protocols.stop.rule import Judged, Stop, tested

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


@tested
def rounds(standing: Standing, limit: Count) -> str | None:
    """After `limit` rounds, the first independent one included."""
    return f"rounds: {limit} held" if standing.transcript.rounds >= limit else None


@tested
def unanimous(standing: Standing) -> str | None:
    """When every debater of the round gave the same answer; an abstainer blocks it."""
    return _agreed(standing, 1.0, 1, "unanimous")


@tested
def agreement(standing: Standing, share: Share, hold: Count = 1) -> str | None:
    """When one answer was given by at least `share` of the debaters in each of the last `hold` rounds."""
    return _agreed(standing, share, hold, "agreement")


@tested
def stable(standing: Standing, rounds: Count = 1) -> str | None:
    """When every debater gave the answer of its round before, that many rounds running."""
    transcript = standing.transcript
    if transcript.rounds <= rounds:
        return None
    held = [{turn.seat: turn.vote for turn in transcript.round(-1 - back)} for back in range(rounds + 1)]
    same = all(held[0].get(seat) is not None and len({votes.get(seat) for votes in held}) == 1 for seat in held[0])
    return f"stable: no answer changed for {rounds} round{'s' * (rounds > 1)}" if same else None


@tested
def confident(standing: Standing, share: Share = 0.9, source: Source = "stated") -> str | None:
    """When every debater of the round has a confidence of at least `share`, by that source of confidence."""
    held = [standing.confidence(turn, source) for turn in standing.ballots]
    sure = bool(held) and all(confidence is not None and confidence >= share - SLACK for confidence in held)
    verb = "stated" if source == "stated" else f"is, by {source},"
    return f"confident: everyone {verb} at least {share:.0%}" if sure else None


@tested
def gate(
    standing: Standing,
    when: Literal["disagreement", "confidence"] = "disagreement",
    share: Share = 0.9,
    source: Source = "stated",
) -> str | None:
    """After round 0 alone, when there is nothing to debate: everyone agrees, or everyone is sure.

    So a debate is held only over questions on which the first votes differ, as in FORD
    (arXiv:2305.11595), or on which somebody's confidence is below `share`, as in DOWN
    (arXiv:2504.05047).
    """
    if standing.transcript.rounds != 1:
        return None
    rule = unanimous() if when == "disagreement" else confident(share=share, source=source)
    shut = rule.test(standing)
    return f"gate: {shut}" if shut else None


@tested
def calls(standing: Standing, limit: Count) -> str | None:
    """When at least `limit` calls were completed."""
    return f"calls: {standing.usage.calls} of {limit} made" if standing.usage.calls >= limit else None


@tested
def tokens(standing: Standing, limit: Count) -> str | None:
    """When at least `limit` tokens were used, on settled calls."""
    return f"tokens: {standing.usage.tokens} of {limit} used" if standing.usage.tokens >= limit else None


@tested
def usd(standing: Standing, limit: Annotated[float, Field(gt=0)]) -> str | None:
    """When at least `limit` US dollars were spent, on settled calls; a soft rule, see `budget=` for a hard one."""
    spent = standing.usage.cost_usd
    return f"usd: {spent:.4f} of {limit:g} spent" if spent is not None and spent >= limit else None


@tested
def minutes(standing: Standing, limit: Annotated[float, Field(gt=0)]) -> str | None:
    """When at least `limit` minutes have passed; what a debate said then depends on the clock."""
    passed = standing.elapsed_s / 60
    return f"minutes: {passed:.1f} of {limit:g} passed" if passed >= limit else None


def judged() -> Stop:
    """When the judge, asked after each round, says that enough was said; one call a round."""
    return Judged()


def _agreed(standing: Standing, share: float, hold: int, rule: str) -> str | None:
    transcript = standing.transcript
    if transcript.rounds < hold:
        return None
    leaders: set[str] = set()
    for back in range(1, hold + 1):
        votes, seats = transcript.votes(-back), len(transcript.round(-back))
        lead = [answer for answer, names in votes.items() if len(names) >= share * seats - SLACK]
        if len(lead) != 1:
            return None
        leaders.add(lead[0])
    if len(leaders) != 1:
        return None
    answer = leaders.pop()
    agreeing, seats = len(transcript.votes(-1)[answer]), len(transcript.round(-1))
    return f"{rule}: {agreeing} of {seats} answered {answer}" + (f" for {hold} rounds" if hold > 1 else "")
