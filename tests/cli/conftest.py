"""The command line in this process, in an empty folder, without Ray and without keys."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog

from moot.cli import main


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        """The one JSON object on standard output."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], folder: Path) -> Iterator[Command]:
    def run(*arguments: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Said(code, out, err)

    yield run
    structlog.reset_defaults()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOOT_RUNTIME", "local")
    for name in list(os.environ):
        if re.search(r"API_KEY$|API_BASE$|BASE_URL$", name):
            monkeypatch.delenv(name)
    return tmp_path
