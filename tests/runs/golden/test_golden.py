"""Runs of earlier days: they stay readable, and the code of today holds them again as they were."""

import shutil
from pathlib import Path

import pytest

from moot import open_run
from moot.runs.journal import Reader
from moot.runs.journal.schema import VERSION
from moot.runs.verifying import verify

STORES = sorted(Path(__file__).parent.glob("format_*.sqlite"))
MEND = "\nthe code is another than when it was held: where that is meant, run tests/runs/golden/hold.py"


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy, for reading leaves files beside a store."""
    source: Path = request.param
    return Path(shutil.copy(source, tmp_path))


def test_there_is_a_store_of_the_format_of_now_and_none_is_large() -> None:
    assert f"format_{VERSION}" in {path.stem for path in STORES}
    assert all(path.stat().st_size < 200_000 for path in STORES)


def test_a_store_is_whole_and_every_run_of_it_is_held_again_as_it_was(store: Path) -> None:
    assert verify(store).clean
    for row in Reader(store).runs():
        report = open_run(store, row.name).replay()
        assert (report.differing, report.skipped) == (0, 0), f"{report}{MEND}"
        assert report.equal >= 2


def test_results_are_told_and_decided_by_other_rules(store: Path) -> None:
    run = open_run(store, "society")
    assert [result.question.gold for result in run.results()] == ["408", "97"]
    assert run.summary().correct.of == 2
    assert [row.missing for row in run.redecide(decide=["plurality", "unanimity"]).rows] == [0, 0]
