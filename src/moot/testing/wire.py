"""HTTP/1.1 as the stub speaks it: one asyncio protocol per connection, no tasks, answers that may misbehave.

Everything is a callback on the server's own loop, which keeps a request at some tens of
microseconds: this is also the load server of the benchmarks.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, cast

Manner = Literal[
    "whole", "unsized", "hang", "interim", "hang_body", "hang_half", "drip", "endless", "reset", "reset_body", "short"
]

_RESET = struct.pack("ii", 1, 0)
_BODY_PAUSE_S = 0.05
"""What a client gets to read half a body before the reset, which would discard what it has not read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request, complete."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and how well it is delivered."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    manner: Manner = "whole"
    delay_s: float = 0.0
    every_s: float = 0.2
    again: bytes = b""
    """What follows an endless body, every `every_s`."""

    @property
    def head(self) -> bytes:
        """Status line and headers; the length is the whole body's, however little of it follows."""
        sized = self.manner not in ("unsized", "endless")
        length = f"content-length: {len(self.body)}\r\n" if sized else "connection: close\r\n"
        further = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return (
            f"HTTP/1.{0 if self.manner == 'unsized' else 1} {self.status} {_reason(self.status)}\r\n"
            f"content-type: {self.content_type}\r\n{length}{further}\r\n"
        ).encode("latin-1")


Serve = Callable[[Asked], tuple[Answer, Callable[[bool], None]]]
"""Gives the answer to a request, and what to call when it is over: with True where it was delivered whole."""


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class Connection(asyncio.Protocol):
    """One client's connection: requests one after the other, kept alive between them."""

    def __init__(self, serve: Serve, open_connections: "set[Connection]", accept_s: float = 0.0) -> None:
        self._serve, self._accept_s = serve, accept_s
        self._open = open_connections
        self._buffer = bytearray()
        self._over: Callable[[bool], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._keep = True
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self._transport = cast("asyncio.Transport", transport)
        self._open.add(self)
        if self._accept_s > 0:
            # Not at once: in some Pythons (3.11.2) a transport begins to read after this, paused or not.
            self._loop.call_soon(self._transport.pause_reading)
            self._timer = self._loop.call_later(self._accept_s, self._transport.resume_reading)

    def connection_lost(self, exc: Exception | None) -> None:
        """Either side has closed: what was being answered was not delivered."""
        self._open.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._end(delivered=False)

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes have come; answer once they make a request."""
        self._buffer += data
        self._advance()

    def _advance(self) -> None:
        while self._over is None and not self._transport.is_closing():
            try:
                asked = self._parsed()
            except ValueError:
                self._transport.write(Answer(b'{"error": {"message": "malformed HTTP"}}', 400).head)
                self._transport.close()
                return
            if asked is None:
                return
            self._keep = asked.headers.get("connection", "").lower() != "close"
            answer, self._over = self._serve(asked)
            if answer.delay_s > 0:
                self._timer = self._loop.call_later(answer.delay_s, self._send, answer)
            else:
                self._send(answer)

    def _parsed(self) -> Asked | None:
        """The next whole request in the buffer, taken out of it; None while it is incomplete."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        method, path, version = first.split(" ")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        found = self._body(headers, end + 4)
        if found is None:
            if headers.get("expect", "").lower() == "100-continue" and len(self._buffer) == end + 4:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        body, stop = found
        del self._buffer[:stop]
        return Asked(method, path, headers, body)

    def _body(self, headers: dict[str, str], start: int) -> tuple[bytes, int] | None:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return _unchunked(self._buffer, start)
        stop = start + int(headers.get("content-length", "0"))
        return None if len(self._buffer) < stop else (bytes(self._buffer[start:stop]), stop)

    def _send(self, answer: Answer) -> None:
        self._timer = None
        write = self._transport.write
        half = len(answer.body) // 2
        match answer.manner:
            case "whole":
                self._finish(answer.head + answer.body)
            case "unsized":
                self._keep = False
                self._finish(answer.head + answer.body)
            case "hang":
                pass
            case "interim":
                write(b"HTTP/1.1 100 Continue\r\n\r\n")
            case "hang_body":
                write(answer.head)
            case "hang_half":
                write(answer.head + answer.body[:half])
            case "endless":
                write(answer.head + answer.body)
                self._go_on(answer)
            case "drip":
                write(answer.head)
                self._drip(answer, 0)
            case "reset":
                self._reset()
            case "reset_body":
                write(answer.head + answer.body[:half])
                self._timer = self._loop.call_later(_BODY_PAUSE_S, self._reset)
            case "short":
                write(answer.head + answer.body[:half])
                self._transport.close()

    def _drip(self, answer: Answer, sent: int) -> None:
        byte = answer.body[sent : sent + 1]
        if sent + 1 >= len(answer.body):
            self._finish(byte)
            return
        self._transport.write(byte)
        self._timer = self._loop.call_later(answer.every_s, self._drip, answer, sent + 1)

    def _go_on(self, answer: Answer) -> None:
        self._transport.write(answer.again)
        self._timer = self._loop.call_later(answer.every_s, self._go_on, answer)

    def _reset(self) -> None:
        # A zero linger time turns the close into a reset.
        sock = cast("socket.socket", self._transport.get_extra_info("socket"))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _finish(self, rest: bytes) -> None:
        """Hand over the last bytes; first the books, so that whoever has the answer finds it in the log."""
        self._timer = None
        self._end(delivered=not self._transport.is_closing())
        self._transport.write(rest)
        if not self._keep:
            self._transport.close()
        elif self._buffer:
            self._loop.call_soon(self._advance)

    def _end(self, *, delivered: bool) -> None:
        over, self._over = self._over, None
        if over is not None:
            over(delivered)


def _unchunked(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    """A chunked body and where it ends; None while it is incomplete."""
    body = bytearray()
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return None
        size = int(buffer[start:line].split(b";")[0], 16)
        start = line + 2 + size + 2
        if len(buffer) < start:
            return None
        if size == 0:
            return bytes(body), start
        body += buffer[line + 2 : line + 2 + size]
