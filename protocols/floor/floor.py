"""The floor: all that a protocol may do.

A protocol schedules turns (`everyone`, `speak`) round by round (`rounds`) and ends in a decision
(`decide`). Every prompt of a wave is built from what was said before the wave, whatever order
replies arrive in.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Literal

import anyio
from anyio.abc import TaskGroup

from moot.protocols.answers import AnswerSpace, worded
from moot.protocols.decide import Decision
from moot.protocols.events import Event, Judged, RoundStarted, Stopped, TurnEnded, TurnStarted
from moot.protocols.floor.composing import compose
from moot.protocols.floor.door import Door, Halt, QuorumLost, Reply
from moot.protocols.floor.freely import Freely, why_not_free
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.setting import Setting
from moot.protocols.floor.speaking import Task, late, speak
from moot.protocols.floor.table import Table
from moot.protocols.floor.view import Ask, View, update
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn

Pace = Literal["round", "free"]
"""round: a wave starts when the one before it is over. free: a turn starts when those it hears,
and its own seat, are done; the transcript is the same, stragglers delay only who hears them."""


class Floor:
    """All that a protocol may do."""

    def __init__(self, setting: Setting, door: Door, emit: Callable[[Event], None], group: TaskGroup) -> None:
        """Open the floor.

        Args:
            setting: What the debate is held with.
            door: The one door to the world.
            emit: Told of everything that happens.
            group: Holds the turns of a free pace.
        """
        self.setting = setting
        self.stopped_by = ""
        self.notes: list[str] = []
        self._door, self._emit = door, emit
        self._places = {seat.name: place for place, seat in enumerate(setting.debaters)}
        self._table = Table(tuple(self._places), setting.space)
        self._started = anyio.current_time()
        self._round, self._wave = 0, 0
        self._turns_of: dict[str, int] = {}
        self._freely = Freely(group)

    @property
    def question(self) -> Question:
        """What is debated."""
        return self.setting.question

    @property
    def debaters(self) -> tuple[Seat, ...]:
        """Who debates, in seat order."""
        return self.setting.debaters

    @property
    def judge(self) -> Seat:
        """Who judges.

        Raises:
            Halt: Nobody was seated as judge.
        """
        if self.setting.judge is None:
            raise Halt("no judge is seated")
        return self.setting.judge

    @property
    def at_s(self) -> float:
        """Seconds since the debate started."""
        return anyio.current_time() - self._started

    async def rounds(self, limit: int, *, pace: Pace = "round") -> AsyncIterator[int]:
        """The rounds, from 0, until the limit is reached or a stop rule fires; which one is recorded.

        Args:
            limit: Most rounds, the first independent one included; at least 1.
            pace: `free` holds only where stop rules count rounds, the graph depends on the
                round alone and the caps cover the worst case; else the debate goes by round and
                a note says why.
        """
        if pace == "free":
            limit, hindrance = why_not_free(self.setting, self._door, limit)
            self._freely.on = not hindrance
            self.notes += [f"paced by round: {hindrance}"] if hindrance else []
        for number in range(limit):
            self._round = number
            self._emit(RoundStarted(debate_id=self.setting.debate_id, at_s=self.at_s, round=number))
            yield number
            if not self._freely.on and (words := await self._after_round(last=number + 1 == limit)):
                self.stop(words)
                return
        await self.transcript()
        self.stop(f"rounds: {limit} held")

    async def everyone(self, *, view: View = View(), ask: Ask | None = None) -> None:  # noqa: B008  (View is frozen)
        """Every debater speaks once, all at the same time."""
        wave, number, asked = self._next_wave(), self._round, ask or update()
        if self._freely.on:
            for seat in self.debaters:
                hears = [peer.name for peer, _ in self._hears(seat, number)]
                self._freely.start(seat.name, hears, wave, partial(self._in_time, seat, wave, number, view, asked))
            return
        tasks = [self._task(seat, wave, number, view, asked) for seat in self.debaters]
        await self._take(tasks)

    async def speak(
        self,
        seat: Seat,
        *,
        view: View = View(),  # noqa: B008
        ask: Ask | None = None,
        hears: Sequence[Seat] | None = None,
        role: str | None = None,
        stance: str | None = None,
        aside: bool = False,
    ) -> Turn:
        """One seat speaks, in a wave of its own.

        Args:
            seat: Who speaks.
            view: What it is shown.
            ask: What it is told to do.
            hears: Whom it hears; None follows the graph.
            role: What it speaks as.
            stance: The answer it must defend.
            aside: The turn belongs to no round, and needs no answer.
        """
        await self._caught_up()
        speaker = replace(seat, role=role or seat.role)
        heard = None if hears is None else [(peer, None) for peer in hears]
        number = None if aside else self._round
        task = self._task(speaker, self._next_wave(), number, view, ask or update(), heard, stance)
        return (await self._take([replace(task, open=aside)]))[0]

    async def ask_judge(self, template: str, *, options: Sequence[str] = (), words: Sequence[str] = ()) -> Turn:
        """One turn of the judge, who reads each debater's last reply.

        Options and words are listed beside the question and not put as another one, so that the
        letters of quoted replies mean what they meant in the debate.

        Args:
            template: The prompt template.
            options: Answers of the debate to choose among; empty leaves the judge as free as the debaters.
            words: What to say instead of an answer, such as `stop` or `continue`.
        """
        judge = self.judge
        await self.transcript()
        space = self.setting.space
        space = worded(words) if words else space.among(options) if options else space
        ask = Ask(first=template, later=template, among=(*options, *words))
        heard = [(peer, None) for peer in self.debaters]
        view = View(own="none")
        task = self._task(judge, self._next_wave(), None, view, ask, heard, space=space)
        raw = (await self._take([task]))[0]
        turn = (await self.transcript()).turn(raw.id) or raw  # its vote in the form that its equals have
        self._emit(Judged(debate_id=self.setting.debate_id, at_s=self.at_s, turn=turn))
        return turn

    async def transcript(self) -> Transcript:
        """Everything said so far; waits for every turn that is scheduled.

        Raises:
            QuorumLost: A round has too few usable replies.
        """
        await self._caught_up()
        return await self._table.settled()

    async def said(self) -> Transcript:
        """Everything said so far, whatever became of it."""
        return await self._table.settled()

    async def standing(self) -> Standing:
        """How the debate stands, for rules."""
        transcript = await self.transcript()
        return Standing(
            question=self.question,
            seats=tuple(seat.name for seat in self.debaters),
            transcript=transcript,
            hub=self.setting.hub,
            usage=self.usage,
            elapsed_s=self.at_s,
            seed=self.setting.seed,
        )

    @property
    def usage(self) -> Tally:
        """What all turns so far have used."""
        return self._table.usage

    def stop(self, words: str) -> None:
        """Record why the debate ended, in the rule's own words; the first reason stands."""
        if not self.stopped_by:
            self.stopped_by = words
            self._emit(Stopped(debate_id=self.setting.debate_id, at_s=self.at_s, words=words))

    async def decide(self, rule: Decision) -> Outcome:
        """The outcome by this rule, or by the one the debate was given instead."""
        return await (self.setting.decide or rule).decide(self)

    async def _after_round(self, *, last: bool) -> str | None:
        rule = self.setting.stop
        if rule is None:
            await self._caught_up()
            return None
        return rule.test(await self.standing()) if last else await rule.fires(self)

    async def _caught_up(self) -> None:
        """Wait for every turn that is scheduled, and see that every whole round has its quorum."""
        await self._freely.finished()
        for number, (turns, present) in sorted(self._table.attendance.items()):
            if turns < len(self.debaters):
                continue  # not a whole round: sides that speak in turn, or a round under way
            if present < self.setting.quorum:
                words = f"quorum: {present} of {turns} debaters gave a usable reply in round {number}"
                raise QuorumLost(f"{words}, {self.setting.quorum} are needed", number)

    def _next_wave(self) -> int:
        self._wave += 1
        return self._wave - 1

    def _hears(self, seat: Seat, number: int) -> list[tuple[Seat, float | None]]:
        place, graph = self._places[seat.name], self.setting.topology.round(number)
        peers = [self.debaters[peer] for peer in graph.heard_by(place)]
        return list(zip(peers, graph.weights(place), strict=True))

    def _task(  # noqa: PLR0917
        self,
        seat: Seat,
        wave: int,
        number: int | None,
        view: View,
        ask: Ask,
        hears: Sequence[tuple[Seat, float | None]] | None = None,
        stance: str | None = None,
        space: AnswerSpace | None = None,
    ) -> Task:
        asked = replace(ask, confidence=True) if self.setting.confidence and number is not None else ask
        peers = self._hears(seat, self._round) if hears is None else hears
        past = self._table.past(seat, peers, before=wave, stance=stance)
        space = space or self.setting.space
        stated = self._round if number is None else number
        prompt = compose(self.setting.prompts, self.question, space, seat, view, asked, past, stated)
        turn = self._turns_of.get(seat.name, 0)
        self._turns_of[seat.name] = turn + 1
        return Task(seat, wave, number, turn, prompt, asked, space, stated, stance)

    async def _in_time(self, seat: Seat, wave: int, number: int, view: View, ask: Ask) -> None:
        """A turn of a free pace: its prompt is made when those it hears are done."""
        await self._take([self._task(seat, wave, number, view, ask)])

    async def _take(self, tasks: Sequence[Task]) -> list[Turn]:
        await self._door.admit([task.call for task in tasks])
        turns = await anyio.amap(self._turn, tasks)
        for turn in turns:
            self._table.add(turn)
        return turns

    async def _turn(self, task: Task) -> Turn:
        started = TurnStarted(
            debate_id=self.setting.debate_id,
            at_s=self.at_s,
            wave=task.wave,
            round=task.round,
            seat=task.seat.name,
            heard=task.prompt.heard,
        )
        self._emit(started)
        turn: Turn | None = None
        replies = list[Reply]()
        deadline_s = self.setting.round_deadline_s
        with nullcontext() if deadline_s is None else anyio.move_on_after(deadline_s):
            turn = await speak(task, self._door, self.setting.prompts, self.setting.reasks, replies)
        turn = turn or late(task, replies)
        self._emit(TurnEnded(debate_id=self.setting.debate_id, at_s=self.at_s, turn=turn))
        return turn
