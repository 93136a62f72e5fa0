"""What a debate would take, before a call is made: it is walked through at its shortest and at its longest."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.runs.ahead.rehearsing import FIRM, TERSE, WORDY, Rehearsed, rehearsed
from moot.runs.result import Result
from moot.runs.spec import Spec


class Range(NamedTuple):
    """The least and the most."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:,.0f}" if self.low == self.high else f"{self.low:,.0f} to {self.high:,.0f}"


@dataclass(frozen=True)
class Part:
    """What one agent, or the whole, would take."""

    model: str
    """Empty of the whole."""
    calls: Range
    prompt_tokens: Range
    completion_tokens: Range
    cost_usd: Range | None
    """None where a price is unknown."""

    def __str__(self) -> str:
        tokens = f"{self.prompt_tokens} prompt tokens, {self.completion_tokens} reply tokens"
        return f"{self.calls} calls, {tokens}, {_money(self.cost_usd)}"


@dataclass(frozen=True)
class Plan:
    """What debates would take, if no call fails.

    The least is where all agree at once in short replies, the most where nobody ever agrees and
    replies are long: 800 tokens, 4000 of a model that thinks, or the agent's `max_tokens`.
    Tokens of prompts are their bytes by 5 and by 3.
    """

    debates: int
    whole: Part
    aside_usd: float
    """What a money cap has to allow before the dearest wave is sent: its worst case, which `max_tokens`
    bounds. 0 where all is free, infinite where a model's replies have no known end or price."""
    agents: Mapping[str, Part]
    """By name; the judge is `judge`, the next `judge-2`, and who compares answers `same`."""

    @property
    def calls(self) -> Range:
        """LLM calls."""
        return self.whole.calls

    @property
    def prompt_tokens(self) -> Range:
        """Tokens sent."""
        return self.whole.prompt_tokens

    @property
    def completion_tokens(self) -> Range:
        """Tokens received."""
        return self.whole.completion_tokens

    @property
    def cost_usd(self) -> Range | None:
        """US dollars; None where a price is unknown."""
        return self.whole.cost_usd

    def __str__(self) -> str:
        lines = [f"{self.debates:,} debate{'s' * (self.debates != 1)}: {self.whole}"]
        lines += [f"  {name} ({part.model}): {part}" for name, part in self.agents.items()]
        if 0 < self.aside_usd < math.inf:
            lines.append(f"a money cap has to allow {self.aside_usd:.4f} USD at once, less with a smaller max_tokens")
        return "\n".join(lines)


async def planned(debate: Spec, questions: Iterable[Question], trials: int = 1) -> Plan:
    """The plan of a debate over those questions."""
    called = {seat.name: seat.name for seat in debate.seats} | {seat.name: seat.agent.name for seat in debate.debaters}
    short, long, asked, aside_usd = dict[str, Tally](), dict[str, Tally](), 0, 0.0
    for question in questions:
        asked += 1
        quick = await rehearsed(debate, question, TERSE)
        slow = max([await rehearsed(debate, question, manner) for manner in (WORDY, FIRM)], key=_calls)
        _add(short, quick.result, called)
        _add(long, slow.result, called)
        aside_usd = max(aside_usd, quick.aside_usd, slow.aside_usd)
    models = {called[seat.name]: seat.agent.model for seat in debate.seats}
    agents = {name: _part(models[name], short.get(name, Tally()), used, trials) for name, used in long.items()}
    whole = _part("", sum(short.values(), Tally()), sum(long.values(), Tally()), trials)
    return Plan(asked * trials, whole, aside_usd, agents)


def _calls(walked: Rehearsed) -> int:
    return walked.result.usage.calls


def _add(sums: dict[str, Tally], result: Result, called: Mapping[str, str]) -> None:
    for turn in result.turns:
        name = called[turn.seat]
        sums[name] = sums.get(name, Tally()) + turn.usage


def _part(model: str, one: Tally, other: Tally, trials: int) -> Part:
    def spread(a: float, b: float) -> Range:
        return Range(trials * min(a, b), trials * max(a, b))

    known = one.cost_usd is not None and other.cost_usd is not None
    return Part(
        model=model,
        calls=spread(one.calls, other.calls),
        prompt_tokens=spread(one.prompt_tokens, other.prompt_tokens),
        completion_tokens=spread(one.completion_tokens, other.completion_tokens),
        cost_usd=spread(one.cost_usd or 0.0, other.cost_usd or 0.0) if known else None,
    )


def _money(cost: Range | None) -> str:
    if cost is None:
        return "cost unknown"
    if cost.high == 0:
        return "free"
    return f"{cost.low:.4f} to {cost.high:.4f} USD"
