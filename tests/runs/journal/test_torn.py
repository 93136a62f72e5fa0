"""A store cut off anywhere, as a power cut leaves it, is the store as it stood after some commit.

Every few hundred bytes and around every commit, or with MOOT_CHAOS=1 at every byte.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from moot.agents.records import Completion
from moot.runs.journal import AttemptRow, DebateRow, Intent, Reader, open_store
from moot.runs.journal.verifying import violations

Rows = Callable[..., DebateRow]
Intents = Callable[..., Intent]
Replies = Callable[..., Completion]
State = tuple[tuple[str, str], ...]
SEATS = ("ada", "bo", "cy")
CHAOS = bool(os.environ.get("MOOT_CHAOS"))
PARTS = 16 if CHAOS else 1
"""Tests among which the cuts are divided."""


@pytest.fixture
def anyio_backend() -> str:
    """Files know no event loop; one is enough."""
    return "asyncio"


def log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def stated(attempts: tuple[AttemptRow, ...]) -> State:
    return tuple((one.key.seat, one.state) for one in attempts)


@pytest.fixture
async def torn(path: Path, row: Rows, intent: Intents, reply: Replies) -> tuple[bytes, bytes, dict[int, State]]:
    """A store and its log as they lie while it is written, and what was told at each length of the log."""
    known: dict[int, State] = {}
    async with open_store(path) as store:
        await store.begin_run("r", {})
        await store.begin_debate(row())
        known[log(path).stat().st_size] = ()
        for seat in SEATS:
            await store.intend([intent(seat)])
            known[log(path).stat().st_size] = stated(store.attempts("d"))
            await store.settle(intent(seat), reply(f"{seat} says so at length. " * 40))
            known[log(path).stat().st_size] = stated(store.attempts("d"))
        return path.read_bytes(), log(path).read_bytes(), known


def found(folder: Path, database: bytes, tail: bytes) -> State:
    """What a reader, and then a writer's reader, finds in them."""
    folder.mkdir(exist_ok=True)
    path = folder / "runs.sqlite"
    log(path).with_name("runs.sqlite-shm").unlink(missing_ok=True)
    path.write_bytes(database)
    log(path).write_bytes(tail)
    return stated(Reader(path).attempts("d"))


@pytest.mark.parametrize("part", range(PARTS))
async def test_a_log_cut_anywhere_is_the_store_after_the_last_whole_commit(
    tmp_path: Path, torn: tuple[bytes, bytes, dict[int, State]], part: int, shown: Callable[..., None]
) -> None:
    database, whole, known = torn
    lengths = sorted(known)
    assert len(lengths) == 7
    near = {length + step for length in lengths for step in (-1, 0, 1)}
    cuts = sorted({*range(lengths[0], len(whole), 1 if CHAOS else 499), *near})[part::PARTS]
    for cut in cuts:
        if lengths[0] <= cut <= len(whole):
            expected = known[max(length for length in lengths if length <= cut)]
            assert found(tmp_path / "cut", database, whole[:cut]) == expected
            assert cut not in near or list(violations(tmp_path / "cut" / "runs.sqlite")) == []
    shown(places_cut=len(cuts), commits_lost=0)


async def test_a_log_with_a_damaged_frame_ends_before_it(
    tmp_path: Path, torn: tuple[bytes, bytes, dict[int, State]]
) -> None:
    database, whole, known = torn
    lengths = sorted(known)
    for place in range(lengths[0], len(whole), 7 if CHAOS else 1499):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        expected = known[max(length for length in lengths if length <= place)]
        assert found(tmp_path / "damaged", database, bytes(damaged)) == expected


async def test_a_cut_store_is_conducted_on(
    tmp_path: Path, torn: tuple[bytes, bytes, dict[int, State]], row: Rows, intent: Intents, reply: Replies
) -> None:
    database, whole, known = torn
    before_last = sorted(known)[-2]
    assert found(tmp_path / "on", database, whole[: before_last + 100]) == known[before_last]
    async with open_store(tmp_path / "on" / "runs.sqlite") as store:
        assert [one.state for one in store.attempts("d")] == ["done", "done", "in_doubt"]
        await store.begin_run("r", {})
        await store.begin_debate(row())
        known_seats = [seat for seat in SEATS if store.recall("d", intent(seat).key, intent(seat).request_hash)]
        assert known_seats == ["ada", "bo"]
        await store.intend([intent("cy")])
        await store.settle(intent("cy"), reply())
        assert store.totals("r").calls == 3
