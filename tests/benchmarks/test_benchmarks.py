"""The benchmarks run, and count right; what they measure is looked at by people."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.rows import Row, against
from benchmarks.wall import longest_path_s
from benchmarks.workload import Size

ROOT = Path(__file__).parents[2]
PIECES = ("calls", "growth", "store") if os.environ.get("MOOT_CHAOS") else ("growth", "store")
"""What takes seconds; a call's cost is compared with litellm's, whose import alone takes as long as the others."""


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("piece", PIECES)
def test_a_quick_look_gives_every_figure_and_what_is_measured_is_above_zero(piece: str) -> None:
    done = bench("--quick", "--json", piece)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert rows
    assert all(row["value"] > 0 or "fitted" in row["figure"] for row in rows)
    assert {row["met"] for row in rows if row["target"]} <= {"yes", "no"}


def test_an_unknown_piece_is_named_with_those_there_are() -> None:
    done = bench("speed")
    assert done.returncode == 2
    assert "no piece 'speed'; there are calls, batch, wall, start, growth, store" in done.stderr


def test_a_ratio_is_the_figure_over_its_baseline() -> None:
    row = Row(piece="calls", case="3×2", subject="local", figure="CPU ms/call", value=3.0, baseline=2.0)
    assert row.ratio == 1.5
    assert against(2.0, 2.0) == against(2.0, 2.0, least=True) == "yes"


def test_without_rounds_a_straggler_delays_only_those_who_hear_it() -> None:
    size = Size(agents=3, rounds=2, topology="chain")
    took_s = {(0, 0): 9.0, (1, 0): 1.0, (2, 0): 1.0, (0, 1): 1.0, (1, 1): 1.0, (2, 1): 3.0}
    hears = {0: [1], 1: [0, 2], 2: [1]}.__getitem__
    assert longest_path_s(hears, size, took_s) == 10.0
    assert longest_path_s(lambda _: [], size, took_s) == 10.0
    assert longest_path_s(hears, size, took_s | {(0, 0): 1.0}) == 4.0
