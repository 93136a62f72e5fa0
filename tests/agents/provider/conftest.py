"""A stub server, providers that are closed again, and a key that must never be seen."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from moot.agents.llm import Endpoint
from moot.agents.provider.gateway import Provider
from moot.agents.records import Message, Request
from moot.testing import Stub

KEY = "sk-canary-0123456789abcdefXYZ+/=rest"

Opened = Callable[..., Provider]
Asked = Callable[..., Request]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    server.reset()
    return server


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key every provider has here."""
    for name in ("OPENAI", "PERPLEXITYAI", "ANTHROPIC", "GEMINI", "DEEPSEEK"):
        monkeypatch.setenv(f"{name}_API_KEY", KEY)
    return KEY


@pytest.fixture
async def opened(stub: Stub, key: str) -> AsyncIterator[Opened]:
    """Opens a provider's model at the stub, or at another address; closes it after the test."""
    made: list[Provider] = []

    def open_provider(model: str, *, api_base: str | None = None, price: tuple[float, float] | None = None) -> Provider:
        endpoint = Endpoint(id=model, kind="provider", model=model, api_base=api_base or stub.api_base, price=price)
        made.append(Provider(endpoint))
        return made[-1]

    yield open_provider
    for provider in made:
        await provider.close()


@pytest.fixture
def asked() -> Asked:
    """A request with everything filled in that the test leaves open."""

    def ask(**fields: object) -> Request:
        message = Message(
            role="user", content="Why is the sky blue? Be brief and end with the answer on a line of its own."
        )
        return Request.model_validate({"key": "k", "model": "m", "messages": (message,), "timeout_s": 20.0, **fields})

    return ask
