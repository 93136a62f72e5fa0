"""A debate in a seat of another: its turns go through the outer debate's journal and purse, under the seat's path."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import anyio

from moot.agents.records import FREE, Completion, Kind
from moot.logs import about
from moot.protocols.floor.door import Call, Reply
from moot.protocols.question import Question
from moot.runs.casting import Voice
from moot.runs.conduct import conduct
from moot.runs.door import FALLBACK, Door
from moot.runs.purse import Purse
from moot.runs.result import Result
from moot.runs.seeds import call_seed
from moot.runs.spec import Spec

SLASH = "/"
"""Between the seat and the seats of the debate that sits there; no agent's name holds one."""
_KINDS: Mapping[str, Kind] = {"undecided": "refused", "failed": "outage"}


@dataclass(frozen=True)
class Cast:
    """Who takes the calls of each seat."""

    voices: Mapping[str, Voice]
    fallbacks: Mapping[str, Voice]
    panels: "Mapping[str, Panel]" = field(default_factory=dict[str, "Panel"])
    """Of seats in which a debate sits."""

    def of(self, seat: str) -> Voice:
        """Who takes the calls that the journal keeps under that seat."""
        outer, slash, inner = seat.partition(SLASH)
        if slash:
            return self.panels[outer].cast.of(inner.partition(SLASH)[2])
        return self.fallbacks[seat.removesuffix(FALLBACK)] if seat.endswith(FALLBACK) else self.voices[seat]


@dataclass(frozen=True)
class Panel:
    """A debate that sits in a seat, with those who take its calls."""

    debate: Spec
    cast: Cast

    async def reply(self, door: Door, call: Call) -> Reply:
        """Hold the debate over what the seat was asked; its own caps hold beside the outer ones."""
        inner = replace(
            door,
            voices=self.cast.voices,
            fallbacks=self.cast.fallbacks,
            panels=self.cast.panels,
            purse=Purse(self.debate.budget, within=door.purse),
            policy=self.debate.policy,
            path=path_of(door.path, call),
        )
        seeded = self.debate.with_seed(call_seed(inner.stream, inner.path, 0, 0, 0) >> 31)
        try:
            question = asked(call)
            setting = inner.setting(seeded, question)
            with about(within=inner.path):
                result = await conduct(seeded, question, inner.debate_id, inner, within=True, setting=setting)
        except anyio.get_cancelled_exc_class():
            late = Completion(kind="late", usage=FREE, requests=0)
            call.replies.append(Reply(late, "", call.seat.agent.model, attempts=inner.sent, usage=inner.used))
            raise
        finally:
            await inner.leave()
            door.used, door.sent = door.used + inner.used, door.sent + inner.sent
        return Reply(
            completion=spoken(result),
            key="",
            model=call.seat.agent.model,
            attempts=sum(turn.attempts for turn in result.turns),
            inner=result.turns,
            usage=replace(result.usage, wall_s=0.0),
        )


def path_of(path: str, call: Call) -> str:
    """The path of the debate that is held in the call's seat to answer it, below that path."""
    step = f"{call.turn}.{call.ask}.{call.sample}" if call.sample else f"{call.turn}.{call.ask}"
    return f"{path}{call.seat.name}{SLASH}{step}{SLASH}"


def asked(call: Call) -> Question:
    """What a debate in a seat debates: the outer question with what was said, or else the whole prompt.

    A reply that is no answer to the question, such as a ballot, is debated as a text.
    """
    said = "\n\n".join(message.content for message in call.messages if message.role != "system")
    if call.question is None:
        return Question(said)
    if call.turn == 0 and "<message" not in said:
        return call.question
    context = "\n\n".join([*([call.question.context] if call.question.context else []), said])
    return call.question.model_copy(update={"context": context})


def spoken(result: Result) -> Completion:
    """The debate's answer, in the words of the last debater who gave it."""
    if result.answer is None:
        kind: Kind = "budget" if result.capped else _KINDS[result.status]
        detail = f"the debate in the seat ended {result.status}"
        return Completion(kind=kind, text=detail, usage=FREE, requests=None, simulated=result.simulated)
    backing = next((turn.said for turn in reversed(result.turns) if turn.vote == result.answer), "")
    text = f"{backing}\n\nFinal answer: {result.answer}".strip()
    return Completion(kind="ok", text=text, usage=FREE, requests=None, simulated=result.simulated)
