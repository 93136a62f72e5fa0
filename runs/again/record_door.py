"""The door of a debate that is held again: nobody is behind it, and only the record answers.

It answers by place, also where what is asked there is not what is on record: that is noted, and
the debate goes on to the end of the wave, so that the first difference is found whatever order
calls come in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from moot.agents.agent import Agent
from moot.agents.llm import LLM
from moot.agents.pool import Pool
from moot.agents.records import FREE, Completion, Request
from moot.protocols.floor.door import Call, CapReached, Late, Reply
from moot.protocols.floor.setting import Setting
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn
from moot.runs.again.prompt_diff import prompt_diff
from moot.runs.again.recorded import Place, Recorded, kept
from moot.runs.again.unclocked import unclocked
from moot.runs.casting import Pooled, Voice
from moot.runs.door import FALLBACK, Door
from moot.runs.holding import voiced
from moot.runs.journal import ANSWERED, Intent, MemoryJournal
from moot.runs.nesting import SLASH, path_of
from moot.runs.policy import Budget
from moot.runs.purse import Purse
from moot.runs.spec import Spec
from moot.runs.underway import STOPPED, CalledOff


async def record_door(record: Recorded, debate: Spec) -> "RecordDoor":
    """The door behind which the record answers for the seats of a debate."""
    cast = await voiced(debate, _silent)
    return RecordDoor(
        debate_id=record.row.id,
        stream=record.row.stream,
        voices=cast.voices,
        fallbacks=cast.fallbacks,
        panels=cast.panels,
        journal=MemoryJournal(),
        purse=Purse(Budget()),
        policy=debate.policy,
        record=record,
    )


@dataclass(kw_only=True)
class RecordDoor(Door):
    """The door of a debate that is held again."""

    record: Recorded
    noted: dict[Place, str] = field(default_factory=dict[Place, str])
    """Where what is asked is not on record: what differs."""
    answered: set[Place] = field(default_factory=set[Place])

    async def admit(self, calls: Sequence[Call]) -> None:
        """Let pass what is on record.

        Raises:
            CapReached: The record ends here, by a cap, or something of an earlier wave was not on record.
            CalledOff: It ends here, by hand.
        """
        if self.noted and not self.path and not any(call.ask for call in calls):
            raise CapReached("not as on record")  # which comparisons after the end know how to take
        absent = [call for call in calls if not self._has(call)]
        if absent and len(absent) == len(calls) and (words := self._cap(again=any(call.ask for call in calls))):
            raise CapReached(words)
        if absent and self.record.result.stopped_by == STOPPED:
            raise CalledOff(STOPPED)
        for call in absent:
            self.noted.setdefault(self._place(call), "the record holds no such call")

    async def complete(self, call: Call) -> Reply:
        """What is on record there; what its turn used comes with its first reply."""
        place = self._place(call)
        turn = self.record.turns.get(place)
        late = turn is not None and turn.reason == "late"
        if late and call.seat.name in self.panels:
            self._cut_off(call, place, turn)
        reply = await super().complete(call)
        if late and reply.completion.kind not in ANSWERED:
            self._cut_off(call, place, turn)
        return replace(reply, usage=self._used(place, turn))

    async def leave(self) -> None:
        """Nothing was admitted."""

    def covers(self, calls: Sequence[Call], rounds: int) -> str:
        """Never: round by round, differences come in the order of the transcript, which is the same."""
        return "it is held again from its record"

    def setting(self, debate: Spec, question: Question) -> Setting:
        """As it is held in a seat, the clock left out."""
        held = self.record.levels.get(self.path, Transcript()).rounds
        return unclocked(debate.setting(question, self.debate_id), held)

    async def _answered(self, intent: Intent, voice: Voice, cut_off: list[Reply]) -> Reply:
        place = intent.key.seat.removesuffix(FALLBACK), intent.key.turn
        turn = self.record.turns.get(place)
        exchange = self.record.exchanges.get(intent.call_id)
        if exchange is not None and exchange.completion is not None:
            return Reply(exchange.completion, intent.call_id, voice.model, attempts=0, cached=True)
        if turn is not None and turn.reason == "late":  # it was cut off before there was an outcome
            return Reply(Completion(kind="late", usage=FREE, requests=0), "", voice.model, attempts=0)
        if turn is not None and turn.reason == "budget" and intent.key.seat.endswith(FALLBACK):
            return Reply(Completion(kind="budget", usage=FREE, requests=0), "", voice.model, attempts=0)
        return self._other(intent, voice, place)

    def _other(self, intent: Intent, voice: Voice, place: Place) -> Reply:
        """What is on record there in answer to something else; that is noted."""
        name = self.record.calls.get(intent.key)
        exchange = None if name is None else self.record.exchanges[name]
        if exchange is None:
            self.noted.setdefault(place, "the record holds no such call")
        elif exchange.messages != intent.request.messages:
            shown = prompt_diff(exchange.messages, intent.request.messages)
            self.noted.setdefault(place, f"its prompt is another one than on record\n{shown}")
        else:
            beside = "its model, sampling or form of reply"
            self.noted.setdefault(place, f"{beside} is another than on record; the prompt is the same")
        said = None if exchange is None else exchange.completion
        lost = Completion(kind="outage", usage=FREE, requests=0, detail="not on record")
        return Reply(said or lost, name or "", voice.model, attempts=0, cached=True)

    def _has(self, call: Call) -> bool:
        """Whether the record tells of that call; of a turn that was cut off, whatever it was about to ask."""
        place = self._place(call)
        turn = self.record.turns.get(place)
        if turn is None or call.ask == 0 or turn.reason == "late":
            return turn is not None
        if call.seat.name in self.panels:
            return path_of(self.path, call) in self.record.levels
        key = self._key(call, call.seat.name)
        return key in self.record.calls or key._replace(seat=key.seat + FALLBACK) in self.record.calls

    def _cap(self, *, again: bool) -> str:
        """Which cap stood in the way here, where one may have.

        One that ended the debate did so when all that is on record was told; one that kept a seat from being asked
        again, at any time.
        """
        if not self.record.result.capped and not self.purse.capped:
            return ""
        begun = () if self.path else kept(self.record.result).turns
        level = ((place, turn) for place, turn in self.record.turns.items() if self._is_ours(place))
        if not again and any(place not in self.answered for place, turn in level if turn.id not in begun):
            return ""
        words = self.record.result.stopped_by
        return words if words.startswith("budget: ") else "budget: reached"

    def _cut_off(self, call: Call, place: Place, turn: Turn | None) -> NoReturn:
        simulated = turn is not None and turn.simulated
        lost = Completion(kind="late", usage=FREE, requests=0, simulated=simulated)
        call.replies.append(Reply(lost, "", call.seat.agent.model, attempts=0, usage=self._used(place, turn)))
        raise Late

    def _used(self, place: Place, turn: Turn | None) -> Tally | None:
        """What the turn used, as rules were told of it then."""
        first = place not in self.answered
        self.answered.add(place)
        return None if turn is None else turn.usage if first else Tally()

    def _place(self, call: Call) -> Place:
        return f"{self.path}{call.seat.name}", call.turn

    def _is_ours(self, place: Place) -> bool:
        """Whether it is one of this debate's own seats, and not one of a debate within or without."""
        return place[0].startswith(self.path) and SLASH not in place[0][len(self.path) :]


class _Nobody:
    """Takes no calls."""

    async def complete(self, request: Request) -> Completion:
        """Never: the record answers."""
        raise AssertionError(request.key)

    def forget(self, keys: Iterable[str]) -> None:
        """There is nothing to forget."""


async def _silent(agent: Agent, llm: str | LLM) -> Voice:
    """The name and address under which an LLM was asked, with nobody there."""
    if isinstance(llm, Pool):
        members = tuple([await _silent(agent, model) for model in llm.models])
        return Pooled(llm.name, _Nobody(), None, None, True, members=members)
    named = isinstance(llm, str)
    return Voice(llm if isinstance(llm, str) else llm.name, _Nobody(), agent.api_base if named else None, None, True)
