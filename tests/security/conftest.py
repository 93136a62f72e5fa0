"""Commands and programs in processes of their own, with an environment that holds nothing but what a test says."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Runs Python with these arguments in the test's folder, which is its home too."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        kept = {
            name: value for name, value in os.environ.items() if not re.search(r"KEY|API_BASE|BASE_URL|MOOT_", name)
        }
        environment = kept | {"MOOT_RUNTIME": "local", "HOME": str(tmp_path), **variables}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=150,
            check=False,
        )

    return run
