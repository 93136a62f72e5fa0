"""A store of a million turns: how large it is, and how long it takes to see what is in it."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from benchmarks.filling import RUN, fill, replies
from benchmarks.rows import Row, against
from benchmarks.workload import Size
from moot.runs.journal import Reader
from moot.runs.journal.sql import Database, connected, transaction
from moot.runs.recounting import recounted

SIZE = Size(agents=16, rounds=4, topology="ring?k=2", debates=15_625)
QUICK = Size(agents=4, rounds=2, topology="ring", debates=20)
ROOM, SECOND = 1.3, 1.0
_TABLE = "CREATE TABLE turn (debate INTEGER, text TEXT)"
_TIMES = 5


def store(*, quick: bool) -> list[Row]:
    """A stored run beside a plain table of what was said in it."""
    size = QUICK if quick else SIZE
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "runs.sqlite", Path(folder) / "plain.sqlite"
        fill(path, size)
        said = _tabled(plain, size)
        return [*_room(size, path, plain, said), *_seen(size, Reader(path), plain)]


def _room(size: Size, path: Path, plain: Path, said: int) -> list[Row]:
    """Its size over that of the replies alone, and over that of the table."""
    row = Row(
        piece="store",
        case=f"{size.calls} turns",
        subject="a store",
        figure="bytes/turn",
        value=path.stat().st_size / size.calls,
        baseline=said / size.calls,
        target=f"≤ {ROOM} × the replies",
        met=against(ROOM * said, path.stat().st_size),
        note="prompts, requests, results and all; baseline: the replies alone, as UTF-8",
    )
    table = {
        "subject": "a plain table",
        "value": plain.stat().st_size / size.calls,
        "target": "",
        "met": "",
        "note": "",
    }
    return [row, row.model_copy(update=table)]


def _seen(size: Size, reader: Reader, plain: Path) -> list[Row]:
    """How long it takes to open it and see its runs, a page of debates, one debate in full, and its totals."""
    middle = size.debates // 2
    debate = reader.debates(RUN, start=middle, most=1)[0].id
    looks: dict[str, tuple[Callable[[], Any], Callable[[Database], Any] | None]] = {
        "s to list runs": (reader.runs, None),
        "s to list 50 debates": (lambda: reader.debates(RUN, start=middle, most=50), None),
        "s to show one debate": (lambda: recounted(reader.debate(debate)), lambda table: _texts(table, middle)),
        "s to sum a run": (lambda: reader.totals(RUN), None),
    }
    table = connected(str(plain), flags=apsw.SQLITE_OPEN_READONLY)
    rows: list[Row] = []
    for figure, (look, compared) in looks.items():
        took_s = _fastest_s(look)
        rows.append(
            Row(
                piece="store",
                case=f"{size.calls} turns",
                subject="a store",
                figure=figure,
                value=took_s,
                baseline=None if compared is None else _fastest_s(partial(compared, table)),
                target=f"< {SECOND:g} s",
                met=against(SECOND, took_s),
                note="" if compared is None else "baseline: its texts alone, from the table",
            )
        )
    table.close()
    return rows


def _tabled(path: Path, size: Size) -> int:
    """Write a plain table of what was said; gives back how many bytes that was."""
    table = connected(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    said = 0
    with transaction(table):
        table.execute(_TABLE)
        for number in range(size.debates):
            for text in replies(number, size):
                said += len(text.encode())
                table.execute("INSERT INTO turn VALUES (?, ?)", (number, text))
        table.execute("CREATE INDEX turn_debate ON turn (debate)")
    table.close()
    return said


def _texts(table: Database, debate: int) -> list[tuple[Any, ...]]:
    return table.execute("SELECT text FROM turn WHERE debate = ?", (debate,)).fetchall()


def _fastest_s(look: Callable[[], Any]) -> float:
    took: list[float] = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        look()
        took.append(time.perf_counter() - began)
    return min(took)
