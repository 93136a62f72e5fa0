"""Stores and folders from others: names are never SQL, hostile values are values, and objects in files are bytes."""

import contextlib
import json
import pickle
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import moot
from moot import Debate, open_run
from moot.errors import DataError, StoreError
from moot.runs.journal import DebateRow, Reader, open_store
from moot.runs.questions import read_questions
from moot.runs.recounting import recounted

NAMES = (
    "'; DROP TABLE run; --",
    'a" OR "1"="1',
    "x' UNION SELECT body FROM part --",
    "%",
    "_",
    "?1",
    ":name",
    "a\0b",
    "",
)
HOSTILE = '\x1b]52;c;ZXZpbA==\x07\x1b[2J\u202eevil\x9b31m\r\n=HYPERLINK("http://127.0.0.1")<script>alert(1)</script>'
texts = st.one_of(st.sampled_from(NAMES), st.text(max_size=30))


def row(id: str, run: str, index: int) -> DebateRow:
    return DebateRow(id=id, run=run, index=index, trial=0, stream="s", question={"text": id})


async def filled(path: Path, rows: Sequence[DebateRow]) -> None:
    async with open_store(path) as store:
        for run in dict.fromkeys(one.run for one in rows):
            await store.begin_run(run, {run: run})
        for one in rows:
            await store.begin_debate(one)


def found(ask: Callable[[], Any]) -> Any:
    """What is found; None where the store says there is no such thing."""
    try:
        return ask()
    except StoreError:
        return None


@settings(max_examples=30, deadline=None)
@given(
    held=st.lists(st.tuples(texts, texts), min_size=1, max_size=4, unique_by=lambda pair: pair[0]),
    asked=texts,
    start=st.integers(0, 3),
    most=st.none() | st.integers(0, 3),
)
@example(held=[(name, "r") for name in NAMES], asked="r' OR 1=1 --", start=0, most=None)
def test_a_store_finds_what_python_would_find_whatever_things_are_called(
    *, held: list[tuple[str, str]], asked: str, start: int, most: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("store") / "runs.store"
    rows = [row(id, run, place) for place, (id, run) in enumerate(held)]
    anyio.run(filled, path, rows)
    reader = Reader(path)
    runs = list(dict.fromkeys(one.run for one in rows))
    assert [one.name for one in reader.runs()] == runs
    for name in {asked, *runs, *NAMES}:
        mine = [one.id for one in rows if one.run == name]
        page = found(partial(reader.debates, name, start=start, most=most))
        expected = mine[start:] if most is None else mine[start : start + most]
        assert page is None if name not in runs else [one.id for one in page] == expected
        assert (found(partial(reader.run, name)) is None) == (name not in runs)
    for id in {asked, *NAMES, *(one.id for one in rows)}:
        known = next((one for one in rows if one.id == id), None)
        told = found(partial(reader.debate, id))
        assert told is None if known is None else told.row == known.model_copy(update={"status": told.row.status})
        assert (found(partial(reader.attempts, id)) is None) == (known is None)
    assert moot.verify(path).clean


async def test_a_store_full_of_hostile_values_opens_is_told_and_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "runs.store"
    async with open_store(path) as store:
        await store.begin_run(HOSTILE, {HOSTILE: HOSTILE})
        for n in range(3):
            await store.begin_debate(row(f"{HOSTILE}{n}", HOSTILE, n))
            await store.end_debate(f"{HOSTILE}{n}", "decided", {"text": HOSTILE, "__reduce__": ["os.system", "true"]})
    reader = Reader(path)
    assert [one.name for one in reader.runs()] == [HOSTILE]
    assert reader.debate(f"{HOSTILE}0").result == {"text": HOSTILE, "__reduce__": ["os.system", "true"]}
    with pytest.raises(StoreError, match="cannot be read") as caught:
        open_run(path, HOSTILE)
    assert "\n" not in str(caught.value)
    with pytest.raises(StoreError, match="cannot be read"):
        recounted(reader.debate(f"{HOSTILE}0"))
    assert moot.verify(path).violations  # these results are none of ours; and saying so changes nothing
    assert reader.debate(f"{HOSTILE}2").result is not None


class Bomb:
    """Whoever unpickles it finds a file in its folder."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.witness,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_in_any_place_are_bytes(tmp_path: Path, protocol: int) -> None:
    witness = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(witness), protocol)
    pickle.loads(bomb)
    assert witness.exists()
    witness.unlink()
    for name in ("runs.store", "runs.store-wal", "debate.yaml", "debate.json", "q.jsonl", "q.csv", "g.json", "g.edges"):
        (tmp_path / name).write_bytes(bomb)
    debate = Debate(["sim/debater"], protocol="vote", seed=1)
    for use in (
        lambda: Reader(tmp_path / "runs.store").runs(),
        lambda: open_run(tmp_path / "runs.store"),
        lambda: moot.verify(tmp_path / "runs.store"),
        lambda: debate.run_many(["Prime?"], store=tmp_path / "runs.store", runtime="local"),
        lambda: Debate.load(tmp_path / "debate.yaml"),
        lambda: Debate.load(tmp_path / "debate.json"),
        lambda: read_questions(tmp_path / "q.jsonl"),
        lambda: read_questions(tmp_path / "q.csv"),
        lambda: moot.topologies.from_file(tmp_path / "g.json"),
    ):
        with pytest.raises(DataError):
            use()
    with contextlib.suppress(DataError):  # of protocol 0, which is plain words, each line is a node
        moot.topologies.from_file(tmp_path / "g.edges")
    assert not witness.exists()


def test_objects_in_records_are_data(tmp_path: Path) -> None:
    written = {
        "py/object": "os.system",
        "__reduce__": ["os.system", ["true"]],
        "!!python/object/apply:os.system": ["true"],
    }
    (tmp_path / "debate.json").write_text(json.dumps({"agents": ["sim/debater"], **written}))
    with pytest.raises(moot.MootError, match="py/object"):
        Debate.load(tmp_path / "debate.json")
    (tmp_path / "q.jsonl").write_text(json.dumps({"question": "Prime?", **written}) + "\n")
    assert [one.text for one in read_questions(tmp_path / "q.jsonl")] == ["Prime?"]
