"""A stub, and ways to ask it: a proper client, and a bare socket that shows every byte."""

import json
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from moot.testing import Stub

QUESTION = (
    '<question kind="choice">\nWhich is larger?\n</question>\n<options>\nA. 9.11\nB. 9.9\nC. equal\n</options>\n'
    "This is round 0. End with the line\nFinal answer: X"
)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as one:
        yield one


@pytest.fixture
def client(stub: Stub) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stub.api_base, timeout=5, headers={"authorization": "Bearer canary-key"}) as one:
        yield one


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(client: httpx.Client) -> Ask:
    """Posts a chat request for a model."""

    def post(
        model: str, text: str = QUESTION, *, headers: dict[str, str] | None = None, **body: object
    ) -> httpx.Response:
        messages = [{"role": "user", "content": text}]
        return client.post("/chat/completions", json={"model": model, "messages": messages, **body}, headers=headers)

    return post


class Bare:
    """One connection without a client library: sends one request and reads what comes, byte for byte."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def post(self, model: str) -> None:
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": QUESTION}]}).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
        self.send(head.encode() + body)

    def read(self, *, patience_s: float) -> bytes:
        """All bytes until the server closes or nothing comes for that long.

        Raises:
            ConnectionResetError: The server reset the connection.
        """
        self._socket.settimeout(patience_s)
        read = b""
        try:
            while piece := self._socket.recv(65536):
                read += piece
        except TimeoutError:
            pass
        return read

    def is_open(self) -> bool:
        """Whether the server has not closed."""
        self._socket.settimeout(0.05)
        try:
            return self._socket.recv(1) != b""
        except TimeoutError:
            return True


@pytest.fixture
def bare(stub: Stub) -> Callable[[], Bare]:
    return lambda: Bare(stub.port)
