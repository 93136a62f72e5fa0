"""Journals of both kinds, and the calls of a small debate."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import apsw
import pytest

from moot.agents.records import Completion, Kind, Message, Request, Usage
from moot.runs.journal import CallKey, DebateRow, Intent, Journal, MemoryJournal, open_store, request_hash

Opening = Callable[[], AbstractAsyncContextManager[Journal]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "runs.sqlite"


@pytest.fixture(params=["memory", "store"])
def opening(request: pytest.FixtureRequest, path: Path) -> Opening:
    """Opens the same journal each time: in memory it was never closed, on disk it is opened anew."""
    memory = MemoryJournal()

    @asynccontextmanager
    async def again() -> AsyncGenerator[Journal]:
        if request.param == "memory":
            yield memory
        else:
            async with open_store(path) as store:
                yield store

    return again


@pytest.fixture
def row() -> Callable[..., DebateRow]:
    """A debate of run `r`."""

    def made(id: str = "d", **fields: object) -> DebateRow:
        given = {"id": id, "run": "r", "index": 0, "trial": 0, "stream": "s", "question": {"text": "17 * 24?"}}
        return DebateRow.model_validate(given | fields)

    return made


@pytest.fixture
def intent() -> Callable[..., Intent]:
    """One attempt at a call of debate `d`; the prompt is all that its request asks."""

    def made(
        seat: str = "ada",
        turn: int = 0,
        prompt: str = "What is 17 * 24?",
        *,
        attempt: int = 0,
        ask: int = 0,
        debate_id: str = "d",
        reserved: int = 1000,
        seed: int | None = 7,
        api_base: str | None = None,
    ) -> Intent:
        request = Request(key="", model="sim/debater", messages=(Message(role="user", content=prompt),), seed=seed)
        key = CallKey("s", seat, turn, 0, ask)
        return Intent(key, debate_id, request, request_hash(request, api_base), attempt, reserved)

    return made


@pytest.fixture
def reply() -> Callable[..., Completion]:
    """How an attempt ended: by default well, with 10 and 20 tokens for 300 nano-dollars."""

    def made(text: str = "408", kind: Kind = "ok", **fields: Any) -> Completion:
        usage = Usage(prompt_tokens=10, completion_tokens=20, cost_nano_usd=300)
        given: dict[str, Any] = {"kind": kind, "text": text, "usage": usage, "latency_s": 0.25, "finish": "stop"}
        return Completion(**given | fields)

    return made


class Disk(apsw.VFS):
    """The disk, counting what is written and synced, and failing where it is told to."""

    def __init__(self) -> None:
        self.name = f"disk-{id(self)}"
        self.operations: list[str] = []
        self.fault: Callable[[int], Exception | None] = lambda _: None
        super().__init__(self.name, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> "DiskFile":  # noqa: N802 (apsw's name)
        return DiskFile(self, name, flags)

    def note(self, operation: str) -> None:
        self.operations.append(operation)
        error = self.fault(len(self.operations))
        if error is not None:
            raise error


class DiskFile(apsw.VFSFile):
    """One file of the disk."""

    def __init__(self, disk: Disk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 (apsw's name)
        self._disk.note("write")
        cast(Any, super()).xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 (apsw's name)
        self._disk.note("sync")
        super().xSync(flags)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """Give its name to `open_store(vfs=…)`."""
    one = Disk()
    yield one
    one.unregister()


@pytest.fixture(autouse=True)
def verified() -> None:
    """What these tests put into a store is made up."""
