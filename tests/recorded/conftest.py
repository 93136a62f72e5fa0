"""Debates recorded elsewhere: read from the folder that MOOT_DATA names, skipped where there is none."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded debates."""
    folder = os.environ.get("MOOT_DATA")
    if not folder:
        pytest.skip("recorded debates: set MOOT_DATA to their folder")
    if not Path(folder).is_dir():
        pytest.skip(f"recorded debates: MOOT_DATA names {folder!r}, which is no folder")
    return Path(folder)
