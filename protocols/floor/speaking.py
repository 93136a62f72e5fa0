"""One turn: through the door, asked again where the reply cannot be used, and read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

import anyio
from pydantic import JsonValue

from moot.agents.records import Completion, Kind, Message
from moot.protocols.answers import AnswerSpace, Form, place_of, read_confidence, read_fields
from moot.protocols.confidence import likelihood
from moot.protocols.floor.composing import Prompt, instruction
from moot.protocols.floor.door import Call, CapReached, Door, Reply
from moot.protocols.floor.quotes import checked_quotes
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask
from moot.protocols.prompting import Prompts
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Turn, TurnStatus

COMPLETED: frozenset[Kind] = frozenset({"ok", "empty", "refused", "truncated"})
"""Kinds of a call that came to an end at the LLM's side, and count as calls."""
ASKED_AGAIN: frozenset[Kind] = frozenset({"ok", "empty"})
"""Kinds after which asking again may help, where no answer could be read."""


@dataclass(frozen=True, slots=True)
class Task:
    """A turn about to be taken."""

    seat: Seat
    wave: int
    round: int | None
    turn: int
    """How many turns the seat has had before."""
    prompt: Prompt
    ask: Ask
    space: AnswerSpace
    stated_round: int = 0
    """The round its prompt states; a judge's turn belongs to none, yet states the last."""
    stance: str | None = None
    open: bool = False
    """Whether a reply without an answer is fine as it is."""
    foreign: bool = False
    """Whether its answer is none of the debate's: a ballot, a word, a score."""
    question: Question | None = None
    """What it answers, unless that is foreign."""
    document: str | None = None
    """What quotes in its reply are checked against."""
    backed: bool = False
    """Whether another seat takes over where its reply cannot be used."""

    def calls(self, replies: list[Reply]) -> list[Call]:
        """All that it asks before anything is known: the same several times, where it is seen how often an answer
        comes back.

        Args:
            replies: Of the turn so far.
        """
        call = Call(
            self.seat,
            self.prompt.messages,
            self.turn,
            schema=_schema(self.ask),
            question=self.question,
            temperature=self.ask.temperature,
            logprobs=self.ask.logprobs,
            backed=self.backed,
            replies=replies,
        )
        return [call, *(replace(call, sample=number) for number in range(1, self.ask.samples))]


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply as read."""

    answer: str | None
    confidence: float | None = None
    likelihood: float | None = None
    consistency: float | None = None
    fields: dict[str, str] | None = None
    reason: str = ""


async def speak(task: Task, door: Door, prompts: Prompts, reasks: int, replies: list[Reply]) -> Turn:
    """Take the turn: ask, and while no answer can be read ask again, `reasks` times at most.

    Args:
        task: The turn.
        door: Takes the calls.
        prompts: The debate's templates.
        reasks: Further asks.
        replies: Filled as they come, so that they are there where the turn is cut off.
    """

    async def completed(call: Call) -> Reply:
        replies.append(reply := await door.complete(call))
        return reply

    call, *samples = task.calls(replies)
    reply, *drawn = await anyio.amap(completed, [call, *samples]) if samples else [await completed(call)]
    replies[:] = [*drawn, reply]  # in an order of their own, whichever came first
    texts = list[str]()
    while True:
        texts += [reply.completion.text] if reply.completion.text else []
        heard = _read(task, reply.completion)
        done = _serves(task, heard) or reply.completion.kind not in ASKED_AGAIN
        if done or call.ask >= reasks:
            break
        again = replace(call, ask=call.ask + 1, messages=_again(task, prompts, reply.completion))
        try:
            await door.admit([again])
        except CapReached:
            break
        call, reply = again, await completed(again)
    heard = replace(heard, consistency=await _consistency(task, heard, drawn))
    return _turn(task, call, replies, "\n\n".join(texts), heard)


async def _consistency(task: Task, heard: Heard, drawn: Sequence[Reply]) -> float | None:
    """The share of all replies that give the turn's answer; those without an answer count among them."""
    if heard.answer is None or not drawn:
        return None
    others = [_read(task, reply.completion).answer for reply in drawn]
    classes = await task.space.classes([heard.answer, *(answer for answer in others if answer is not None)])
    return classes.count(classes[0]) / (1 + len(others))


def late(task: Task, replies: Sequence[Reply]) -> Turn:
    """The turn of a seat that was still silent at the round's deadline, with what it had used by then."""
    return Turn(
        id=f"{task.wave}:{task.seat.name}",
        wave=task.wave,
        round=task.round,
        seat=task.seat.name,
        role=task.seat.role,
        heard=task.prompt.heard,
        prompt=task.prompt.messages,
        status="failed",
        reason="late",
        stance=task.stance,
        model=task.seat.agent.model,
        simulated=any(reply.completion.simulated for reply in replies),
        calls=tuple(reply.key for reply in replies if reply.key),
        usage=sum((used(reply) for reply in replies), Tally()),
        latency_s=sum(reply.completion.latency_s for reply in replies),
        attempts=sum(reply.attempts for reply in replies),
    )


def _read(task: Task, completion: Completion) -> Heard:
    if completion.kind != "ok":
        return Heard(None, reason=completion.kind)
    if task.ask.fields is None:
        reading = task.space.read(completion.text)
        likely = None if reading.answer is None else _likelihood(task, completion, reading.form)
        return Heard(reading.answer, read_confidence(completion.text), likely, reason=reading.reason)
    fields = read_fields(completion.text, tuple(task.ask.fields))
    if fields is None or (task.ask.public is not None and task.ask.public not in fields):
        return Heard(None, reason="unparsed")
    if "answer" not in task.ask.fields and task.stance is not None:
        return Heard(task.stance, fields=fields)
    given = fields.get("answer", "").strip()
    answer = task.space.read(f"Final answer: {given}").answer if given else None
    return Heard(answer, likelihood=None if answer is None else _likelihood(task, completion, "json"), fields=fields)


def _likelihood(task: Task, completion: Completion, form: Form) -> float | None:
    """The probability of the tokens of the answer, where they are told."""
    if not completion.logprobs:
        return None
    spelled = "".join(text for text, _ in completion.logprobs)
    place = place_of(completion.text, form, strict=task.space.strict, within=spelled)
    return None if place is None else likelihood(completion.logprobs, *place)


def _serves(task: Task, heard: Heard) -> bool:
    """Whether a reply is what was asked for: an answer, the fields where no answer is among them, or just words."""
    filled = heard.fields is not None and "answer" not in (task.ask.fields or ())
    return heard.answer is not None or filled or task.open


def _again(task: Task, prompts: Prompts, unusable: Completion) -> tuple[Message, ...]:
    """The prompt with the unusable reply and a request for the answer alone; the same prompt after silence."""
    messages = task.prompt.messages
    if not unusable.text:
        return messages
    request = instruction(prompts, "reask", task.ask, task.space, task.stated_round)
    return (
        *messages,
        Message(role="assistant", content=unusable.text),
        Message(role="user", content=request),
    )


def _turn(task: Task, call: Call, replies: list[Reply], text: str, heard: Heard) -> Turn:
    last = replies[-1]
    status, reason = _status(task, last.completion, heard)
    # A record remembers which fields it was given, and from 19 on that takes more room than a short turn.
    rare: dict[str, Any] = {"fields": heard.fields, "public": _public(task, heard, text)}
    rare |= {"consistency": heard.consistency, "likelihood": heard.likelihood}
    rare |= {"reason": reason, "stance": task.stance, "inner": tuple(turn for reply in replies for turn in reply.inner)}
    return Turn(
        id=f"{task.wave}:{task.seat.name}",
        wave=task.wave,
        round=task.round,
        seat=task.seat.name,
        role=task.seat.role,
        heard=task.prompt.heard,
        prompt=call.messages,
        text=text,
        answer=heard.answer,
        vote=heard.answer,
        confidence=heard.confidence,
        status=status,
        model=last.model,
        simulated=last.completion.simulated,
        calls=tuple(reply.key for reply in replies if reply.key),
        usage=reduce(add, map(used, replies)),
        latency_s=sum(reply.completion.latency_s for reply in replies),
        attempts=sum(reply.attempts for reply in replies),
        **{name: value for name, value in rare.items() if value is not None and value not in ("", ())},
    )


def _public(task: Task, heard: Heard, text: str) -> str | None:
    """What others are shown, where it is a field of the reply or has quotes that were checked."""
    shown = text if task.ask.public is None else (heard.fields or {}).get(task.ask.public, "")
    if task.document is not None:
        shown = checked_quotes(shown, task.document)
    if task.ask.public is not None:  # whoever reads it is told what it argues for, and no private thought
        return f"{shown}\nFinal answer: {heard.answer}" if heard.answer is not None else shown or "(nothing)"
    return None if task.document is None else shown


def _status(task: Task, completion: Completion, heard: Heard) -> tuple[TurnStatus, str]:
    if completion.kind == "ok":
        return ("ok", "") if _serves(task, heard) else ("unparsed", heard.reason or "unparsed")
    if completion.kind == "truncated" and completion.text:
        return "unparsed", "truncated"
    return ("refused", "refused") if completion.kind == "refused" else ("failed", completion.kind)


def used(reply: Reply) -> Tally:
    """What a call used, its failed attempts included."""
    if reply.usage is not None:
        return reply.usage
    usage, wasted = reply.completion.usage, reply.wasted_nano_usd
    known = usage.cost_nano_usd is not None and wasted is not None
    return Tally(
        calls=int(reply.completion.kind in COMPLETED),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cached_calls=int(reply.cached),
        cost_nano_usd=(usage.cost_nano_usd or 0) + (wasted or 0) if known else None,
    )


def _schema(ask: Ask) -> dict[str, JsonValue] | None:
    if ask.fields is None:
        return None
    return {
        "type": "object",
        "properties": {key: {"type": "string", "description": meaning} for key, meaning in ask.fields.items()},
        "required": list(ask.fields),
        "additionalProperties": False,
    }
