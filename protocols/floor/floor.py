"""The floor: all that a protocol may do.

A protocol schedules turns (`everyone`, `speak`) round by round (`rounds`) and ends in a decision
(`decide`). Every prompt of a wave is built from what was said before the wave, whatever order
replies arrive in.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import anyio
from anyio.abc import TaskGroup

from moot.protocols.answers import AnswerSpace, worded
from moot.protocols.ballots import Ballot, BallotForm, ballot_of, ballot_space
from moot.protocols.decide import Decision
from moot.protocols.events import Event, Judged, Rewired, RoundStarted, Stopped
from moot.protocols.floor.comparing import Comparer
from moot.protocols.floor.door import Door, Halt, QuorumLost
from moot.protocols.floor.freely import Freely, why_not_free
from moot.protocols.floor.part import Copied, Part, Rested
from moot.protocols.floor.rounds import Rounds
from moot.protocols.floor.seats import JUDGE, Barred, Seat, unbarred
from moot.protocols.floor.setting import Setting
from moot.protocols.floor.table import Table
from moot.protocols.floor.view import Ask, View, always, update
from moot.protocols.floor.waves import Waves
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.stop import Stop
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
        self.stopped_by = ""
        self.notes: list[str] = []
        self._door, self._emit = door, emit
        compares, names = setting.comparer, [seat.name for seat in setting.debaters]
        self._comparer: Comparer | None = None
        if compares is not None:
            self._comparer = Comparer(compares, setting.space, self._compared, self.notes.append)
            setting = replace(setting, space=self._comparer.space)
        self.setting = setting
        self._table = Table(names, setting.space, None if self._comparer is None else self._comparer.settle)
        self._started = anyio.current_time()
        self._round, self._wave = 0, 0
        self._waves = Waves(setting, door, emit, self._table, lambda: self.at_s)
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
    def judges(self) -> tuple[Seat, ...]:
        """Who judges, and who takes over in turn."""
        return self.setting.judges

    def others(self, seat: Seat) -> tuple[Seat, ...]:
        """All debaters but this one, whatever the graph says."""
        return tuple(peer for peer in self.debaters if peer.name != seat.name)

    def hears(self, seat: Seat) -> tuple[Seat, ...]:
        """Whom this debater hears by the graph in the round under way, in seat order."""
        return tuple(peer for peer, _ in self._waves.hears(seat, self._round))

    @property
    def at_s(self) -> float:
        """Seconds since the debate started."""
        return anyio.current_time() - self._started

    def rounds(self, limit: int, *, until: Stop | None = None, pace: Pace = "round") -> AsyncIterator[int]:
        """The rounds, from 0, until the limit is reached or a stop rule fires; which one is recorded.

        Args:
            limit: Most rounds, the first independent one included; at least 1.
            until: The protocol's own stop rule, asked before the debate's.
            pace: `free` holds only where stop rules count rounds, the graph depends on the
                round alone and the caps cover the worst case; else the debate goes by round and
                a note says why.
        """
        if pace == "free":
            limit, hindrance = why_not_free(self.setting, self._door, limit, until)
            self._freely.on = not hindrance
            self.notes += [f"paced by round: {hindrance}"] if hindrance else []
        return Rounds(partial(self._begun, limit=limit, until=until))

    async def everyone(self, *, view: View = View(), ask: Ask | None = None) -> None:  # noqa: B008  (View is frozen)
        """Every debater speaks once, all at the same time."""
        parts = [Part(seat, view, ask or update()) for seat in self.debaters]
        if not self._freely.on:
            await self.together(parts)
            return
        wave, number = self._next_wave(), self._round
        for part in parts:
            heard = [peer for peer, _ in self._waves.hears(part.seat, number)]
            hears = [peer.name for peer in (self.others(part.seat) if view.beyond else heard)]
            self._freely.start(part.seat.name, hears, wave, partial(self._waves.take, [part], wave, number))

    async def together(self, parts: Sequence[Part | Copied | Rested]) -> list[Turn]:
        """One wave: all of these at the same time, each shown what was said before.

        Args:
            parts: At most one of each seat.

        Returns:
            Their turns, in the order of the parts.
        """
        await self._caught_up()
        if due := self._waves.due(parts, self._wave, self._round):
            wave, self._wave = self._wave, self._wave + len(due)
            await self._waves.sum_up(due, wave, self._round)
        turns = await self._waves.take(parts, self._next_wave(), self._round)
        if self._comparer is not None:  # so that from now on keys say which answers are the same
            await self._table.settled()
        return turns

    async def speak(
        self,
        seat: Seat,
        *,
        view: View = View(),  # noqa: B008
        ask: Ask | None = None,
        hears: Sequence[Seat] | None = None,
        reads: Sequence[Turn] | None = None,
        role: str | None = None,
        stance: str | None = None,
        aside: bool = False,
        open: bool | None = None,
        space: AnswerSpace | None = None,
        question: Question | None = None,
    ) -> Turn:
        """One seat speaks, in a wave of its own; the judge with its backups. For the arguments see `Part`."""
        part = Part(seat, view, ask or update(), hears, reads, role, stance, aside, open, space, question)
        return await self._ruled(part) if seat.name == JUDGE else (await self.together([part]))[0]

    async def ballots(self, form: BallotForm, candidates: Sequence[str]) -> dict[str, Ballot]:
        """Every debater votes on the candidates, all at the same time, having read everybody's last reply.

        Args:
            form: What a ballot is: a ranking, approvals or points.
            candidates: Answers of the debate.

        Returns:
            By seat; those whose ballot cannot be read are absent.
        """
        space = ballot_space(form, candidates, self.setting.space)
        ask = Ask(first=f"ballot_{form}", later=f"ballot_{form}", among=tuple(candidates))
        cast = await self.together(
            [
                Part(seat, ask=ask, hears=self.others(seat), aside=True, open=False, space=space)
                for seat in self.debaters
            ]
        )
        return {turn.seat: ballot_of(form, turn.answer) for turn in cast if turn.answer is not None}

    async def ask_judge(
        self,
        template: str | Ask,
        *,
        options: Sequence[str] = (),
        words: Sequence[str] = (),
        view: View = View(own="none"),  # noqa: B008
        reads: Sequence[Turn] | None = None,
        question: Question | None = None,
        space: AnswerSpace | None = None,
        by: Seat | None = None,
        barred: Barred = unbarred,
    ) -> Turn:
        """A ruling of the judge, who reads each debater's last reply unless it is told what to read.

        Where its reply cannot be used, or it stands aside, the next judge is asked the same.

        Options and words are listed beside the question and not put as another one, so that the
        letters of quoted replies mean what they meant in the debate.

        Args:
            template: The prompt template, or all that it is told to do.
            options: Answers of the debate to choose among; empty leaves the judge as free as the debaters.
            words: What to say instead of an answer, such as `stop` or `continue`.
            view: What it is shown.
            reads: Exactly the turns that it reads; see `Part`, as for `question`.
            question: In what form it is put the question.
            space: How its answer is asked for and read, where that is none of the debate's.
            by: The one judge to ask, whom no other follows.
            barred: Why a judge must stand aside; empty where it need not.

        Returns:
            The last judge's turn, whose reply may still be of no use.
        """
        judge = by or self.judge
        await self.transcript()
        debates = self.setting.space
        space = space or (worded(words) if words else debates.among(options) if options else None)
        told = always(template) if isinstance(template, str) else template
        ask = replace(told, among=(*options, *words))
        part = Part(judge, view, ask, self.debaters, reads, aside=True, open=False, space=space, question=question)
        raw = await self._ruled(part, None if by is None else (by,), barred)
        turn = (await self.transcript()).turn(raw.id) or raw  # its vote in the form that its equals have
        self._emit(Judged(debate_id=self.setting.debate_id, at_s=self.at_s, turn=turn))
        return turn

    async def _ruled(self, part: Part, judges: Sequence[Seat] | None = None, barred: Barred = unbarred) -> Turn:
        """The first usable turn of the judges, one after the other; None are all of them."""
        bench = [replace(judge, role=part.seat.role) for judge in judges or self.setting.judges]
        able = [judge.name for judge in bench if not barred(judge)]
        turns: list[Turn] = []
        for judge in bench:
            backed = judge.name in able[:-1]
            why = barred(judge)
            turns = await self.together(
                [Rested(judge, why, aside=True) if why else replace(part, seat=judge, backed=backed)]
            )
            if turns[0].status == "ok":
                break
        return turns[0]

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

    async def same(self, answer: str, other: str) -> bool | None:
        """Whether two answers are the same: by the question's kind, by `same=`, or as the LLM finds that compares.

        None where its comparison came to nothing, which is noted.
        """
        if self._comparer is not None:
            return await self._comparer.same(answer, other)
        return await self.setting.space.equal(answer, other)

    @property
    def usage(self) -> Tally:
        """What all turns so far have used."""
        return self._table.usage

    def stop(self, words: str) -> None:
        """Record why the debate ended, in the rule's own words; the first reason stands."""
        if not self.stopped_by:
            self.stopped_by = words
            self._emit(Stopped(debate_id=self.setting.debate_id, at_s=self.at_s, words=words))

    def cease(self) -> None:
        """Take note that turns under way were cut off; of a free pace the rounds that are whole remain."""
        self._freely.cease()
        broken = [number for number, (turns, _) in self._table.attendance.items() if turns < len(self.debaters)]
        self._table.leave_out(broken if self._freely.on else ())

    async def decide(self, rule: Decision) -> Outcome:
        """The outcome by this rule, or by the one the debate was given instead."""
        return await (self.setting.decide or rule).decide(self)

    async def _begun(self, number: int, *, limit: int, until: Stop | None) -> bool:
        """Begin a round, unless the limit is reached or a stop rule fires after the one before; whether it is held."""
        words = await self._after_round(until, last=number == limit) if number and not self._freely.on else None
        if not words and number == limit:
            await self.transcript()
            words = f"rounds: {limit} held"
        if words:
            self.stop(words)
            return False
        self._round = number
        self._emit(RoundStarted(debate_id=self.setting.debate_id, at_s=self.at_s, round=number))
        if number and not self.setting.topology.static:
            await self._rewire(number)
        return True

    async def _compared(self, part: Part) -> Turn:
        return (await self._waves.take([part], self._next_wave(), self._round))[0]

    async def _rewire(self, number: int) -> None:
        """Settle who hears whom from this round on, and say so where it is another graph than before."""
        standing = await self.standing() if self.setting.topology.adaptive else None
        if self._waves.rewire(number, standing):
            names = [seat.name for seat in self.debaters]
            edges = tuple((names[edge.source], names[edge.target]) for edge in self._waves.graph(number).edges)
            self._emit(Rewired(debate_id=self.setting.debate_id, at_s=self.at_s, round=number, edges=edges))

    async def _after_round(self, until: Stop | None, *, last: bool) -> str | None:
        await self._caught_up()
        kept = self.setting.kept.stops[self._round :][:1]
        asked: list[Stop | None] = [until, *(kept or [self.setting.stop])]
        for rule in asked:
            if rule is not None:
                words = rule.test(await self.standing()) if last else await rule.fires(self)
                if words is not None and not kept:
                    return words
        return None

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
