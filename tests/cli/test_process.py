"""The command as a process: what is on which stream, interrupts, broken pipes, terminals, a quick first look."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MOOT = [sys.executable, "-m", "moot"]
PANEL = ["-m", "sim/debater", "-m", "sim/debater?family=b", "--decide", "plurality?tie=first"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not re.search(r"API_KEY$|API_BASE$", name)}
    return kept | {"MOOT_RUNTIME": "local", **more}


def run(*arguments: str, cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*MOOT, *arguments], cwd=cwd, env=environment(**more), capture_output=True, text=True, timeout=120, check=False
    )


def test_json_alone_is_on_standard_output(tmp_path: Path) -> None:
    done = run("ask", "Is 7 prime?", "--kind", "bool", "-m", "sim/exact-zealot?init=yes", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["answer"] == "yes"
    assert done.stdout.count("\n") == 1
    assert "round 0" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_errors_have_no_traceback_and_their_code(tmp_path: Path) -> None:
    done = run("ask", "x?", "-m", "openai/gpt-5-mini", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "moot: no API key for 'openai/gpt-5-mini': set OPENAI_API_KEY\n"


def test_an_interrupt_shows_how_to_go_on_and_loses_nothing(tmp_path: Path) -> None:
    slow = ["-m", "sim/debater?latency=0,30", "-m", "sim/debater?family=b&latency=0,30"]
    asked = [*MOOT, "ask", "Is 7 prime?", "--kind", "bool", *slow, "--name", "mine", "-q"]
    process = subprocess.Popen(asked, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True)
    store = tmp_path / ".moot" / "runs.sqlite"
    until = time.monotonic() + 60
    while not store.exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "moot resume --name mine" in said
    assert "Traceback" not in said


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*MOOT, "models"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert said == b""


def on_terminal(arguments: list[str], cwd: Path, **more: str) -> str:
    """What a terminal of 100 columns gets."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.execve(sys.executable, [*MOOT, *arguments], environment(TERM="xterm-256color", COLUMNS="100", **more))
    seen = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(terminal)
    os.waitpid(child, 0)
    return seen.decode(errors="replace")


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_terminal_gets_the_live_view_and_the_answer_last(tmp_path: Path) -> None:
    slow = ["-m", "sim/debater?latency=0.3", "-m", "sim/debater?family=b&latency=0.4", *PANEL[-2:]]
    seen = on_terminal(["ask", "Is 7 prime?", "--kind", "bool", *slow, "--seed", "1"], tmp_path)
    assert "speaking" in seen
    assert "\x1b[36m" in seen
    assert seen.rstrip().endswith("(decided, simulated)")
    quiet = on_terminal(["ask", "Is 7 prime?", "--kind", "bool", *PANEL, "--seed", "1", "-q"], tmp_path)
    assert "\x1b" not in quiet
    plain = on_terminal(["ask", "Is 7 prime?", "--kind", "bool", *slow, "--seed", "1"], tmp_path, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)


def test_a_first_look_is_quick_and_loads_nothing_it_does_not_show(tmp_path: Path) -> None:
    program = (
        "import sys, moot.cli\n"
        "try: moot.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "names = ['moot.cli.asking', 'moot.cli.live', 'rich.live', 'ruamel', 'networkx', 'numpy', 'ray', 'litellm']\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for name in ("ask", "run", "plan", "resume", "up", "down", "protocols", "doctor", "init"):
        assert re.search(rf"\b{name}\b", done.stdout)
