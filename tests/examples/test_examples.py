"""Examples say what they are about: the plain run of each is in test_readme."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *arguments: str, cwd: Path) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.endswith(("API_KEY", "API_BASE"))}
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        cwd=cwd,
        env=kept | {"MOOT_RUNTIME": "local", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_first_debate_shows_rounds_and_ends_with_answer_vote_flips_and_cost(tmp_path: Path) -> None:
    shown = run("first_debate.py", cwd=tmp_path)
    for words in ("round 0", "heard", "answer  ", "first vote  ", "flips  ", "calls, ", "USD (simulated)", "moot ask"):
        assert words in shown
    assert shown.count("answer      ") == 3


@pytest.mark.xdist_group("programs")
def test_real_models_run_against_a_stand_in(tmp_path: Path) -> None:
    assert "6 calls" in run("real_models.py", "--stub", cwd=tmp_path)
    assert "OPENAI_API_KEY" in run("real_models.py", cwd=tmp_path)


def test_protocols_are_compared_with_intervals(tmp_path: Path) -> None:
    lines = run("compare_protocols.py", cwd=tmp_path).splitlines()
    assert [line.split()[-1] for line in lines if line.startswith(("vote", "self_", "du"))] == ["150", "450", "450"]
    assert "simulated" in lines[-1]


def test_an_own_protocol_lets_only_opponents_be_heard(tmp_path: Path) -> None:
    said = re.findall(r"^round (\d+)  (\w+) heard (.+?) +and answers (.+)$", run("own_protocol.py", cwd=tmp_path), re.M)
    answers = {(int(number), seat): answer for number, seat, _, answer in said}
    assert len(answers) >= 8
    for number, seat, heard, _ in said:
        before = {peer: answers.get((int(number) - 1, peer)) for peer in ("a1", "a2", "a3", "a4")}
        opponents = [peer for peer in before if before[peer] != before[seat]]
        assert heard == (", ".join(opponents) or "nobody")
