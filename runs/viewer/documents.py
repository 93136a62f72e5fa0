"""The documents a page is told: plain JSON values, which is all that a page knows.

Words of models stand in them as data; none is ever put into HTML by what makes them.
"""

from typing import Any, Literal, TypedDict

from moot.runs.result import Status

Unended = Literal["open", "running"]
"""running: under way in the process that serves the page. open: not ended, and not under way here."""


class RunDocument(TypedDict):
    """One run, in a list of runs."""

    name: str
    began_ms: int
    debates: int
    statuses: dict[str, int]
    """How many debates ended in each; `open` counts those that have not ended."""
    simulated: bool
    """Whether every model of it is simulated or scripted."""


class RunsDocument(TypedDict):
    """What there is to see."""

    store: str
    live: bool
    """Whether debates may be under way, and are told of as they go."""
    runs: list[RunDocument]


class QuestionLine(TypedDict):
    """A question, in a list of debates."""

    id: str
    text: str
    kind: str


class QuestionDocument(QuestionLine):
    """A question with what it offers and its right answer."""

    options: list[str] | None
    gold: str | None


class DebateLine(TypedDict):
    """One debate, in a list of debates."""

    id: str
    question: QuestionLine
    trial: int
    status: Status | Unended
    answer: str | None
    gold: str | None
    correct: bool | None
    flips: int
    rounds: int
    seats: int
    calls: int
    cost_usd: float | None
    """None where a price is unknown."""
    parent: str | None
    """The debate it goes on with."""


class DebatesDocument(TypedDict):
    """One page of the debates of a run."""

    debates: list[DebateLine]
    next: int | None
    """What to ask for the next page with; None where there is none."""


class SeatDocument(TypedDict):
    """A debater."""

    name: str
    model: str


class FallbackDocument(TypedDict):
    """The best there is where a debate reached no answer."""

    label: str
    answer: str


class FlipDocument(TypedDict):
    """An agent's answer changed."""

    agent: str
    round: int
    before: str
    after: str


class UsageDocument(TypedDict):
    """What a debate used."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_calls: int
    cost_usd: float | None
    wall_s: float


class TurnDocument(TypedDict):
    """One seat speaking once, without its prompt."""

    id: str
    wave: int
    round: int | None
    seat: str
    role: str
    heard: list[str]
    text: str
    answer: str | None
    vote: str | None
    confidence: float | None
    status: str
    reason: str
    stance: str | None
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    latency_s: float
    attempts: int
    inner: int
    """Turns of the debate in the seat, if one sits there."""


class DebateDocument(TypedDict):
    """A debate in full, without prompts."""

    id: str
    run: str
    parent: str | None
    trial: int
    question: QuestionDocument
    protocol: str
    topology: str
    seats: list[SeatDocument]
    judge: str | None
    """The model of the first judge that spoke."""
    status: Status | Unended
    answer: str | None
    rule: str
    support: dict[str, float]
    ties: list[str]
    dissent: list[str]
    rationale: str | None
    fallback: FallbackDocument | None
    stopped_by: str
    capped: bool
    rounds: int
    first_vote: str | None
    correct: bool | None
    right: dict[str, bool]
    """Of every answer that was given whether it is the right one; without those of which it is not known."""
    flips: list[FlipDocument]
    simulated: bool
    seed: int
    notes: list[str]
    usage: UsageDocument
    budget: dict[str, float] | None
    influence: dict[str, float]
    turns: list[TurnDocument]


class MessageDocument(TypedDict):
    """One entry of a prompt."""

    role: str
    content: str


class FailureDocument(TypedDict):
    """An attempt that brought no reply."""

    kind: str
    detail: str


class InspectedTurn(TypedDict):
    """What a turn was asked and what came back."""

    id: str
    prompt: list[MessageDocument]
    replies: list[str]
    """Raw, one for each time it was asked."""
    failures: list[FailureDocument]
    inner: list[TurnDocument]


EventDocument = dict[str, Any]
"""An event of `moot.protocols.events` as JSON values; a turn in it is a `TurnDocument`."""
