"""The README and the examples are programs: each runs to its end, offline, and prints something."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLES = ROOT / "examples"
FENCE = re.compile(r"^(?P<note><!--.*?-->\n)?```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS_KEY = "<!-- needs a key -->"
"""On the line before a fence: its program calls a real provider, so it is compiled and not run."""
Example = Callable[..., str]
KEYS = re.compile(r"(API_KEY|TOKEN|SECRET)$")


def fences(language: str) -> list[tuple[str, str]]:
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return [((m["note"] or "").strip(), m["body"]) for m in FENCE.finditer(text) if m["language"] == language]


PROGRAMS = fences("python")


def run(program: Path, folder: Path, *arguments: str) -> str:
    """What a program prints, run in an empty folder without keys and with nobody at the keyboard."""
    environment = {name: value for name, value in os.environ.items() if not KEYS.search(name)}
    environment |= {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}
    process = subprocess.run(
        [sys.executable, program, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert process.returncode == 0, f"{program.name}\n{process.stdout}\n{process.stderr}"
    assert "\x1b" not in process.stdout
    return process.stdout


def test_the_readme_has_programs_and_names_both_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(PROGRAMS) >= 2
    assert "make debate" in text
    assert "make test" in text


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize("place", range(len(PROGRAMS)))
def test_a_program_of_the_readme_runs(place: int, tmp_path: Path) -> None:
    note, body = PROGRAMS[place]
    program = tmp_path / f"readme_{place}.py"
    program.write_text(body, encoding="utf-8")
    compile(body, str(program), "exec")
    if note != NEEDS_KEY:
        assert run(program, tmp_path).strip()


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """Runs an example, away from the checkout; each is run by one test, since most of its time is its start."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")

    def ran(name: str, *arguments: str) -> str:
        return run(tmp_path / "examples" / name, tmp_path, *arguments)

    return ran


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize("name", ["on_a_cluster.py", "refit_simulation.py"])
def test_an_example_runs(name: str, example: Example) -> None:
    assert example(name).strip()


@pytest.mark.xdist_group("programs")
def test_the_first_debate_shows_rounds_and_ends_with_answer_vote_flips_and_cost(example: Example) -> None:
    shown = example("first_debate.py")
    for words in ("round 0", "heard", "answer  ", "first vote  ", "flips  ", "calls, ", "USD (simulated)", "moot ask"):
        assert words in shown
    assert shown.count("answer      ") == 3


@pytest.mark.xdist_group("programs")
def test_real_models_run_against_a_stand_in(example: Example) -> None:
    assert "6 calls" in example("real_models.py", "--stub")
    assert "OPENAI_API_KEY" in example("real_models.py")


@pytest.mark.xdist_group("programs")
def test_protocols_are_compared_with_intervals(example: Example) -> None:
    lines = example("compare_protocols.py").splitlines()
    assert [line.split()[-1] for line in lines if line.startswith(("vote", "self_", "du"))] == ["150", "450", "450"]
    assert "simulated" in lines[-1]


@pytest.mark.xdist_group("programs")
def test_an_own_protocol_lets_only_opponents_be_heard(example: Example) -> None:
    said = re.findall(r"^round (\d+)  (\w+) heard (.+?) +and answers (.+)$", example("own_protocol.py"), re.MULTILINE)
    answers = {(int(number), seat): answer for number, seat, _, answer in said}
    assert len(answers) >= 8
    for number, seat, heard, _ in said:
        before = {peer: answers.get((int(number) - 1, peer)) for peer in ("a1", "a2", "a3", "a4")}
        opponents = [peer for peer in before if before[peer] != before[seat]]
        assert heard == (", ".join(opponents) or "nobody")


def test_every_example_is_run() -> None:
    own = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in own] == []


def test_every_link_of_the_readme_into_the_project_leads_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_says_first_what_it_shows(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith('"""')
