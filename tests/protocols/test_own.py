"""A protocol of one's own: in a file, used from Python and from YAML, and in a package that brings it along."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OWN = '''
from moot.protocols import Floor, Outcome, Part, decide, protocol


@protocol("pairs", calls="n + n")
async def pairs(floor: Floor, *, rounds: int = 2) -> Outcome:
    """Everyone answers alone; then each hears only the seat before it."""
    seats = floor.debaters
    async for number in floor.rounds(rounds):
        parts = [Part(seat, hears=[seats[place - 1]] if number else []) for place, seat in enumerate(seats)]
        await floor.together(parts)
    return await floor.decide(decide.plurality(tie="first"))
'''
YAML = """
agents: ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]
protocol: {name: "own:pairs", rounds: 3}
seed: 4
"""
PROGRAM = """
import moot
from own import pairs
result = moot.Debate(["sim/debater"] * 3, protocol=pairs(rounds=2), seed=4).run("Why?", runtime="local")
print([turn.heard for turn in result.turns][3:])
"""


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "debate.yaml").write_text(YAML)
    return tmp_path


def test_it_is_used_from_python(folder: Path) -> None:
    done = run(folder, "-c", PROGRAM)
    assert (done.stderr, done.stdout) == ("", "[('0:a3',), ('0:a1',), ('0:a2',)]\n")


def test_it_is_used_from_yaml_where_that_is_allowed(folder: Path) -> None:
    command = ["-m", "moot", "run", "debate.yaml", "Why?", "--local", "--quiet"]
    refused = run(folder, *command)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--allow-import" in refused.stderr
    held = run(folder, *command, "--allow-import")
    assert held.returncode in {0, 3}, held.stderr
    assert "rounds: 3" in held.stdout


def test_a_package_brings_it_along(folder: Path) -> None:
    installed = folder / "own-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[moot.protocols]\npairs = own:pairs\n")
    listed = run(folder, "-m", "moot", "protocols")
    assert any(line.startswith("pairs ") for line in listed.stdout.splitlines()), listed.stderr
    held = run(
        folder, "-m", "moot", "ask", "Why?", "-m", "sim/debater", "-m", "sim/debater", "--protocol", "pairs", "--local"
    )
    assert held.returncode in {0, 3}, held.stderr
