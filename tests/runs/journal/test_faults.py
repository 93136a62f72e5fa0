"""The disk fails at its n-th operation, for every n: what was told as written is there, the rest stops cleanly."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import apsw
import pytest

from moot.agents.records import Completion
from moot.errors import StoreError
from moot.runs.journal import DebateRow, Intent, Reader, open_store

Rows = Callable[..., DebateRow]
Intents = Callable[..., Intent]
Replies = Callable[..., Completion]
SEATS = ("ada", "bo")


class Disk(Protocol):
    name: str
    operations: list[str]
    fault: Callable[[int], Exception | None]


@pytest.fixture
def anyio_backend() -> str:
    """The disk knows no event loop; one is enough."""
    return "asyncio"


Conduct = Callable[..., Awaitable[list[str]]]
WHOLE = ["run", "debate", "intents", *SEATS, "end"]


@pytest.fixture
def conduct(row: Rows, intent: Intents, reply: Replies) -> Conduct:
    """Conducts a debate as far as it goes, and gives the writes that were told as done, in order."""

    async def conducted(path: Path, vfs: str | None = None) -> list[str]:
        told: list[str] = []
        with suppress(StoreError):
            async with open_store(path, vfs=vfs) as store:
                await store.begin_run("r", {"protocol": "du"})
                told.append("run")
                await store.begin_debate(row())
                told.append("debate")
                wave = [intent(seat) for seat in SEATS]
                missing = [one for one in wave if store.recall("d", one.key, one.request_hash) is None]
                await store.intend(missing)
                told.append("intents")
                for one in missing:
                    await store.settle(one, reply(f"{one.key.seat} says no"))
                    told.append(one.key.seat)
                await store.end_debate("d", "decided", {"answer": "408"})
                told.append("end")
        return told

    return conducted


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError], ids=["disk full", "input/output error"])
async def test_a_fault_at_any_operation_loses_nothing_that_was_told(
    tmp_path: Path, disk: Disk, conduct: Conduct, error: type[Exception], lasting: bool, shown: Callable[..., None]
) -> None:
    at, told = 1, list[str]()
    while told != WHOLE or at <= len(disk.operations):
        path = tmp_path / f"{at}.sqlite"
        disk.operations.clear()
        disk.fault = failing(at, error, lasting)
        told = await conduct(path, disk.name)
        assert told == WHOLE[: len(told)]
        check(path, told)
        assert "end" in await conduct(path)
        totals = Reader(path).totals("r")
        assert totals.calls == len(SEATS)
        assert totals.attempts == len(SEATS) + totals.in_doubt
        at += 3 if lasting else 1
        shown(operations_at_which_the_disk_failed=1, writes_lost=0)
    assert at > 20


def failing(at: int, error: type[Exception], lasting: bool) -> Callable[[int], Exception | None]:
    return lambda operation: error("told to fail") if operation == at or (lasting and operation > at) else None


def check(path: Path, told: list[str]) -> None:
    """The store holds everything that was told."""
    if "run" in told:
        reader = Reader(path)
        assert reader.run("r").epochs == 1
        if "debate" in told:
            states = {one.key.seat: one.state for one in reader.attempts("d")}
            assert len(states) == 2 or "intents" not in told
            assert all(states[seat] == "done" for seat in SEATS if seat in told)


async def test_after_a_fault_every_write_says_why_it_cannot_be_done(
    path: Path, disk: Disk, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path, vfs=disk.name) as store:
        await store.begin_run("r", {})
        await store.begin_debate(row())
        await store.intend([intent()])
        disk.fault = lambda _: apsw.FullError("told to fail")
        for _ in range(2):
            with pytest.raises(StoreError, match=r"runs\.sqlite is full: make room, then resume"):
                await store.settle(intent(), reply())
        disk.fault = lambda _: None
        with pytest.raises(StoreError, match="is full"):
            await store.settle(intent(), reply())
    assert Reader(path).attempts("d")[0].state == "sent"
