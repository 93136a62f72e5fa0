"""The disk fails while a debate is held: the command ends with one sentence and its code, and can be gone on with.

The n-th write or sync fails, once or from then on. A seventh of all n, or with MOOT_CHAOS=1 every n.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import apsw
import pytest

from moot.runs import stores
from moot.runs.journal import Reader, open_store
from moot.runs.recounting import recounted
from moot.runs.verifying import verify

Command = Callable[..., Any]
STEP = 1 if os.environ.get("MOOT_CHAOS") else 11
ASK = ("ask", "Which is larger, 9.11 or 9.9?", "-m", "sim/debater", "-m", "sim/debater?family=b", "--rounds", "2")
HELD = (*ASK, "--seed", "3", "--name", "r", "--quiet", "--store")


class Disk(apsw.VFS):
    """The disk as a store's writer has it, whose n-th operation fails where it is told to."""

    def __init__(self) -> None:
        super().__init__("failing disk", "")
        self.operations = 0
        self.fault: Callable[[int], Exception | None] = lambda _: None

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> "DiskFile":  # noqa: N802 (apsw's name)
        return DiskFile(self, name, flags)

    def note(self) -> None:
        self.operations += 1
        error = self.fault(self.operations)
        if error is not None:
            raise error


class DiskFile(apsw.VFSFile):
    """One file on it."""

    def __init__(self, disk: Disk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 (apsw's name)
        self._disk.note()
        cast(Any, super()).xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 (apsw's name)
        self._disk.note()
        super().xSync(flags)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(stores, "open_store", partial(open_store, vfs="failing disk"))
    yield disk
    disk.unregister()


def digest(store: Path) -> str:
    reader = Reader(store)
    return recounted(reader.debate(reader.debates("r")[0].id)).digest


def failing(at: int, error: type[Exception], lasting: bool) -> Callable[[int], Exception | None]:
    return lambda operation: error("told to fail") if operation == at or (lasting and operation > at) else None


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    ("error", "words"), [(apsw.FullError, "is full: make room, then resume"), (apsw.IOError, "cannot be used")]
)
def test_a_failing_disk_stops_the_command_cleanly_and_loses_nothing(
    command: Command, tmp_path: Path, disk: Disk, error: type[Exception], words: str, lasting: bool
) -> None:
    whole = tmp_path / "whole.sqlite"
    code = command(*HELD, str(whole)).code
    operations, stopped = disk.operations, 0
    for at in range(1, operations + 1, STEP):
        store = tmp_path / f"{at}.sqlite"
        disk.operations = 0
        disk.fault = failing(at, error, lasting)
        said = command(*HELD, str(store))
        disk.fault = lambda _: None
        if said.code != code:  # at the very end all is written, and only the log stays beside the store
            stopped += 1
            assert said.code == 5
            assert words in said.err
            assert said.err.count("\n") == 1
        assert command(*HELD, str(store)).code == code
        assert digest(store) == digest(whole)
        assert verify(store).clean
    assert stopped > operations / STEP / 2
