"""Runs held again from their record alone: nobody is asked, nothing is written, and every result is the same.

Where it is not, the code has changed since, or the record has: the first difference is named.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio.to_thread

from moot.errors import DriftError
from moot.protocols.floor.setting import Setting
from moot.runs.again.drift import drift
from moot.runs.again.record_door import RecordDoor, record_door
from moot.runs.again.recorded import Recorded, Shelf
from moot.runs.again.unclocked import unclocked
from moot.runs.conduct import conduct
from moot.runs.result import Result

TOLD = 100
"""Most differing debates of which the difference is kept; a store of another time would fill the memory."""


@dataclass
class Replay:
    """What came of holding the debates of a run again."""

    run: str
    equal: int = 0
    """Debates whose result is the one on record, prompts included."""
    differing: int = 0
    skipped: int = 0
    """Debates that had not ended."""
    drifts: list[DriftError] = field(default_factory=list[DriftError])
    """The first difference of each of the first debates that differ."""

    @property
    def debates(self) -> int:
        """How many there are."""
        return self.equal + self.differing + self.skipped

    def check(self) -> None:
        """Let pass a run that was the same.

        Raises:
            DriftError: A debate differs; the first one, and the first difference in it.
        """
        if self.drifts:
            raise self.drifts[0]

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "run": self.run,
            "debates": self.debates,
            "equal": self.equal,
            "differing": self.differing,
            "skipped": self.skipped,
            "drifts": [
                {
                    "debate_id": found.debate_id,
                    "seat": found.seat,
                    "turn": found.turn,
                    "round": found.round,
                    "difference": found.difference,
                }
                for found in self.drifts
            ],
        }

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped, which had not ended" if self.skipped else ""
        head = f"run {self.run}: {self.equal} of {self.debates} debates equal, {self.differing} differing{skipped}"
        more = self.differing - len(self.drifts)
        return "\n".join([head, *map(str, self.drifts), *([f"and {more} more"] if more else [])])


async def replayed(shelf: Shelf, debate_id: str | None = None) -> Replay:
    """Hold every debate of a run again, or one.

    Args:
        shelf: Where they are.
        debate_id: The one; None is all.

    Raises:
        StoreError: That one is not there or has not ended, or the record is damaged.
        UsageError: What they were held with names something that is not known here.
    """
    replay = Replay(shelf.run)
    if debate_id is not None:
        await _replay(shelf, debate_id, replay)
        return replay
    for row in shelf.rows():
        if row.status is None:
            replay.skipped += 1
        else:
            await _replay(shelf, row.id, replay)
    return replay


async def held_again(record: Recorded, setting: Setting | None = None) -> tuple[Result, RecordDoor]:
    """A debate held again, and its door, which has noted what is not on record.

    Args:
        record: Of the debate.
        setting: What it is held with, where that is not the record's own.
    """
    door = await record_door(record, record.debate)
    setting = unclocked(setting or record.setting, record.result.rounds, record.result.stopped_by)
    return await conduct(
        record.debate, record.question, record.row.id, door, trial=record.result.trial, setting=setting
    ), door


async def _replay(shelf: Shelf, debate_id: str, replay: Replay) -> None:
    record = await anyio.to_thread.run_sync(partial(shelf.read, debate_id))
    held, door = await held_again(record)
    # A cap may have stopped retries alone, of which only what they would have come to is missing.
    held = held.model_copy(update={"capped": record.result.capped})
    found = drift(record.result, held, door.noted)
    if found is None:
        replay.equal += 1
        return
    replay.differing += 1
    if len(replay.drifts) < TOLD:
        replay.drifts.append(found)
