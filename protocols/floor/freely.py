"""The free pace: a turn waits for its own and its heard neighbours' previous turns, and for nobody else."""

from collections.abc import Awaitable, Callable, Sequence

import anyio
from anyio.abc import TaskGroup

from moot.protocols.confidence import SAMPLES
from moot.protocols.floor.door import Call, Door, Halt
from moot.protocols.floor.setting import Setting
from moot.protocols.stop.rule import Either, Stop, Tested
from moot.topologies import channel_of


class Freely:
    """Turns under way, by seat and wave."""

    def __init__(self, group: TaskGroup) -> None:
        self.on = False
        self._group = group
        self._latest: dict[str, anyio.Event] = {}
        """Set when the seat's newest scheduled turn is over."""
        self._previous: dict[str, anyio.Event] = {}
        self._wave = -1
        self._halt: Halt | None = None

    def start(self, seat: str, hears: Sequence[str], wave: int, turn: Callable[[], Awaitable[object]]) -> None:
        """Take a turn as soon as the previous turns of the seat and of those it hears are over."""
        if wave != self._wave:  # the first seat of a new wave: what was newest is now previous
            self._wave, self._previous = wave, dict(self._latest)
        waits = [self._previous[name] for name in (seat, *hears) if name in self._previous]
        over = anyio.Event()
        self._latest[seat] = over
        self._group.start_soon(self._run, waits, turn, over)

    async def finished(self) -> None:
        """Wait for every scheduled turn.

        Raises:
            Halt: A turn was refused.
        """
        for over in list(self._latest.values()):
            await over.wait()
        if self._halt is not None:
            raise self._halt

    def cease(self) -> None:
        """Wait for nothing more."""
        self._latest.clear()

    async def _run(
        self, waits: Sequence[anyio.Event], turn: Callable[[], Awaitable[object]], over: anyio.Event
    ) -> None:
        for event in waits:
            await event.wait()
        try:
            if self._halt is None:
                await turn()
        except Halt as halt:
            self._halt = self._halt or halt
        finally:
            over.set()


def why_not_free(setting: Setting, door: Door, limit: int, until: Stop | None = None) -> tuple[int, str]:
    """How many rounds a free debate would hold, and what hinders it; empty where nothing does.

    Args:
        setting: What the debate is held with.
        door: Knows the caps.
        limit: Of the protocol.
        until: The protocol's own stop rule.
    """
    if setting.comparer is not None:
        return limit, "answers are compared after each whole round"
    if setting.topology.adaptive:
        return limit, "what is said decides who hears whom"
    if any(channel_of(one).words for number in range(limit) for one in setting.topology.round(number).channels):
        return limit, "replies are summed up after each whole round"
    given = [rule for rule in (until, setting.stop) if rule is not None]
    for rule in Either(tuple(given)).rules:
        if not (isinstance(rule, Tested) and rule.name == "rounds"):
            return limit, f"stop rule {rule.spec()!r} must be asked after each whole round"
        limit = min(limit, int(rule.parameters["limit"]))
    replies = SAMPLES if "consistency" in setting.sources else 1
    return limit, door.covers([Call(seat, (), turn=0) for seat in setting.debaters] * replies, limit)
