"""What stands before the page's server: who may ask, from where, by which name, and what no answer lacks.

Everything is decided on the raw scope of a request, before anything parses its address. Refused by
default: a host that is not on the list (so no name can be rebound to this machine), a request of
another site, and everything but the page itself without the token, which other sites cannot know.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load and do: its own script, style and server, pictures it draws itself, and nothing else."""

MOST = 256
"""Requests that are answered at the same time, pages that follow events among them."""
EVERYWHERE = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cache-control": b"no-store",
}
"""Headers that no answer lacks."""
_READING = {"GET", "HEAD"}
_OWN_SITE = {b"same-origin", b"none"}


class Guard:
    """An ASGI application that lets through to another what is allowed.

    Args:
        app: The other.
        token: What requests must bear.
        hosts: Names, with ports, under which the server may be addressed.
        open: Paths that may be read without the token.
    """

    def __init__(self, app: App, *, token: str, hosts: Collection[str], open: Collection[str]) -> None:
        self._app, self._open = app, frozenset(open)
        self._bearer = f"Bearer {token}".encode()
        self._hosts = {host.lower().encode() for host in hosts}
        self._origins = {b"http://" + host for host in self._hosts}
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # no sockets, and nothing to do when the server starts and ends
        self._answering += 1
        try:
            refused = (503, "too many requests at once") if self._answering > MOST else self._refused(scope)
            if refused is None:
                await self._app(scope, receive, _headed(send))
            else:
                await _refuse(_headed(send), *refused)
        finally:
            self._answering -= 1

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence where the request is refused."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if not self._named(headers):
            return 403, "this server does not answer under that host name"
        if scope["method"] in _READING and scope["path"] in self._open:
            return None
        if not self._same_site(headers):
            return 403, "a request of another site"
        if not self._bears(headers):
            return 401, "the token is missing or wrong: open the address that moot view printed"
        return None

    def _named(self, headers: list[tuple[bytes, bytes]]) -> bool:
        named = _values(headers, b"host")
        return len(named) == 1 and named[0].lower() in self._hosts

    def _same_site(self, headers: list[tuple[bytes, bytes]]) -> bool:
        origins, sites = _values(headers, b"origin"), _values(headers, b"sec-fetch-site")
        return all(origin.lower() in self._origins for origin in origins) and _OWN_SITE.issuperset(sites)

    def _bears(self, headers: list[tuple[bytes, bytes]]) -> bool:
        borne = _values(headers, b"authorization")
        return len(borne) == 1 and hmac.compare_digest(borne[0], self._bearer)


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]


def _headed(send: Send) -> Send:
    """The same way out, on which every answer gets the headers that no answer lacks."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(key, value) for key, value in message.get("headers", ()) if key.lower() not in EVERYWHERE]
            message = {**message, "headers": [*own, *EVERYWHERE.items()]}
        await send(message)

    return headed


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
