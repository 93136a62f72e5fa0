"""`moot doctor`: what works, what does not, with the mend, and never a key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moot.testing import Fault, Stub

Command = Callable[..., Any]


def test_keys_are_named_and_never_shown(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    said = command("doctor", "--local")
    assert said.code == 0
    assert "openai: OPENAI_API_KEY is set" in said.out
    assert "set ANTHROPIC_API_KEY to use anthropic/… models" in said.out
    assert "secret" not in said.out + said.err


def test_everything_that_is_looked_at_has_a_state(command: Command) -> None:
    checks = command("doctor", "--local", "--json").object["checks"]
    by_name = {check["what"]: check for check in checks}
    assert {"moot", "libraries", "prices", "openai", "store"} <= set(by_name)
    assert all(check["mend"] for check in checks if check["state"] != "works")


def test_a_model_is_tried_with_one_tiny_call(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        works = command("doctor", "openai/gpt-5-mini", "--api-base", stub.url, "--local", "--yes")
        assert (works.code, len(stub.log)) == (0, 1)
        assert "openai/gpt-5-mini: answered" in works.out
        stub.script("m", [Fault("401")])
        broken = command("doctor", "openai/m", "--api-base", stub.url, "--local", "--yes")
        assert (broken.code, len(stub.log)) == (6, 2)
    assert "the key is refused: set the right one" in broken.out


def test_a_simulated_model_needs_no_leave(command: Command) -> None:
    assert "sim/debater: answered " in command("doctor", "sim/debater", "--local").out


def test_a_store_that_cannot_be_written_is_named(command: Command, folder: Path) -> None:
    from moot.cli.checks import store_works

    (folder / "file").touch()
    assert store_works(folder / "a" / "b.sqlite").state == "works"
    assert store_works(folder / "file" / "runs.sqlite").state == "broken"
