"""What every test shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moot.runs.verifying import verify


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Protocols, floor and rules run on both; what touches litellm or Ray overrides this with asyncio."""
    backend: str = request.param
    return backend


@pytest.fixture(autouse=True)
def verified(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test leaves in a store in its folder, the store is whole; tests that damage stores override this."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    for path in () if folder is None else folder.rglob("*.sqlite"):
        report = verify(path)
        assert report.clean, str(report)
