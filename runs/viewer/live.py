"""Debates under way: what happens goes to whoever watches, and whoever watches may hold back, end, and take a seat."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import anyio
from anyio.lowlevel import current_token

from moot.agents.asking import Asked
from moot.protocols.events import DebateEnded, DebateStarted, Event
from moot.protocols.transcript import Turn
from moot.runs.background import post
from moot.runs.underway import Order, order
from moot.runs.viewer.documents import EventDocument
from moot.runs.viewer.hub import Hub
from moot.runs.viewer.scene import Scene
from moot.runs.viewer.telling import event_document

_REMEMBERED = 8
"""Debates that are over and still told of from here, until the record of the last has surely been written."""


@dataclass
class _Chair:
    """A person who is being asked."""

    turn: str
    reply: Callable[[str], bool]
    """Hands the reply over to whoever waits for it."""


class Live:
    """A listener of debates, and a place where people in their seats are asked.

    It is told of events on the thread that conducts; everything else may be called on any.

    Args:
        hub: Where events go.
    """

    def __init__(self, hub: Hub | None = None) -> None:
        self.hub = hub or Hub()
        self._lock = threading.RLock()
        self._scenes: dict[str, Scene] = {}
        self._over: OrderedDict[str, Scene] = OrderedDict()
        self._chairs: dict[tuple[str, str], _Chair] = {}

    def __call__(self, event: Event) -> None:
        """Take note of an event, and tell it."""
        with self._lock:
            if isinstance(event, DebateStarted):
                self._scenes[event.debate_id] = Scene(event)
            scene = self._scenes.get(event.debate_id)
            if scene is None:
                return
            scene.take(event)
            self.hub.tell(event_document(event))
            if isinstance(event, DebateEnded):
                self._over[event.debate_id] = self._scenes.pop(event.debate_id)
                while len(self._over) > _REMEMBERED:
                    self._over.popitem(last=False)

    def running(self, debate_id: str) -> bool:
        """Whether that debate is under way."""
        return debate_id in self._scenes

    def standing(self) -> tuple[int, list[Scene]]:
        """The number of the latest event, and all debates under way as they stood after it."""
        with self._lock:
            return self.hub.last, [scene.copied() for scene in self._scenes.values()]

    def scene(self, debate_id: str) -> Scene | None:
        """A debate that is under way, or was until a moment ago."""
        with self._lock:
            scene = self._scenes.get(debate_id) or self._over.get(debate_id)
            return None if scene is None else scene.copied()

    def turn(self, debate_id: str, turn_id: str) -> Turn | None:
        """A turn of such a debate."""
        scene = self.scene(debate_id)
        return None if scene is None else scene.turns.get(turn_id)

    def order(self, debate_id: str, given: Order) -> bool:
        """Hold a debate back, let it go on, or end it; False where it is not under way."""
        if not order(debate_id, given):
            return False
        with self._lock:
            scene = self._scenes.get(debate_id)
            if scene is not None:
                scene.paused = given == "pause"
                told = {"pause": "paused", "resume": "resumed", "stop": "stopping"}[given]
                self.hub.tell({"kind": told, "debate_id": debate_id, "at_s": scene.at_s})
        return True

    async def ask(self, asked: Asked) -> str:
        """Ask whoever watches to reply for a person in a seat; see `moot.agents.asking.Place`."""
        key, token, there = (asked.debate_id, asked.seat), current_token(), anyio.Event()
        said: list[str] = []

        def take(text: str) -> None:
            said.append(text)
            there.set()

        with self._lock:
            scene = self._scenes.get(asked.debate_id)
            turn = scene.turn_of(asked.seat) if scene is not None else None
            chair = self._chairs[key] = _Chair(turn or "", partial(post, token, take))
            self._told_asked(scene, chair, asked)
        try:
            await there.wait()
            return said[0]
        finally:
            self._risen(key, chair)

    def reply(self, debate_id: str, seat: str, turn: str, text: str) -> bool:
        """Reply for a person who is being asked; False where nobody is asked there, or in another turn."""
        with self._lock:
            chair = self._chairs.get((debate_id, seat))
            if chair is None or chair.turn != turn:
                return False
            del self._chairs[debate_id, seat]
        return chair.reply(text)

    def _told_asked(self, scene: Scene | None, chair: _Chair, asked: Asked) -> None:
        told: EventDocument = {
            "kind": "seat_open",
            "debate_id": asked.debate_id,
            "at_s": 0.0 if scene is None else scene.at_s,
            "seat": asked.seat,
            "turn": chair.turn,
            "deadline_ms": round((time.time() + asked.timeout_s) * 1000),
            "prompt": [{"role": message.role, "content": message.content} for message in asked.messages],
        }
        if scene is not None:
            scene.asked[chair.turn] = told
        self.hub.tell(told)

    def _risen(self, key: tuple[str, str], chair: _Chair) -> None:
        """Nobody is asked there any more: a reply came, from here or elsewhere, or time is up."""
        debate_id, seat = key
        with self._lock:
            why = "replied"
            if self._chairs.get(key) is chair:
                del self._chairs[key]
                why = "the reply came from elsewhere, or time is up"
            scene = self._scenes.get(debate_id)
            if scene is not None:
                scene.asked.pop(chair.turn, None)
            told = {"debate_id": debate_id, "at_s": 0.0 if scene is None else scene.at_s, "seat": seat}
            self.hub.tell({"kind": "seat_closed", **told, "turn": chair.turn, "why": why})
