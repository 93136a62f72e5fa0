"""What every test shares."""

import pytest


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Protocols, floor and rules run on both; what touches litellm or Ray overrides this with asyncio."""
    backend: str = request.param
    return backend
