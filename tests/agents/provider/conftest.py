"""A stub server, providers that are closed again, and a key that must never be seen."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from moot.agents.llm import Endpoint
from moot.agents.provider.gateway import Provider
from moot.agents.records import Message, Request
from moot.testing import Stub

KEY = "sk-canary-0123456789abcdefXYZ+/=rest"


@dataclass
class Spoken:
    """What a made-up server was sent, and what it answers."""

    answer: Callable[[str, bytes], tuple[int, dict[str, str], bytes]]
    """From path and body to status, headers and body."""
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list[tuple[str, dict[str, str], bytes]])
    url: str = ""


@pytest.fixture
def speaks() -> Iterator[Callable[..., Spoken]]:
    """A server for what the stub does not speak: other providers' dialects, packed bodies, words of refusal."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answer: Callable[[str, bytes], tuple[int, dict[str, str], bytes]]) -> Spoken:
        spoken = Spoken(answer)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                spoken.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, answered = spoken.answer(self.path, body)
                self.send_response(status)
                for name, value in {"content-length": str(len(answered)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answered)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        spoken.url = f"http://127.0.0.1:{server.server_address[1]}"
        return spoken

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


Opened = Callable[..., Provider]
Asked = Callable[..., Request]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


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

    def ask(**fields: Any) -> Request:
        message = Message(
            role="user", content="Why is the sky blue? Be brief and end with the answer on a line of its own."
        )
        given: dict[str, Any] = {"key": "k", "model": "m", "messages": (message,), "timeout_s": 20.0}
        return Request(**{**given, **fields})

    return ask
