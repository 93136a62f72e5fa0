"""Everything that was said, in order: turns, and the questions a rule may ask of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import ConfigDict

from moot.agents.records import Message
from moot.protocols.tally import NOTHING, Tally

TurnStatus = Literal["ok", "unparsed", "refused", "failed", "copied", "skipped"]
"""ok: a reply with an answer, or one that needed none. unparsed: a reply from which no answer can
be read. refused: the model declined. failed: no usable reply; `reason` says why. copied: an
answer taken over without a call. skipped: the protocol let the seat rest."""

PRESENT: frozenset[TurnStatus] = frozenset({"ok", "copied"})
"""Statuses that count for the quorum."""
KEPT: frozenset[TurnStatus] = frozenset({"ok", "copied", "skipped"})
"""Statuses that lose nothing; any other makes the debate degraded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One seat speaking once."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: str
    """`"{wave}:{seat}"`."""
    wave: int
    """Place in the schedule, from 0; turns of one wave heard the same past."""
    round: int | None
    """The round, from 0; None for judge, ballot and summary turns."""
    seat: str
    """The agent's name."""
    role: str
    """What it spoke as: debater, judge, affirmative, …"""
    heard: tuple[str, ...] = ()
    """Ids of the turns of other seats newly shown to it."""
    prompt: tuple[Message, ...] = ()
    """The messages, exactly as sent; those of the last ask, where it was asked again."""
    text: str = ""
    answer: str | None = None
    """The answer as given; None is an abstention."""
    vote: str | None = None
    """The answer as counted: equal answers of a debate share the form in which it was first given."""
    confidence: float | None = None
    """Stated confidence, from 0 to 1."""
    consistency: float | None = None
    """The share of the replies drawn for this turn, its own among them, that gave its answer."""
    likelihood: float | None = None
    """The probability of its answer's tokens, as the model tells it."""
    fields: dict[str, str] | None = None
    """The fields of a structured reply."""
    public: str | None = None
    """What others are shown, where that is not the whole reply."""
    status: TurnStatus
    reason: str = ""
    """Why the status is not ok: timeout, outage, quota, truncated, empty, late, budget, ambiguous, …"""
    stance: str | None = None
    """The answer it was told to defend."""
    model: str = ""
    """The model that answered; not the seat's own where a fallback did."""
    simulated: bool = False
    """Whether a simulated or scripted model answered."""
    calls: tuple[str, ...] = ()
    """Keys of its calls in the journal, one per ask."""
    usage: Tally = NOTHING
    latency_s: float = 0.0
    attempts: int = 0
    """Requests tried, over all asks."""
    inner: "tuple[Turn, ...]" = ()
    """What was said in the debate that sits in the seat, if one does."""

    @property
    def said(self) -> str:
        """What others are shown of it."""
        return self.text if self.public is None else self.public


class Transcript(tuple[Turn, ...]):
    """The turns of a debate so far, in the order (wave, seat), whoever replied first: a tuple one may ask."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The same as a plain tuple."""
        return tuple(self)

    @cached_property
    def by_round(self) -> Mapping[int, tuple[Turn, ...]]:
        """Debaters' turns of each round, in order."""
        rounds: dict[int, list[Turn]] = {}
        for turn in self:
            if turn.round is not None:
                rounds.setdefault(turn.round, []).append(turn)
        return {number: tuple(turns) for number, turns in sorted(rounds.items())}

    @property
    def rounds(self) -> int:
        """How many rounds were begun."""
        return len(self.by_round)

    def round(self, number: int) -> tuple[Turn, ...]:
        """Debaters' turns of one round; -1 is the last. Empty where there is no such round."""
        if number < 0:
            number += self.rounds
        return self.by_round.get(number, ())

    def votes(self, number: int = -1) -> dict[str, tuple[str, ...]]:
        """Who gave which answer in a round: answer to names, in order of first mention; abstainers absent."""
        votes: dict[str, list[str]] = {}
        for turn in self.round(number):
            if turn.vote is not None:
                votes.setdefault(turn.vote, []).append(turn.seat)
        return {answer: tuple(names) for answer, names in votes.items()}

    def said_by(self, seat: str) -> tuple[Turn, ...]:
        """A debater's turns of all rounds, in order."""
        return self._by_seat.get(seat, ())

    @cached_property
    def _by_seat(self) -> Mapping[str, tuple[Turn, ...]]:
        seats: dict[str, list[Turn]] = {}
        for turn in self:
            if turn.round is not None:
                seats.setdefault(turn.seat, []).append(turn)
        return {seat: tuple(turns) for seat, turns in seats.items()}

    @property
    def independent(self) -> bool:
        """Whether round 0 was answered by everyone alone and with no stance assigned."""
        return all(not turn.heard and turn.stance is None for turn in self.round(0))

    def turn(self, id: str) -> Turn | None:
        """The turn of that id."""
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> Mapping[str, Turn]:
        return {turn.id: turn for turn in self}
