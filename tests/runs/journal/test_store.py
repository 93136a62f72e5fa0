"""The journal in a file: who may write, when a write is done, what else may read, what is refused."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import anyio
import apsw
import pytest

from moot.agents.records import Completion, Message, Request
from moot.errors import StoreBusyError, StoreError
from moot.protocols.quoting import tagged
from moot.runs.journal import CallKey, DebateRow, Intent, Reader, Store, open_store, request_hash
from moot.runs.journal.schema import APPLICATION, VERSION
from moot.runs.journal.sql import Database, connected

Rows = Callable[..., DebateRow]
Intents = Callable[..., Intent]
Replies = Callable[..., Completion]


class Disk(Protocol):
    name: str
    operations: list[str]


def foreign(path: Path) -> Database:
    """A connection as another program would open one."""
    return connected(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)


def holds(path: Path, content: bytes | None = None) -> bytes:
    """What a file holds, written first where there is something to write."""
    if content is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return path.read_bytes()


async def begun(store: Store, row: DebateRow) -> None:
    await store.begin_run(row.run, {})
    await store.begin_debate(row)


async def test_a_new_store_is_made_with_its_folders_for_its_owner_alone(path: Path) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", {})
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_many_writes_at_once_are_one_commit(
    path: Path, disk: Disk, row: Rows, intent: Intents, reply: Replies
) -> None:
    wave = [intent(f"a{place}") for place in range(200)]
    async with open_store(path, vfs=disk.name) as store:
        await begun(store, row())
        await store.intend(wave)
        disk.operations.clear()
        async with anyio.create_task_group() as group:
            for one in wave:
                group.start_soon(store.settle, one, reply())
        assert disk.operations.count("sync") <= 10
    assert Reader(path).totals("r").calls == 200


async def test_each_write_is_on_disk_when_its_await_returns(
    path: Path, disk: Disk, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path, vfs=disk.name) as store:
        await begun(store, row())
        for work in (store.intend([intent()]), store.settle(intent(), reply()), store.end_debate("d", "decided", {})):
            disk.operations.clear()
            await work
            assert disk.operations[-1] == "sync"


async def test_readers_see_what_is_committed_while_it_is_written(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path) as store:
        await begun(store, row())
        reader = Reader(path)
        await store.intend([intent()])
        assert [one.state for one in reader.attempts("d")] == ["sent"]
        await store.settle(intent(), reply())
        assert [one.state for one in reader.attempts("d")] == ["done"]
        assert reader.debate("d") == store.debate("d")


async def test_what_was_in_flight_when_the_writer_left_is_in_doubt(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path) as store:
        await begun(store, row())
        await store.intend([intent("ada"), intent("bo")])
        await store.settle(intent("ada"), reply())
    assert [one.state for one in Reader(path).attempts("d")] == ["done", "sent"]
    async with open_store(path) as store:
        assert [(one.state, one.kind) for one in store.attempts("d")] == [("done", "ok"), ("in_doubt", "crashed")]
        await begun(store, row())
        assert store.recall("d", intent("bo").key, intent("bo").request_hash) is None
        await store.intend([intent("bo")])
        await store.settle(intent("bo"), reply())
        assert [one.state for one in store.attempts("d")] == ["done", "in_doubt", "done"]
        assert store.totals("r").held_nano_usd == 1000


async def test_an_epoch_says_who_wrote_it(path: Path) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", {})
    connection = foreign(path)
    writers = [writer for (writer,) in connection.execute("SELECT writer FROM epoch ORDER BY id")]
    connection.close()
    assert len(writers) == 2
    assert all(f'"pid": {os.getpid()}' in writer and '"moot": "' in writer for writer in writers)


async def test_being_cancelled_while_waiting_undoes_no_write(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path) as store:
        await begun(store, row())
        with anyio.CancelScope() as scope:
            scope.cancel()
            await store.intend([intent()])
        with anyio.CancelScope() as scope:
            scope.cancel()
            await store.settle(intent(), reply(kind="cancelled"))
        assert scope.cancelled_caught
    assert [one.state for one in Reader(path).attempts("d")] == ["cancelled"]


async def test_a_shielded_settle_is_written_though_everything_around_it_is_cancelled(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    async def call(store: Store) -> None:
        try:
            scope.cancel()
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await store.settle(intent(), reply(kind="cancelled"))

    with anyio.CancelScope() as scope:
        async with open_store(path) as store:
            await begun(store, row())
            await store.intend([intent()])
            await call(store)
    assert scope.cancelled_caught
    assert [one.state for one in Reader(path).attempts("d")] == ["cancelled"]


async def test_an_error_leaves_the_store_as_itself_and_the_store_closed(path: Path) -> None:
    left: list[Store] = []
    with pytest.raises(KeyError, match="mine"):
        async with open_store(path) as store:
            left.append(store)
            raise KeyError("mine")
    with pytest.raises(StoreError, match="the store is closed"):
        await left[0].begin_run("r", {})
    async with open_store(path) as store:
        assert store.runs() == ()


async def test_what_one_write_has_wrong_the_others_do_not_feel(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    refused: list[str] = []
    async with open_store(path) as store:
        await begun(store, row())

        async def tried(one: Intent) -> None:
            try:
                await store.intend([one])
            except StoreError as error:
                refused.append(str(error))

        async with anyio.create_task_group() as group:
            for place in range(20):
                group.start_soon(tried, intent(f"a{place}"))
            group.start_soon(tried, intent(debate_id="other"))
            group.start_soon(tried, intent("half \ud83d"))
            group.start_soon(tried, intent("big", seed=2**70))
            group.start_soon(tried, intent("big", turn=2**70))
            group.start_soon(store.begin_debate, row("e"))
        assert len(store.attempts("d")) == 20
        assert len(refused) == 4
        assert [one.id for one in store.debates("r")] == ["d", "e"]


async def test_whatever_a_provider_claims_to_have_counted_can_be_settled(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    usage = {"prompt_tokens": 10**30, "completion_tokens": 10**30, "cost_nano_usd": 10**30}
    odd = reply("\ud83d" * 3, usage=usage, finish="half \ud83d", view={"share": float("nan"), "peers": [1, 2]})
    async with open_store(path) as store:
        await begun(store, row())
        for seat in ("ada", "bo"):
            await store.intend([intent(seat)])
            await store.settle(intent(seat), odd)
        await store.begin_debate(row())
        told = store.recall("d", intent().key, intent().request_hash)
        assert store.totals("r").prompt_tokens == 2 * 10**15
    assert told is not None
    assert told.text == "\ud83d" * 3
    assert told.view == {"share": None, "peers": [1, 2]}


async def test_prompts_come_back_as_they_were_sent_whatever_they_hold(path: Path, row: Rows, reply: Replies) -> None:
    chats = [
        (),
        (Message(role="user", content=""),),
        (Message(role="system", content="a\0b"), Message(role="user", content="half \ud83d")),
        (Message(role="assistant", content="x" * 5000), Message(role="user", content="</\n</\n</a>\n<b>\n</b>")),
        (Message(role="user", content=tagged("message", "</message>\nforged", author="bo", round="0") * 3),),
    ]
    intents: list[Intent] = []
    for place, chat in enumerate(chats):
        request = Request(key="k", model="m", messages=chat, extra={"api_key": "canary", "top_k": 3})
        intents.append(Intent(CallKey("s", "ada", place, 0, 0), "d", request, request_hash(request), 0, 0))
    async with open_store(path) as store:
        await begun(store, row())
        await store.intend(intents)
        for one in intents:
            await store.settle(one, reply())
        told = store.debate("d").exchanges
        assert [told[one.call_id].messages for one in intents] == chats
    assert b"canary" not in holds(path)


async def test_a_quoted_debate_takes_no_more_room_than_what_was_said(path: Path, reply: Replies) -> None:
    said = sent = 0
    async with open_store(path) as store:
        await store.begin_run("r", {})
        for number in range(3):
            replies: list[str] = []
            row = DebateRow(id=f"d{number}", run="r", index=number, trial=0, stream="s", question={})
            await store.begin_debate(row)
            for round in range(4):
                wave: list[Intent] = []
                quoted = "\n".join(
                    tagged("message", text, author=f"a{place}", round=str(round - 1))
                    for place, text in enumerate(replies)
                )
                for seat in range(16):
                    prompt = f"Debate {number}.\n{quoted}\nThis is round {round}. You are a{seat}. Final answer: X"
                    sent += len(prompt)
                    request = Request(key="k", model="m", messages=(Message(role="user", content=prompt),), seed=seat)
                    key = CallKey("s", f"a{seat}", round, 0, 0)
                    wave.append(Intent(key, row.id, request, request_hash(request), 0, 0))
                await store.intend(wave)
                replies = [prose(1500, number * 1000 + round * 16 + seat) for seat in range(16)]
                for one, text in zip(wave, replies, strict=True):
                    said += len(text)
                    await store.settle(one, reply(text))
            await store.end_debate(row.id, "decided", {"answer": "408"})
    size = len(holds(path))
    assert size < 1.3 * said
    assert size < 0.12 * (said + sent)


def prose(length: int, seed: int) -> str:
    """Text with no more repetition than English has: words of random letters, each likely to come again."""
    words: list[str] = []
    state, text = seed + 1, ""
    while len(text) < length:
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        if state >> 40 & 3 == 0 or len(words) < 20:
            words.append("".join(chr(97 + (state >> shift) % 26) for shift in range(8, 8 + 5 * (2 + state % 7), 5)))
        text += words[(state >> 33) % len(words)] + " "
    return text[:length]


async def test_a_second_writer_is_refused_and_told_who_writes(path: Path) -> None:
    async with open_store(path):
        with pytest.raises(StoreBusyError, match=f"is being written by process {os.getpid()} on "):
            async with open_store(path):
                pass
        link = path.with_name("link.sqlite")
        link.symlink_to(path)
        with pytest.raises(StoreBusyError):
            async with open_store(link):
                pass
    async with open_store(path) as store:
        assert store.runs() == ()


@pytest.mark.parametrize("again", [False, True], ids=["begins a debate", "begins a run"])
async def test_a_writer_that_another_has_replaced_cannot_write(path: Path, row: Rows, again: bool) -> None:
    async with open_store(path) as first:
        await first.begin_run("r", {})
        path.with_name(f"{path.name}.lock").unlink()  # as somebody might who wants to mend things
        async with open_store(path) as second:
            with pytest.raises(StoreBusyError, match="taken over by another writer"):
                await (first.begin_run("r", {}) if again else first.begin_debate(row()))
            await begun(second, row())
    assert Reader(path).run("r").epochs == 2


async def test_another_program_that_holds_the_file_is_waited_for(path: Path, row: Rows) -> None:
    async with open_store(path) as store:
        other = foreign(path)
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as group:
            group.start_soon(begun, store, row())
            await anyio.sleep(0.2)
            other.execute("ROLLBACK")
        other.close()
        assert store.run("r").epochs == 1


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at" * 20, b"SQLite format 3\0"]
)
async def test_a_file_that_is_no_store_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    holds(path, content)
    with pytest.raises(StoreError, match="is not a store"):
        async with open_store(path):
            pass
    with pytest.raises(StoreError, match="is not a store"):
        Reader(path).runs()
    assert holds(path) == content


async def test_another_programs_database_is_refused(path: Path) -> None:
    holds(path, b"")
    connection = foreign(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = holds(path)
    with pytest.raises(StoreError, match="another program's database"):
        async with open_store(path):
            pass
    assert holds(path) == before


async def test_a_store_of_a_later_moot_is_refused(path: Path) -> None:
    async with open_store(path):
        pass
    connection = foreign(path)
    assert connection.pragma("application_id") == APPLICATION
    connection.pragma("user_version", VERSION + 1)
    connection.close()
    with pytest.raises(StoreError, match=rf"version {VERSION + 1}, this moot knows {VERSION}\): update moot"):
        async with open_store(path):
            pass
    with pytest.raises(StoreError, match="update moot"):
        Reader(path).runs()


async def test_places_where_no_store_can_be_are_said_so(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        Reader(path).runs()
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path, tmp_path / "file" / "runs.sqlite"):
        with pytest.raises(StoreError, match="cannot be used"):
            async with open_store(wrong):
                pass


async def test_an_empty_file_becomes_a_store_but_is_none_yet(path: Path) -> None:
    holds(path, b"")
    with pytest.raises(StoreError, match="is empty"):
        Reader(path).runs()
    async with open_store(path) as store:
        assert store.runs() == ()


async def test_what_a_deleted_store_left_beside_it_does_not_come_back(path: Path, row: Rows) -> None:
    async with open_store(path) as store:
        await begun(store, row())
        left = holds(path.with_name(f"{path.name}-wal"))
    path.unlink()
    for name in ("-wal", "-journal", ".new", ".new-wal", ".new-journal"):
        holds(path.with_name(f"{path.name}{name}"), left)
    async with open_store(path) as store:
        assert store.runs() == ()
    assert len(left) > 4096
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
async def test_a_store_on_read_only_media_can_be_read(path: Path) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", {})
    locked(path)
    try:
        assert [run.name for run in Reader(path).runs()] == ["r"]
    finally:
        path.parent.chmod(0o700)


def locked(path: Path) -> None:
    path.chmod(0o400)
    path.parent.chmod(0o500)


@pytest.mark.parametrize("name", ["'; DROP TABLE run; --", 'a"b', "%", "name\nwith\0oddities", "é" * 100])
async def test_any_text_is_a_name(path: Path, row: Rows, name: str) -> None:
    async with open_store(path) as store:
        await store.begin_run(name, {name: name})
        await store.begin_debate(row(name, run=name, stream=name, question={name: name}))
        await store.end_debate(name, "decided", {name: name})
        assert store.run(name).spec == {name: name}
        assert store.debate(name).result == {name: name}
        assert store.debates(name) == (row(name, run=name, stream=name, question={name: name}, status="decided"),)
