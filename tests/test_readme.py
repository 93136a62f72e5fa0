"""The README and the examples are programs: each runs to its end, offline, and prints something."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
FENCE = re.compile(r"^(?P<note><!--.*?-->\n)?```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS_KEY = "<!-- needs a key -->"
"""On the line before a fence: its program calls a real provider, so it is compiled and not run."""
KEYS = re.compile(r"(API_KEY|TOKEN|SECRET)$")


def fences(language: str) -> list[tuple[str, str]]:
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return [((m["note"] or "").strip(), m["body"]) for m in FENCE.finditer(text) if m["language"] == language]


PROGRAMS = fences("python")


def run(program: Path, folder: Path) -> str:
    """What a program prints, run in an empty folder without keys and with nobody at the keyboard."""
    environment = {name: value for name, value in os.environ.items() if not KEYS.search(name)}
    environment |= {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}
    process = subprocess.run(
        [sys.executable, str(program)],
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


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    for file in example.parent.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    assert run(tmp_path / example.name, tmp_path).strip()


def test_every_link_of_the_readme_into_the_project_leads_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_first_what_it_shows(example: Path) -> None:
    assert example.read_text(encoding="utf-8").startswith('"""')
