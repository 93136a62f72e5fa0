"""What reaches a terminal: of whatever models, files and stores say, plain characters alone, as bytes on a real pty."""

import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest

from moot import Agent
from moot.errors import SpecError
from moot.logs import logger
from moot.runs.journal import DebateRow, open_store

EVIL = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x1b]0;owned\x07\u202eevil\u2066\x9b31m\x9d\x90\u200f\rforged\x08"
BANNED = "\x07\x08\x9b\x9d\x90\u202e\u2066\u200f\ufeff"
COMMANDS = """
import sys
from moot.cli import main
for line in sys.argv[1:]:
    try:
        main(line.split("|"))
    except SystemExit:
        pass
"""


def on_a_terminal(arguments: Sequence[str], folder: Path) -> str:
    """What a terminal gets of a Python program; nobody types."""
    ours, theirs = pty.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # on Linux, the other end is closed
                return
            if not part:
                return
            seen.append(part)

    watching = threading.Thread(target=watch)
    watching.start()
    environment = os.environ | {"MOOT_RUNTIME": "local", "TERM": "xterm-256color", "COLUMNS": "100", "NO_COLOR": "1"}
    command = [sys.executable, *arguments]
    subprocess.run(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, timeout=120, check=False
    )
    os.close(theirs)
    watching.join()
    os.close(ours)
    return b"".join(seen).decode(errors="strict")


def escapes(shown: str) -> list[str]:
    """Control sequences other than those that move the cursor of a live view, and marks that turn writing around."""
    drawn = re.sub(r"\x1b\[(\?25[lh]|\d*[AKG]|2K|1A|0?m|1m|2m)", "", shown)
    return [repr(drawn[max(0, at - 20) : at + 20]) for at, one in enumerate(drawn) if one in f"{BANNED}\x1b"]


async def kept(path: Path) -> None:
    async with open_store(path) as store:
        await store.begin_run(EVIL, {EVIL: EVIL})
        await store.begin_debate(DebateRow(id=EVIL, run=EVIL, index=0, trial=0, stream="s", question={"text": EVIL}))
        await store.end_debate(EVIL, "decided", {"text": EVIL})


def test_no_command_lets_a_control_sequence_through_to_a_terminal(tmp_path: Path) -> None:
    anyio.run(kept, tmp_path / "evil.db")
    (tmp_path / "evil.yaml").write_text(f"agents: ['sim/{EVIL!r}']\n")
    (tmp_path / "tag.yaml").write_text("agents: [a]\n? !\u202e[0m\n")
    (tmp_path / "key.json").write_text('{"agents": ["sim/debater"], "\\u001b]0;x\\u0007\\u202e": 1}')
    (tmp_path / "ok.yaml").write_text("agents: [sim/debater]\nprotocol: vote\n")
    (tmp_path / "q.jsonl").write_text(
        '{"question": "\\u001b]0;x\\u0007\\u202eevil?", "options": ["a\\u001b[2J", "b"]}\n'
    )
    (tmp_path / "g.edges").write_text("\u202eevil\x1b[2J bo\n")
    commands = [
        *(f"{name}|evil.db" for name in ("replay", "verify", "redecide")),
        "resume|--store|evil.db",
        "run|ok.yaml|--data|q.jsonl",
        f"fork|evil.db|{EVIL}|--after-round|0",
        f"ask|{EVIL}?|-m|sim/debater|-o|{EVIL}a|-o|b{EVIL}|--name|{EVIL}",
        f"ask|x?|-m|{EVIL}",
        f"ask|x?|-m|sim/debater|--protocol|{EVIL}",
        f"ask|x?|-m|sim/debater|--topology|{EVIL}",
        f"ask|x?|-m|sim/debater|--decide|{EVIL}|--json",
        *(f"plan|{name}|x?" for name in ("evil.yaml", "tag.yaml", "key.json", f"{EVIL}.yaml")),
        "topologies|from_file?path=g.edges",
        f"{EVIL}",
        f"protocols|{EVIL}",
        f"models|{EVIL}",
    ]
    seen = on_a_terminal(["-c", COMMANDS, *(line.replace("\0", "") for line in commands)], tmp_path)
    assert escapes(seen) == []
    assert seen.count("evil") > 10
    assert "Traceback" not in seen
    assert "this is a defect" not in seen


def test_what_is_logged_is_one_line_whoever_named_it(capsys: pytest.CaptureFixture[str]) -> None:
    logger("moot").warning(f"a\nmoot: forged{EVIL}", seat=f"bo\nmoot: forged{EVIL}")
    told = capsys.readouterr().err
    assert escapes(told) == []
    assert told.count("\n") == 1


@pytest.mark.parametrize("name", ["a\nb", "a b", "a\x1b[2J", "A", "é", "", "a" * 65, "../x", "a:b", "\u202ea"])
def test_a_name_that_could_forge_a_line_is_no_name(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        Agent(name, "sim/debater")
    assert "\n" not in str(caught.value)
    assert escapes(str(caught.value)) == []
