"""The one door from a debate to the world: remembered, reserved, retried.

A call is looked up in the journal first. What is not known is reserved and put down as an intent,
sent to its LLM actor for exactly one attempt, settled and recorded, and only then told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import anyio

from moot.agents.asking import Whose, speaking_for
from moot.agents.records import FREE, TRANSIENT, Completion, Request
from moot.logs import about, say
from moot.protocols.floor.door import Call, CapReached, Reply
from moot.protocols.floor.setting import Setting
from moot.protocols.floor.speaking import used
from moot.protocols.question import Question
from moot.protocols.tally import NOTHING, Tally
from moot.runs.casting import Voice
from moot.runs.journal import ANSWERED, CallKey, Intent, Notes, call_id, request_hash
from moot.runs.policy import Policy
from moot.runs.purse import Purse, Worst, certain
from moot.runs.seeds import call_seed, jitter
from moot.runs.spec import Spec
from moot.runs.underway import Reins

PAUSE_S = 0.5
"""Before the first retry; doubled for each further one, half of it by jitter."""
LONGEST_PAUSE_S = 30.0
PATIENCE = 3
"""How much oftener than after a failure a call that came too soon is tried again: it is not billed, its model works."""
FALLBACK = "~fallback"
"""Ends the name of a seat in the keys of calls that its fallback model takes."""


class Seated(Protocol):
    """A debate that sits in a seat."""

    async def reply(self, door: "Door", call: Call) -> Reply:
        """What it says, by calls of its own through that door's journal and purse."""
        ...


@dataclass
class Door:
    """The door of one debate."""

    debate_id: str
    stream: str
    voices: Mapping[str, Voice]
    """By seat."""
    fallbacks: Mapping[str, Voice]
    journal: Notes
    purse: Purse
    policy: Policy
    panels: Mapping[str, Seated] = field(default_factory=dict[str, Seated])
    """Debates in seats; their calls are admitted wave by wave, as they come."""
    reins: Reins | None = None
    """By which a person may hold the debate back."""
    path: str = ""
    """Of the seat in which this debate sits, before the names of its own seats in the keys of calls."""
    used: Tally = field(default=NOTHING, init=False)
    """By all attempts so far, those of debates in seats included."""
    sent: int = field(default=0, init=False)
    """How many attempts that were."""
    _admitted: dict[CallKey, tuple[Intent, Worst]] = field(
        default_factory=dict[CallKey, tuple[Intent, Worst]], init=False
    )

    async def admit(self, calls: Sequence[Call]) -> None:
        """Reserve and put down every call of a wave that the journal does not know.

        Raises:
            CapReached: A cap does not allow them all.
        """
        if self.reins is not None and not self.path and not any(call.ask for call in calls):
            await self.reins.ready()  # a wave; what is asked again, or in a seat, is in flight
        fresh: list[tuple[Intent, Worst]] = []
        for call in calls:
            if call.seat.name in self.panels:
                continue
            voice = self._voice(call)
            intent = self._intent(call, voice, call.seat.name)
            if self.journal.recall(self.debate_id, intent.key, intent.request_hash) is not None:
                continue
            fresh.append((intent, voice.worst(call.messages)))
        await self.purse.reserve([worst for _, worst in fresh])
        if fresh:
            with anyio.CancelScope(shield=True):  # what is on record as under way has to be settled, so known here
                await self.journal.intend([intent for intent, _ in fresh])
        self._admitted.update((intent.key, (intent, worst)) for intent, worst in fresh)

    async def complete(self, call: Call) -> Reply:
        """The reply to an admitted call: from the journal, or after as many attempts as the policy allows."""
        seat = call.seat.name
        if seat in self.panels:
            return await self.panels[seat].reply(self, call)
        voice = self._voice(call)
        admitted = self._admitted.get(self._key(call, seat))
        intent = self._intent(call, voice, seat) if admitted is None else admitted[0]
        with about(call=intent.call_id):
            reply = await self._answered(intent, voice, call.replies)
        second = self.fallbacks.get(seat)
        if second is None or reply.completion.kind in ANSWERED:
            return reply
        say("call.handed_over", "warning", call=intent.call_id, model=voice.model, fallback=second.model)
        intent = self._intent(call, second, seat + FALLBACK)
        try:
            with about(call=intent.call_id):
                later = await self._answered(intent, second, call.replies)
        except anyio.get_cancelled_exc_class():
            call.replies.append(reply)
            raise
        if not later.key:  # a cap forbade it, so nothing of it is on record; the books are those of the failure
            told = replace(reply.completion, kind=later.completion.kind, detail=later.completion.detail)
            return replace(reply, completion=told, model=later.model)
        wasted = _sum([reply.wasted_nano_usd, reply.completion.usage.cost_nano_usd, later.wasted_nano_usd])
        return replace(later, attempts=reply.attempts + later.attempts, wasted_nano_usd=wasted)

    async def leave(self) -> None:
        """Put down as unsent whatever was admitted and never asked, for the debate was stopped before."""
        admitted, self._admitted = list(self._admitted.values()), {}
        with anyio.CancelScope(shield=True):
            for intent, worst in admitted:
                unsent = Completion(kind="cancelled", usage=FREE, requests=0, detail="not sent")
                await self.journal.settle(intent, unsent)
                self.purse.settle(worst, FREE, known=True)

    def setting(self, debate: Spec, question: Question) -> Setting:
        """What a debate behind this door is held with."""
        return debate.setting(question, self.debate_id)

    def covers(self, calls: Sequence[Call], rounds: int) -> str:
        """Whether the caps allow that many such waves with every retry and re-ask: empty if so, else why not."""
        if self.panels and self.purse.capped:
            return "under a cap, a debate in a seat is held wave by wave"
        if self.purse.by_wave:
            return "caps on money, tokens and minutes are kept wave by wave"
        each = rounds * (1 + self.policy.reasks) * (1 + self.policy.retries * (1 + PATIENCE))
        return self.purse.covers([Worst(0, 0)] * (len(calls) * each))

    async def _answered(self, intent: Intent, voice: Voice, cut_off: list[Reply]) -> Reply:
        known = self.journal.recall(self.debate_id, intent.key, intent.request_hash)
        if known is not None:
            voice.host.forget([intent.call_id])  # whoever was to say so may have died first
            say("call.recalled", "debug", model=voice.model)
            return Reply(known, intent.call_id, voice.model, attempts=0, cached=True)
        made, in_journal = list[Completion](), intent.key in self._admitted
        while True:
            try:
                await self._attempt(replace(intent, attempt=len(made)) if made else intent, voice, made)
                if not self._worth_another(made):
                    break
                pause_s = self._pause(intent, made[-1], len(made) - 1)
                say("call.retried", after=len(made), kind=made[-1].kind, pause_s=round(pause_s, 3))
                await anyio.sleep(pause_s)
            except CapReached as cap:  # then the last failure stands, where there was one
                if not made:  # nothing of it is in the journal
                    unsent = Completion(kind="budget", usage=FREE, requests=0, detail=cap.words)
                    return replace(_reply(intent, voice, [unsent]), key="")
                break
            except anyio.get_cancelled_exc_class():
                reply = _reply(intent, voice, made)
                cut_off.append(reply if made or in_journal else replace(reply, key=""))
                raise
        return _reply(intent, voice, made)

    async def _attempt(self, intent: Intent, voice: Voice, made: list[Completion]) -> None:
        """Make an attempt and put its outcome down, also where it is cut off."""
        admitted = self._admitted.pop(intent.key, None)
        worst = voice.worst(intent.request.messages) if admitted is None else admitted[1]
        if admitted is None:
            await self.purse.reserve([worst])
            with anyio.CancelScope(shield=True):
                await self.journal.intend([intent])
        speaking_for.set(Whose(self.debate_id, intent.key.seat))
        say("call.sent", "debug", model=voice.model, attempt=intent.attempt)
        try:
            completion = await voice.host.complete(intent.request)
        except anyio.get_cancelled_exc_class():
            usage = voice.in_doubt(intent.request.messages)
            made.append(Completion(kind="cancelled", usage=usage, requests=None))
            with anyio.CancelScope(shield=True):
                await self._settle(intent, worst, made[-1], voice)
            raise
        made.append(completion)
        # A settled outcome is recorded even where the debate is being cancelled: it may have been paid.
        with anyio.CancelScope(shield=True):
            await self._settle(intent, worst, completion, voice)

    async def _settle(self, intent: Intent, worst: Worst, completion: Completion, voice: Voice) -> None:
        await self.journal.settle(intent, completion)
        _told(intent, completion, voice)
        self.purse.settle(worst, completion.usage, known=certain(completion.kind, completion.usage))
        self.sent += completion.went_out
        self.used += used(Reply(completion, intent.call_id, voice.model))
        voice.host.forget([intent.call_id])

    def _worth_another(self, made: Sequence[Completion]) -> bool:
        last, sent = made[-1], [one.kind for one in made if one.went_out]
        busy, retries = sent.count("rate_limited"), self.policy.retries
        if last.kind not in TRANSIENT or (last.kind == "crashed" and self.policy.in_doubt != "resend"):
            return False
        if not last.went_out:  # a breaker that is open for a moment must not use up the retries
            return len(made) - len(sent) <= retries
        if last.kind == "rate_limited":
            return busy <= PATIENCE * retries
        most = 1 if last.kind == "unreadable" else retries  # such a reply was billed
        return len(sent) - busy <= min(most, retries)

    def _pause(self, intent: Intent, completion: Completion, attempt: int) -> float:
        doubled = 0 if completion.kind == "rate_limited" else attempt  # the pacer slows down by itself
        pause: float = min(PAUSE_S * 2**doubled, LONGEST_PAUSE_S) * (0.5 + jitter(intent.call_id, attempt) / 2)
        return max(pause, min(completion.retry_after_s or 0.0, LONGEST_PAUSE_S))

    def _voice(self, call: Call) -> Voice:
        """Who takes the call; of a pool one that is drawn by the call's place, so that it is drawn again on resume."""
        seat = call.seat.name
        return self.voices[seat].drawn(call_seed(*self._key(call, seat)) >> 8)

    def _key(self, call: Call, seat: str) -> CallKey:
        return CallKey(self.stream, self.path + seat, call.turn, call.sample, call.ask)

    def _intent(self, call: Call, voice: Voice, seat: str) -> Intent:
        agent = call.seat.agent
        key = self._key(call, seat)
        request = Request(
            key="",
            model=voice.model,
            messages=call.messages,
            seed=call_seed(*key),
            temperature=agent.temperature if call.temperature is None else call.temperature,
            top_p=agent.top_p,
            max_tokens=agent.max_tokens,
            reply_schema=call.schema,
            logprobs=call.logprobs,
            turn=call.turn,
            timeout_s=max(self.policy.timeout_s, voice.timeout_s or 0.0),
            extra=dict(agent.extra),
        )
        digest = request_hash(request, voice.api_base)
        named = replace(request, key=call_id(key, digest))
        reserved = voice.worst(call.messages).nano_usd or 0
        return Intent(key, self.debate_id, named, digest, attempt=0, reserved_nano_usd=reserved)


def _reply(intent: Intent, voice: Voice, made: Sequence[Completion]) -> Reply:
    """What the attempts at a call came to; the last one is its outcome."""
    *failed, last = made or [Completion(kind="late", usage=FREE, requests=0)]
    wasted = _sum([completion.usage.cost_nano_usd for completion in failed])
    return Reply(
        last,
        intent.call_id,
        voice.model,
        attempts=sum(completion.went_out for completion in made),
        cached=bool(last.source),
        wasted_nano_usd=wasted,
    )


def _told(intent: Intent, completion: Completion, voice: Voice) -> None:
    """Tell the log how an attempt ended."""
    answered = completion.kind in ANSWERED
    say(
        "call.ended" if answered else "call.failed",
        "debug" if answered else "warning",
        model=voice.model,
        attempt=intent.attempt,
        kind=completion.kind,
        status=completion.status,
        requests=completion.requests,
        tokens=completion.usage.prompt_tokens + completion.usage.completion_tokens,
        nano_usd=completion.usage.cost_nano_usd,
        s=round(completion.latency_s, 3),
        retry_after_s=completion.retry_after_s,
        why=completion.detail or None,
    )


def _sum(costs: Sequence[int | None]) -> int | None:
    return None if None in costs else sum(cost or 0 for cost in costs)
