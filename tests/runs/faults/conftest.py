"""A server with faults, and panels of debaters of whom some sit at models that fail."""

from collections.abc import Callable, Iterator

import pytest

from moot import Agent
from moot.agents.provider.gateway import load
from moot.testing import Stub
from moot.testing.steps import Steps

GOOD = "I weighed it.\nFinal answer: B"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """litellm is imported before any clock runs."""
    load()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


@pytest.fixture
def panel(stub: Stub) -> Callable[[int, Steps], list[Agent]]:
    """Five debaters over HTTP, so many of whom sit at models that do these steps; the others say B."""

    def seated(ill: int, steps: Steps) -> list[Agent]:
        names = [f"ill-{place}" if place < ill else "well" for place in range(5)]
        for name in names:
            stub.script(name, steps if name != "well" else GOOD)
        seats = enumerate(names)
        return [Agent(f"a{n}", f"openai/{name}", api_base=stub.api_base, price=(1.0, 4.0)) for n, name in seats]

    return seated
