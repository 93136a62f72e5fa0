"""Waves of turns: prompts are made of what was said before, calls go through the door, turns come on the table."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import anyio

from moot.logs import about
from moot.protocols.answers import space_of
from moot.protocols.confidence import Source
from moot.protocols.events import Event, TurnEnded, TurnStarted
from moot.protocols.floor.composing import compose, looked_at
from moot.protocols.floor.door import Door, Late, Reply
from moot.protocols.floor.links import Link
from moot.protocols.floor.part import Copied, Part, Rested
from moot.protocols.floor.pruning import without_repetition
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.setting import Setting
from moot.protocols.floor.speaking import Task, late, speak
from moot.protocols.floor.summing import WORDED, Due, summarising
from moot.protocols.floor.sureness import with_source
from moot.protocols.floor.table import Table
from moot.protocols.floor.view import View, asking
from moot.protocols.standing import Standing
from moot.protocols.transcript import Turn
from moot.topologies import Channel, Topology, channel_of

AT_ONCE = 2048
"""Most turns of a wave that are under way at a time: each takes some 10 KB while it waits for its reply."""


class Waves:
    """Takes waves of turns.

    Args:
        setting: What the debate is held with.
        door: The one door to the world.
        emit: Told of every turn.
        table: Where turns come.
        at_s: Seconds since the debate started.
    """

    def __init__(
        self, setting: Setting, door: Door, emit: Callable[[Event], None], table: Table, at_s: Callable[[], float]
    ) -> None:
        self._setting, self._door, self._emit, self._table, self._at_s = setting, door, emit, table, at_s
        self._places = {seat.name: place for place, seat in enumerate(setting.debaters)}
        self._turns_of: dict[str, int] = {}
        self._graphs: dict[int, Topology] = {}
        self._summaries: dict[tuple[str, Channel], Turn] = {}

    async def take(self, parts: Sequence[Part | Copied | Rested], wave: int, number: int) -> list[Turn]:
        """One wave: all of these at the same time, each shown what was said before; in the order of the parts."""
        tasks = {part.seat.name: await self._task(part, wave, number) for part in parts if isinstance(part, Part)}
        spoken = dict(zip(tasks, await self._spoken(list(tasks.values())), strict=True))
        turns = [
            spoken[part.seat.name] if isinstance(part, Part) else self._silent(part, wave, number) for part in parts
        ]
        for turn in turns:
            self._table.add(turn, foreign=turn.seat in tasks and tasks[turn.seat].foreign)
        return turns

    def due(self, parts: Sequence[Part | Copied | Rested], wave: int, number: int) -> list[Due]:
        """The replies that these are to read in summary and that were not summed up so far, in order."""
        found: dict[tuple[str, Channel], Turn] = {}
        for part in parts if any(channel_of(one).words for one in self.graph(number).channels) else ():
            if isinstance(part, Part) and part.reads is None and not part.aside and part.view.form in WORDED:
                heard = self._heard(part, part.seat, number)
                for (peer, _), link in zip(heard, self._links(part.seat, heard, number), strict=True):
                    if link is not None and link.channel.words:
                        said = self._table.said_by(peer.name, wave)[looked_at(part.view)]
                        found.update(((turn.id, link.channel), turn) for turn in said)
        fresh = [(turn, channel) for (id, channel), turn in found.items() if (id, channel) not in self._summaries]
        return sorted(fresh, key=lambda due: (due[0].wave, self._places.get(due[0].seat, 0), due[1].words))

    async def sum_up(self, due: Sequence[Due], wave: int, number: int) -> None:
        """Have replies summed up, all at the same time, each in a wave of its own from `wave` on."""
        parts = summarising(due, self._setting.judge, self._setting.debaters)
        tasks = [await self._task(part, wave + place, number) for place, part in enumerate(parts)]
        for (turn, channel), summary in zip(due, await self._spoken(tasks), strict=True):
            self._table.add(summary, foreign=True)
            self._summaries[turn.id, channel] = summary

    def hears(self, seat: Seat, number: int) -> list[tuple[Seat, float | None]]:
        """Whom a debater hears in that round by the graph, in seat order, with the weights of the edges."""
        place, graph = self._places[seat.name], self.graph(number)
        peers = [self._setting.debaters[peer] for peer in graph.heard_by(place)]
        return list(zip(peers, graph.weights(place), strict=True))

    def graph(self, number: int) -> Topology:
        """Who hears whom in that round."""
        return self._graphs.get(number) or self._setting.topology.round(number)

    def rewire(self, number: int, standing: Standing | None) -> bool:
        """Settle the graph of that round, given how the debate stands; whether it is another than in the round before.

        Args:
            number: The round, not the first.
            standing: None where the graph depends on the round alone.
        """
        before, topology = self.graph(number - 1), self._setting.topology
        self._graphs[number] = topology.round(number) if standing is None else topology.after(before, number, standing)
        return self._graphs[number] != before

    def _links(self, seat: Seat, heard: Sequence[tuple[Seat, float | None]], number: int) -> list[Link | None]:
        """Over what a debater hears each of those; none at all where no edge has a channel."""
        place, graph = self._places.get(seat.name), self.graph(number)
        if not graph.channels or place is None:
            return []
        hears = graph.heard_by(place)
        places = [self._places.get(peer.name) for peer, _ in heard]
        named = [None if peer is None or peer not in hears else graph.channel(peer, place) for peer in places]
        draw = f"{self._setting.seed}/{seat.name}"
        return [None if one is None else Link(channel_of(one), draw, self._summaries) for one in named]

    def _heard(self, part: Part, seat: Seat, number: int) -> list[tuple[Seat, float | None]]:
        return self.hears(seat, number) if part.hears is None else [(peer, None) for peer in part.hears]

    async def _task(self, part: Part, wave: int, number: int) -> Task:
        seat = replace(part.seat, role=part.role or part.seat.role)
        heard = [] if part.reads is not None else self._heard(part, seat, number)
        links = [] if part.aside else self._links(seat, heard, number)
        own = self._table.past(seat, heard, before=wave, links=links)
        beyond = self._beyond(seat, heard, wave) if part.view.beyond else ()
        draw = f"{self._setting.seed}/{wave}/{seat.name}"
        past = replace(own, beyond=beyond, reads=part.reads, stance=part.stance, draw=draw)
        past = await without_repetition(await with_source(past, part.view.source, self._table), part.view)
        ask = part.ask if part.aside else asking(part.ask, self._sources(part.view, number))
        question = part.question or self._setting.question
        space = part.space or (self._setting.space if part.question is None else space_of(question))
        turn = self._turns_of.get(seat.name, 0)
        self._turns_of[seat.name] = turn + 1
        return Task(
            seat=seat,
            wave=wave,
            round=None if part.aside else number,
            turn=turn,
            prompt=compose(self._setting.prompts, question, space, seat, part.view, ask, past, number),
            ask=ask,
            space=space,
            stated_round=number,
            stance=part.stance,
            open=part.aside if part.open is None else part.open,
            foreign=space.foreign,
            question=None if space.foreign or ask.fields is not None else question,
            document=(self._setting.question.context or "") if ask.quotes else None,
            backed=part.backed,
        )

    def _sources(self, view: View, number: int) -> set[Source]:
        """Where confidence in what is said now will be taken from: by rules, by the view, over edges."""
        shown = () if view.confidence is None else (view.source,)
        heard: tuple[Source, ...] = ("stated",) if self._setting.confides(number) else ()
        return {*self._setting.sources, *shown, *heard}

    def _beyond(self, seat: Seat, heard: Sequence[tuple[Seat, float | None]], wave: int) -> list[Sequence[Turn]]:
        """What the debaters whom a seat does not hear have said so far."""
        names = {seat.name, *(peer.name for peer, _ in heard)}
        return [self._table.said_by(peer.name, wave) for peer in self._setting.debaters if peer.name not in names]

    def _silent(self, part: Copied | Rested, wave: int, number: int) -> Turn:
        """The turn of a seat that makes no call."""
        copied = part.of if isinstance(part, Copied) else None
        own = copied is not None and copied.seat == part.seat.name
        turn = Turn(
            id=f"{wave}:{part.seat.name}",
            wave=wave,
            round=None if isinstance(part, Rested) and part.aside else number,
            seat=part.seat.name,
            role=part.seat.role,
            heard=() if copied is None or own else (copied.id,),
            text="" if copied is None else copied.text,
            public=None if copied is None else copied.public,
            answer=None if copied is None else copied.answer,
            vote=None if copied is None else copied.vote,
            confidence=None if copied is None else copied.confidence,
            consistency=None if copied is None else copied.consistency,
            likelihood=None if copied is None else copied.likelihood,
            status="skipped" if copied is None else "copied",
            reason=part.why if isinstance(part, Rested) else "",
            stance=copied.stance if copied is not None and own else None,
            model=part.seat.agent.model,
            simulated=copied is not None and copied.simulated,
        )
        self._emit(TurnEnded(debate_id=self._setting.debate_id, at_s=self._at_s(), turn=turn))
        return turn

    async def _spoken(self, tasks: Sequence[Task]) -> list[Turn]:
        """The turns of a wave, which is admitted whole."""
        calls = [call for task in tasks if self._kept(task) is None for call in task.calls([])]
        if calls:  # a wave that asks nobody is within every cap
            await self._door.admit(calls)
        deadline_s = self._setting.round_deadline_s
        until = math.inf if deadline_s is None else anyio.current_time() + deadline_s
        turns: dict[int, Turn] = {}
        waiting = enumerate(tasks)

        async def take_next() -> None:
            for place, task in waiting:
                turns[place] = await self._turn(task, until)

        async with anyio.create_task_group() as group:
            for _ in tasks[:AT_ONCE]:
                group.start_soon(take_next)
        return [turns[place] for place in range(len(tasks))]

    def _kept(self, task: Task) -> Turn | None:
        """The turn as it was taken in the debate that this one goes on with."""
        return self._setting.kept.turns.get(f"{task.wave}:{task.seat.name}")

    async def _turn(self, task: Task, until: float) -> Turn:
        started = TurnStarted(
            debate_id=self._setting.debate_id,
            at_s=self._at_s(),
            wave=task.wave,
            round=task.round,
            seat=task.seat.name,
            heard=task.prompt.heard,
        )
        self._emit(started)
        with about(turn=f"{task.wave}:{task.seat.name}", round=task.round, seat=task.seat.name):
            turn = self._kept(task) or await self._asked(task, until)
        self._emit(TurnEnded(debate_id=self._setting.debate_id, at_s=self._at_s(), turn=turn))
        return turn

    async def _asked(self, task: Task, until: float) -> Turn:
        """The turn, or what there is of it where the round's deadline cuts it off."""
        turn: Turn | None = None
        replies = list[Reply]()
        try:
            with nullcontext() if until == math.inf else anyio.CancelScope(deadline=until):
                turn = await speak(task, self._door, self._setting.prompts, self._setting.reasks, replies)
        except* Late:  # of one of several samples, perhaps
            turn = None
        return turn or late(task, replies)
