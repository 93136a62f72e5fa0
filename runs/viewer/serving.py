"""Serving the page for as long as a block lasts, on a thread of its own: on this machine, under a token of its own."""

import ipaddress
import json
import secrets
import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from moot.errors import RuntimeStartError, SpecError
from moot.runs.viewer.bundle import Bundle, bundle
from moot.runs.viewer.guard import EVERYWHERE
from moot.runs.viewer.live import Live
from moot.runs.viewer.server import application
from moot.runs.viewer.source import Source

LOOPBACK: Final = "127.0.0.1"
_START_S: Final = 20.0
_LAST_PORT: Final = 65535


@contextmanager
def served(
    source: Source,
    *,
    live: Live | None = None,
    page: Bundle | None = None,
    host: str = LOOPBACK,
    port: int = 0,
    names: Sequence[str] = (),
    exposed: bool = False,
) -> Generator[str]:
    """Serve the page; the block gets its address, which holds the token.

    Args:
        source: Of documents.
        live: Debates under way.
        page: What is served; None is the page that comes with moot.
        host: The address to listen on.
        port: 0 takes a free one.
        names: Further host names under which browsers may address it.
        exposed: Whether others than this machine may be listened to.

    Raises:
        SpecError: Others could reach it, and nobody said that they may; or there is no such port.
        RuntimeStartError: It cannot listen there.
    """
    if not exposed and not _is_loopback(host):
        raise SpecError(f"--host {host!r} can be reached from elsewhere: say --expose if that is meant")
    if not 0 <= port <= _LAST_PORT:
        raise SpecError(f"--port {port} is none: ports are 0 to {_LAST_PORT}, and 0 takes a free one")
    page, token, over = page or bundle(), secrets.token_urlsafe(24), threading.Event()
    with _listening(host, port) as listener:
        port = listener.getsockname()[1]
        hosts = [f"{name}:{port}" for name in _names(host, names)]
        app = application(source, page, token=token, hosts=hosts, live=live, over=over.is_set)
        with _running(app, listener):
            try:
                yield f"http://{hosts[0]}/#t={token}"
            finally:
                over.set()
                if live is not None:
                    live.hub.end()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _names(host: str, names: Sequence[str]) -> list[str]:
    """Under which names browsers may address it, the best first."""
    own = [] if host in {"0.0.0.0", "::"} else [f"[{host}]" if ":" in host else host]  # noqa: S104  (compared)
    local = ["localhost", LOOPBACK, "[::1]"]
    return list(dict.fromkeys([*names, *own, *local]))


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise RuntimeStartError(
                f"cannot listen on {host}:{port}: {error.strerror}; --port 0 takes a free port"
            ) from error
        yield listener


@contextmanager
def _running(app: object, listener: socket.socket) -> Generator[None]:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (their scope is a closed dictionary)
        http=_Protocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="moot-view", daemon=True)
    thread.start()
    try:
        if not server.begun.wait(_START_S):
            raise RuntimeStartError("the page's server did not start")
        yield
    finally:
        server.should_exit = True
        thread.join(_START_S)


class _Protocol(H11Protocol):
    """HTTP whose own refusal, of what is no request and reaches no application, looks like any other."""

    def send_400_response(self, msg: str) -> None:
        body = json.dumps({"error": msg}).encode()
        own = {b"content-type": b"application/json", b"content-length": b"%d" % len(body), b"connection": b"close"}
        head = b"".join(b"%s: %s\r\n" % header for header in (own | EVERYWHERE).items())
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + b"\r\n" + body)
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that says when it has begun; signals are none of its business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield
