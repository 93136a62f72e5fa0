"""A door behind which nobody is: it answers every call itself, so that a debate can be walked through for nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from moot.agents.agent import Agent
from moot.agents.models import endpoint_of, price_of
from moot.agents.provider.prices import Price
from moot.agents.provider.usage import Spent, size
from moot.agents.records import Completion, Usage
from moot.protocols.events import Event
from moot.protocols.floor.door import Call, Reply
from moot.protocols.question import LETTERS, Question
from moot.runs.conduct import conduct
from moot.runs.nesting import asked
from moot.runs.result import Result
from moot.runs.spec import Spec

_BYTES = 4
"""Of a reply, per token: the filler is English."""
_EITHER = re.compile(r"where X is (\w+) or (\w+)\.")
"""How a prompt asks for one of two words, the first of which ends the debate."""


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


TERSE = Manner(agree=True, reply_tokens=50, thought_tokens=200, bytes_per_token=5.0)
WORDY = Manner(agree=False, reply_tokens=800, thought_tokens=4000, bytes_per_token=3.0)


async def rehearsed(debate: Spec, question: Question, manner: Manner) -> Result:
    """The debate, walked through."""
    places = {seat.name: place for place, seat in enumerate(debate.debaters)}
    return await conduct(debate, question, "rehearsal", Rehearsal(question, manner, places), emit=_unheard)


@dataclass
class Rehearsal:
    """The door of a debate that is only walked through."""

    question: Question
    manner: Manner
    seats: Mapping[str, int]
    """Each seat's place at the table."""
    _prices: dict[str, "tuple[Price | None, bool]"] = field(default_factory=dict[str, "tuple[Price | None, bool]"])

    async def admit(self, calls: Sequence[Call]) -> None:
        """Everything fits."""

    async def complete(self, call: Call) -> Reply:
        """A reply of the asked form, and what it would have used."""
        text = self._text(call)
        if isinstance(call.seat.agent.llm, Spec):
            usage = (await rehearsed(call.seat.agent.llm, asked(call), self.manner)).usage
            return Reply(Completion(kind="ok", text=text), "", call.seat.agent.model, usage=usage)
        used = self._used(call, text)
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
            return json.dumps(said | {key: filler for key in ("reason", "argument") if key in said})
        return f"{filler}\nFinal answer: {self._word(call) or self._answer(call)}\nConfidence: 50%"

    def _word(self, call: Call) -> str | None:
        """What ends the debate, or lets it go on, where one of two words is asked for."""
        asked = _EITHER.search(call.messages[-1].content)
        if asked is None or (asked.groups() == ("yes", "no") and self.question.kind == "bool"):
            return None
        return asked[1] if self.manner.agree else asked[2]

    def _answer(self, call: Call) -> str:
        """The same of everybody, or another of every seat in every turn."""
        number = 0 if self.manner.agree else self.seats.get(call.seat.name, 0) + call.turn
        match self.question.kind:
            case "choice":
                return LETTERS[number % len(self.question.options or LETTERS)]
            case "bool":
                return ("yes", "no")[number % 2]
            case "number" | "math":
                return str(number)
            case "probability":
                return str(number % 100 / 100)
            case "score":
                return str(1 + number % 10)
            case "text":
                return f"answer {number}"

    def _used(self, call: Call, text: str) -> Usage:
        prompt = round(sum(size(message.content) for message in call.messages) / self.manner.bytes_per_token)
        price, free = self._priced(call.seat.agent)
        reply = self._most_billed(call.seat.agent, price)
        cost = 0 if free else None if price is None else price.nano_usd(Spent(prompt, reply))
        return Usage(prompt_tokens=prompt, completion_tokens=reply, cost_nano_usd=cost)

    def _most_shown(self, agent: Agent) -> int:
        return min(self.manner.reply_tokens, agent.max_tokens or self.manner.reply_tokens)

    def _most_billed(self, agent: Agent, price: Price | None) -> int:
        billed = self.manner.thought_tokens if price is not None and price.thinks else self.manner.reply_tokens
        return min(billed, agent.max_tokens or billed)

    def _priced(self, agent: Agent) -> "tuple[Price | None, bool]":
        """The price of the agent's model, and whether it is free."""
        if not isinstance(agent.llm, str):
            return None, True
        if agent.name not in self._prices:
            endpoint = endpoint_of(agent.llm, api_base=agent.api_base, price=agent.price)
            free = endpoint.kind == "sim"
            self._prices[agent.name] = None if free else price_of(endpoint), free
        return self._prices[agent.name]


def _unheard(event: Event) -> None:
    """Nobody watches a rehearsal."""
