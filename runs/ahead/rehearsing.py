"""A door behind which nobody is: it answers every call itself, so that a debate can be walked through for nothing."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from moot.agents.agent import Agent
from moot.agents.models import endpoint_of, price_of
from moot.agents.pool import Pool
from moot.agents.provider.prices import Price
from moot.agents.provider.usage import Spent, size, worst
from moot.agents.records import Completion, Usage
from moot.protocols.floor.door import Call, Reply
from moot.protocols.question import LETTERS, Question
from moot.protocols.tally import NANO
from moot.runs.conduct import conduct
from moot.runs.nesting import asked
from moot.runs.result import Result
from moot.runs.spec import Spec

_BYTES = 4
"""Of a reply, per token: the filler is English."""
_ARGUMENT = "Because. " * 100
"""As long as an argument is asked for, so that none is made again for its length."""
_EITHER = re.compile(r"where X is ([\w-]+(?: or [\w-]+)+)\.")
"""How a prompt asks for one of some words; of two, the first ends the debate."""
_LISTED = re.compile(r"<candidates>\n(.*)\n</candidates>", re.DOTALL)
_LETTER = re.compile(r"([A-Z])\. ")


@dataclass(frozen=True)
class Manner:
    """How everybody answers in a rehearsal."""

    agree: bool
    """Whether all say the same, and every judge has heard enough; else nobody ever agrees."""
    reply_tokens: int
    """Of one reply."""
    thought_tokens: int
    """Of one reply of a model that may think without showing it."""
    bytes_per_token: float
    """Of prompts."""
    firm: bool = False
    """Whether nobody changes between named answers. Of two answers, two who speak in turn agree when one changes."""


TERSE = Manner(agree=True, reply_tokens=50, thought_tokens=200, bytes_per_token=5.0)
WORDY = Manner(agree=False, reply_tokens=800, thought_tokens=4000, bytes_per_token=3.0)
FIRM = replace(WORDY, firm=True)


class Rehearsed(NamedTuple):
    """A debate that was walked through."""

    result: Result
    aside_usd: float
    """The most that a money cap would set aside before one wave; infinite where a reply has no end."""


async def rehearsed(debate: Spec, question: Question, manner: Manner, *, within: bool = False) -> Rehearsed:
    """The debate, walked through; `within` says whether it sits in a seat of another."""
    places = {seat.name: place for place, seat in enumerate(debate.debaters)}
    door = Rehearsal(question, manner, places)
    return Rehearsed(await conduct(debate, question, "rehearsal", door, within=within), door.aside_usd)


@dataclass
class Rehearsal:
    """The door of a debate that is only walked through."""

    question: Question
    manner: Manner
    seats: Mapping[str, int]
    """Each seat's place at the table."""
    aside_usd: float = 0.0
    """See `Rehearsed`."""
    _prices: dict[str, "tuple[Price | None, bool]"] = field(default_factory=dict[str, "tuple[Price | None, bool]"])

    async def admit(self, calls: Sequence[Call]) -> None:
        """Everything fits; what a money cap would set aside is noted."""
        self.aside_usd = max(self.aside_usd, sum(self._most_usd(call) for call in calls))

    async def complete(self, call: Call) -> Reply:
        """A reply of the asked form, and what it would have used."""
        text = self._text(call)
        if isinstance(call.seat.agent.llm, Spec):
            inner = await rehearsed(call.seat.agent.llm, asked(call), self.manner, within=True)
            self.aside_usd = max(self.aside_usd, inner.aside_usd)
            return Reply(Completion(kind="ok", text=text), "", call.seat.agent.model, usage=inner.result.usage)
        used = self._used(call, text)
        if call.backed and not self.manner.agree:  # at its longest, all who back each other are asked
            return Reply(Completion(kind="refused", text=text, usage=used), "rehearsed", call.seat.agent.model)
        return Reply(Completion(kind="ok", text=text, usage=used), "rehearsed", call.seat.agent.model)

    def covers(self, calls: Sequence[Call], rounds: int) -> str:
        """Everything fits."""
        return ""

    def _text(self, call: Call) -> str:
        filler = "Because. " * (self._most_shown(call.seat.agent) * _BYTES // 9)
        if call.schema is not None:
            said = dict.fromkeys(cast("list[str]", call.schema["required"]), "yes" if self.manner.agree else "no")
            if "answer" in said:  # a ruling that there is none yet leaves it empty
                said["answer"] = "" if "decided" in said and not self.manner.agree else self._answer(call)
            long = {"reason": filler, "argument": _ARGUMENT if self.manner.agree else filler}
            return json.dumps(said | {key: text for key, text in long.items() if key in said})
        return (
            f"{filler}\nFinal answer: {self._ballot(call) or self._word(call) or self._answer(call)}\nConfidence: 50%"
        )

    def _word(self, call: Call) -> str | None:
        """What ends the debate, or lets it go on, where one of some words is asked for."""
        asked = _EITHER.search(call.messages[-1].content)
        words = asked[1].split(" or ") if asked else []
        if not words or (words == ["yes", "no"] and self.question.kind == "bool"):
            return None
        return words[0] if self.manner.agree else words[-1]

    def _ballot(self, call: Call) -> str | None:
        """A ballot on the candidates that are listed, the same of everybody or another of every seat, if one is due."""
        prompt = call.messages[-1].content
        listed = _LISTED.search(prompt)
        if listed is None or not re.search(r"where X is (?:every|each) candidate", prompt):
            return None
        lines = listed[1].split("\n")
        names = [letter[1] if (letter := _LETTER.match(line)) else line for line in lines]
        first = 0 if self.manner.agree else self.seats.get(call.seat.name, 0) % len(names)
        if "with its points" in prompt:
            return f"{names[first]}: 10"
        return (" > " if "best first" in prompt else "; ").join([*names[first:], *names[:first]])

    def _answer(self, call: Call) -> str:
        """The same of everybody, or another of every seat in every turn."""
        place, turn = (0, 0) if self.manner.agree else (self.seats.get(call.seat.name, 0), call.turn)
        named = len(self.question.options or "yn")
        letter = (place + (0 if self.manner.firm else min(named - 1, 2) * turn)) % named
        number = place * (1 + 2 * (turn % 2)) if len(self.seats) > 1 else turn  # now closer, now farther apart
        match self.question.kind:
            case "choice":
                return LETTERS[letter]
            case "bool":
                return ("yes", "no")[letter]
            case "number" | "math":
                return str(number)
            case "probability":
                return str(number % 100 / 100)
            case "score":
                return str(1 + number % 10)
            case "text":
                return f"answer {place + len(self.seats) * turn}"

    def _used(self, call: Call, text: str) -> Usage:
        prompt = round(sum(size(message.content) for message in call.messages) / self.manner.bytes_per_token)
        price, free = self._priced(call.seat.agent)
        reply = self._most_billed(call.seat.agent, price)
        cost = 0 if free else None if price is None else price.nano_usd(Spent(prompt, reply))
        return Usage(prompt_tokens=prompt, completion_tokens=reply, cost_nano_usd=cost)

    def _most_usd(self, call: Call) -> float:
        """The most that the call could cost."""
        price, free = self._priced(call.seat.agent)
        most = call.seat.agent.max_tokens or (None if price is None else price.most)
        if free:
            return 0.0
        return math.inf if price is None or most is None else price.nano_usd(worst(call.messages, most)) / NANO

    def _most_shown(self, agent: Agent) -> int:
        return min(self.manner.reply_tokens, agent.max_tokens or self.manner.reply_tokens)

    def _most_billed(self, agent: Agent, price: Price | None) -> int:
        billed = self.manner.thought_tokens if price is not None and price.thinks else self.manner.reply_tokens
        return min(billed, agent.max_tokens or billed)

    def _priced(self, agent: Agent) -> "tuple[Price | None, bool]":
        """The price of the agent's model, of a pool's dearest, and whether all are free."""
        if agent.name not in self._prices:
            models = agent.llm.models if isinstance(agent.llm, Pool) else [agent.llm]
            priced = [_priced(agent, model) for model in models if isinstance(model, str)]
            paid = [price for price, free in priced if not free]
            known = [price for price in paid if price is not None]
            dearest = max(known, key=lambda price: price.reply) if len(known) == len(paid) and known else None
            self._prices[agent.name] = dearest, not paid
        return self._prices[agent.name]


def _priced(agent: Agent, model: str) -> "tuple[Price | None, bool]":
    endpoint = endpoint_of(model, api_base=agent.api_base, price=agent.price)
    return (None, True) if endpoint.kind == "sim" else (price_of(endpoint), False)
